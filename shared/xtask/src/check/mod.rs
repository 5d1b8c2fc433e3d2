//! `cargo xtask check`: everything that must hold and can be seen without running the product.

mod layers;
mod licences;

use std::process::Command;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::build::{self, cargo};
use crate::command::{attached, capture, on_path};
use crate::fleet::{has_web, web_packages};
use crate::paths::Paths;
use crate::schemas;

/// What `cargo metadata` says, as far as it matters here.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    /// Absent for packages of the workspace.
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: String,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build`, or absent.
    pub(crate) kind: Option<String>,
    /// Set for packages of the workspace.
    pub(crate) path: Option<String>,
}

/// Runs every check. Errors: the first that does not hold, with what to do.
pub(crate) fn check(paths: &Paths) -> Result<()> {
    title("format");
    attached(cargo(paths)?.args(["fmt", "--all", "--check"]))?;
    title("layers and licences");
    let metadata: Metadata = serde_json::from_str(&capture(cargo(paths)?.args([
        "metadata",
        "--format-version=1",
        "--locked",
    ]))?)?;
    report(&layers::violations(&metadata))?;
    report(&licences::violations(&metadata))?;
    title("lints");
    attached(cargo(paths)?.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]))?;
    title("generated files");
    let built = build::build(paths, &["--workspace", "--bins", "--tests"])?;
    let bin = build::place(&built, &paths.local.join("test/bin"))?;
    let drifted = schemas::drifted(paths, &bin)?;
    let drifted: Vec<String> = drifted
        .iter()
        .map(|file| {
            format!(
                "{} is out of date: run `cargo xtask schemas`",
                file.display()
            )
        })
        .collect();
    report(&drifted)?;
    if has_web(paths) {
        title("web UI");
        let home = web_packages(paths)?;
        if let Some(npm) = on_path("npm") {
            attached(
                Command::new(&npm)
                    .current_dir(&home)
                    .args(["run", "--silent", "lint"]),
            )?;
            attached(
                Command::new(&npm)
                    .current_dir(&home)
                    .args(["exec", "--", "tsc", "--noEmit"]),
            )?;
        }
    }
    println!("\nAll checks hold.");
    Ok(())
}

fn title(text: &str) {
    println!("── {text} ──");
}

fn report(violations: &[String]) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    bail!("{}", violations.join("\n"));
}
