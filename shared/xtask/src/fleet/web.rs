//! The web UI: its packages and its static files, each made again only when what they follow from changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{capture, on_path};
use crate::infra::fingerprint_of;
use crate::paths::Paths;
use crate::terminal::Step;

/// Whether this clone has a UI to build.
pub(crate) fn is_there(paths: &Paths) -> bool {
    home(paths).join("package.json").is_file()
}

/// Builds the static files that the gateway serves.
pub(crate) fn build(paths: &Paths) -> Result<()> {
    if !is_there(paths) {
        return Ok(());
    }
    let home = packages(paths)?;
    let mut sources = Vec::new();
    for part in [
        "src",
        "public",
        "scripts",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
    ] {
        collect(&home.join(part), &mut sources)?;
    }
    once(
        &paths.local.join("web.sources"),
        &fingerprint_of(&sources),
        &home.join("dist/index.html"),
        || {
            let step = Step::new("building the web UI");
            capture(
                Command::new(npm()?)
                    .current_dir(&home)
                    .args(["run", "build"]),
            )?;
            step.done();
            Ok(())
        },
    )
}

/// Installs the UI's packages as its lock file says and returns its directory.
pub(crate) fn packages(paths: &Paths) -> Result<PathBuf> {
    let home = home(paths);
    let lock =
        fs::read(home.join("package-lock.json")).context("the web UI has no package-lock.json")?;
    let installed = home.join("node_modules");
    once(
        &installed.join(".silver-telegram"),
        &fingerprint_of(&[lock]),
        &installed,
        || {
            let step = Step::new("fetching the web UI's packages");
            let mut command = Command::new(npm()?);
            command
                .current_dir(&home)
                .args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]);
            // The browser of the tests comes from the system.
            capture(command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
            step.done();
            Ok(())
        },
    )?;
    Ok(home)
}

fn home(paths: &Paths) -> PathBuf {
    paths.root.join("services/gateway/web")
}

fn npm() -> Result<PathBuf> {
    on_path("npm").context("building the web UI needs Node 20 or later, with npm")
}

/// Does `work` unless `mark` says that it was done for `wanted` and `result` still exists.
fn once(mark: &Path, wanted: &str, result: &Path, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if result.exists() && fs::read_to_string(mark).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    if let Some(dir) = mark.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(mark, wanted).with_context(|| format!("could not write {}", mark.display()))
}

/// Adds path and content of every file at or under `path`, in a fixed order.
fn collect(path: &Path, into: &mut Vec<Vec<u8>>) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = path
            .read_dir()?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| collect(entry, into));
    }
    if path.is_file() {
        into.push(path.to_string_lossy().into_owned().into_bytes());
        into.push(fs::read(path)?);
    }
    Ok(())
}
