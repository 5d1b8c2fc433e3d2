//! Node's packages, installed as a lock file says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{capture, on_path};
use crate::infra::fingerprint_of;
use crate::terminal::Step;

/// Oldest Node that the packages run on.
const MINIMUM_NODE: u32 = 20;

/// npm. Errors: there is none, or its Node is too old; `purpose` says what needs it.
pub(crate) fn npm(purpose: &str) -> Result<PathBuf> {
    let wanted = || format!("{purpose} needs Node {MINIMUM_NODE} or later, with npm");
    let npm = on_path("npm").with_context(wanted)?;
    let node = on_path("node").with_context(wanted)?;
    let version = capture(Command::new(node).arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major
        .and_then(|major| major.parse().ok())
        .is_none_or(|major: u32| major < MINIMUM_NODE)
    {
        bail!("{}; on PATH is {}", wanted(), version.trim());
    }
    Ok(npm)
}

/// Installs the packages of `home` as its lock file says, unless that was done before.
pub(crate) fn install(home: &Path, purpose: &str) -> Result<()> {
    let lock = home.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("there is no {}", lock.display()))?;
    let installed = home.join("node_modules");
    let mark = installed.join(".silver-telegram");
    once(&mark, &fingerprint_of(&[lock]), &installed, || {
        let npm = npm(purpose)?;
        let step = Step::new(format!("fetching packages: {purpose}"));
        let mut command = Command::new(npm);
        command.current_dir(home).args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--ignore-scripts",
        ]);
        capture(&mut command)?;
        step.done();
        Ok(())
    })
}

/// Does `work` unless `mark` says that it was done for `wanted` and `result` still exists.
pub(crate) fn once(
    mark: &Path,
    wanted: &str,
    result: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    if result.exists() && fs::read_to_string(mark).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    if let Some(dir) = mark.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(mark, wanted).with_context(|| format!("could not write {}", mark.display()))
}
