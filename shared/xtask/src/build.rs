//! Compiling the workspace into a target directory that clones share, and finding what came out.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::command::{capture, shown};
use crate::paths::Paths;

/// Target directories of older lock files that are kept.
const KEPT_TARGETS: usize = 2;

/// What cargo knows the compiler by.
const STAND_IN: &str = "rustc";

/// One executable that cargo built.
pub(crate) struct Built {
    pub(crate) package: String,
    pub(crate) target: String,
    /// `bin`, `lib` or `test`: what the executable was made from.
    pub(crate) kind: String,
    /// Holds tests.
    pub(crate) is_test: bool,
    /// Directory of the package.
    pub(crate) home: PathBuf,
    pub(crate) path: PathBuf,
}

/// A line of `cargo build --message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    package_id: Option<String>,
    target: Option<Target>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// A cargo command for the workspace: in the clone, with the shared target directory.
pub(crate) fn cargo(paths: &Paths) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(&paths.root)
        .env("CARGO_TARGET_DIR", target_dir(paths)?)
        .env("RUSTC_WORKSPACE_WRAPPER", own_compiler(paths)?);
    // Set by the cargo that runs xtask; they would make build scripts run again.
    for (name, _) in std::env::vars_os() {
        let of_package = ["CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"];
        if name
            .to_str()
            .is_some_and(|name| of_package.iter().any(|start| name.starts_with(start)))
        {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Builds with these arguments, cargo's own progress on the terminal, and returns the executables.
pub(crate) fn build(paths: &Paths, arguments: &[&str]) -> Result<Vec<Built>> {
    let mut command = cargo(paths)?;
    command
        .arg("build")
        .args(arguments)
        .arg("--message-format=json-render-diagnostics");
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start cargo")?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{} failed ({})", shown(&command), output.status);
    }
    let lines = output.stdout.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| built(serde_json::from_slice(line).ok()?))
        .collect())
}

/// Builds all programs of the fleet and returns their directory: hard links, so that another clone's build with the same
/// target directory does not change what runs here.
pub(crate) fn programs(paths: &Paths, release: bool, into: &Path) -> Result<PathBuf> {
    let mut arguments = vec!["--workspace", "--exclude", "prove", "--bins"];
    if release {
        arguments.push("--release");
    }
    place(&build(paths, &arguments)?, into)
}

/// Links the programs among `built` into a directory.
pub(crate) fn place(built: &[Built], into: &Path) -> Result<PathBuf> {
    fs::create_dir_all(into)?;
    for program in built
        .iter()
        .filter(|built| built.kind == "bin" && !built.is_test)
    {
        let link = into.join(&program.target);
        if same_file(&link, &program.path) {
            continue;
        }
        fs::remove_file(&link).ok();
        if fs::hard_link(&program.path, &link).is_err() {
            fs::copy(&program.path, &link)
                .with_context(|| format!("could not write {}", link.display()))?;
        }
    }
    Ok(into.to_path_buf())
}

fn built(message: Message) -> Option<Built> {
    let target = message.target?;
    Some(Built {
        package: package_name(&message.package_id?),
        target: target.name,
        kind: target.kind.into_iter().next()?,
        is_test: message.profile?.test,
        home: message.manifest_path?.parent()?.to_path_buf(),
        path: message.executable?,
    })
}

/// The name in a package id (`path+file:///…/engine#0.1.0`, or `…/engine/core#engine-core@0.1.0`).
fn package_name(id: &str) -> String {
    let (path, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    let stamp = |path: &Path| {
        path.metadata()
            .ok()
            .and_then(|meta| Some((meta.len(), meta.modified().ok()?)))
    };
    stamp(a).is_some() && stamp(a) == stamp(b)
}

/// `CARGO_TARGET_DIR`, or one in the cache that clones with the same dependencies and compiler share.
fn target_dir(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = std::env::var_os("CARGO_TARGET_DIR") {
        return Ok(PathBuf::from(own));
    }
    let compiler = capture(
        Command::new("rustc")
            .arg("--version")
            .current_dir(&paths.root),
    )?;
    let lock = fs::read(paths.root.join("Cargo.lock")).context("could not read Cargo.lock")?;
    let key = hex::encode(Sha256::digest([compiler.as_bytes(), &lock].concat()));
    let all = paths.cache.join("target");
    let own = all.join(key.get(..12).unwrap_or_default());
    if !own.is_dir() {
        fs::create_dir_all(&own)?;
        prune(&all);
    }
    Ok(own)
}

/// The compiler, by a name that only this clone has. Cargo tells new from old by time alone, and would take what another
/// clone made of its sources for what ours give; by this name it keeps the crates of the workspace apart.
///
/// It is this program, which [`stand_in`] makes the compiler: a shell would lose `CARGO_BIN_EXE_<a-name>`.
fn own_compiler(paths: &Paths) -> Result<PathBuf> {
    let name = paths.local.join(STAND_IN);
    if !name.is_file() {
        // A copy, because a build may replace this program.
        let new = paths
            .local
            .join(format!("{STAND_IN}.{}", std::process::id()));
        fs::create_dir_all(&paths.local)?;
        fs::copy(std::env::current_exe()?, &new)?;
        fs::rename(&new, &name)?;
    }
    Ok(name)
}

/// Becomes the compiler that the arguments name, when it was called by the name of [`own_compiler`].
pub(crate) fn stand_in() -> Option<std::io::Error> {
    let mut arguments = std::env::args_os();
    let called = PathBuf::from(arguments.next()?);
    let compiler = arguments
        .next()
        .filter(|_| called.file_name().is_some_and(|name| name == STAND_IN))?;
    Some(Command::new(compiler).args(arguments).exec())
}

/// Removes the least recently made target directories: each has gigabytes.
fn prune(all: &Path) {
    let mut dirs: Vec<_> = all
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    dirs.sort_by_key(|dir| dir.metadata().and_then(|meta| meta.modified()).ok());
    for old in dirs.iter().rev().skip(KEPT_TARGETS) {
        fs::remove_dir_all(old).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_id_gives_the_name() {
        assert_eq!(
            package_name("path+file:///w/services/engine#0.1.0"),
            "engine"
        );
        assert_eq!(
            package_name("path+file:///w/services/engine/core#engine-core@0.1.0"),
            "engine-core"
        );
    }
}
