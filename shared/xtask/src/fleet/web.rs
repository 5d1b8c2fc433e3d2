//! The web UI: its packages and its static files, each made again only when what they follow from changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command::capture;
use crate::infra::fingerprint_of;
use crate::npm::{self, once};
use crate::paths::Paths;
use crate::terminal::Step;

/// What Node is needed for.
const PURPOSE: &str = "the web UI";

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
                Command::new(npm::npm(PURPOSE)?)
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
    npm::install(&home, PURPOSE)?;
    Ok(home)
}

fn home(paths: &Paths) -> PathBuf {
    paths.root.join("services/gateway/web")
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
