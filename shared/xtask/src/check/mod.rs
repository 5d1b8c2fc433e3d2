//! `cargo xtask check`: everything that must hold and can be seen without running the product.

mod documents;
mod layers;
mod licences;
mod sizes;

use std::process::Command;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::build::{self, cargo};
use crate::command::{attached, capture};
use crate::fleet::{has_web, web_packages};
use crate::npm;
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
    /// Used only where a feature asks for it.
    pub(crate) optional: bool,
    /// Set for packages of the workspace.
    pub(crate) path: Option<String>,
}

/// A check's name and what it does.
type Check = (&'static str, fn(&Paths) -> Result<()>);

/// Runs every check, the cheap ones first, and goes on after one that does not hold. Errors: which do not hold.
pub(crate) fn check(paths: &Paths) -> Result<()> {
    let checks: [Check; 7] = [
        ("format", format),
        ("layers and licences", layers_and_licences),
        ("sizes", |paths| report(&sizes::violations(paths)?)),
        ("web UI", web),
        ("documents for other programs", documents::documents),
        ("lints", lints),
        ("generated files", generated_files),
    ];
    let mut broken = Vec::new();
    for (name, holds) in checks {
        println!("── {name} ──");
        if let Err(error) = holds(paths) {
            println!("{error:#}");
            broken.push(name);
        }
    }
    if !broken.is_empty() {
        bail!("these checks do not hold: {}", broken.join(", "));
    }
    println!("\nAll checks hold.");
    Ok(())
}

fn format(paths: &Paths) -> Result<()> {
    attached(cargo(paths)?.args(["fmt", "--all", "--check"]))
}

fn layers_and_licences(paths: &Paths) -> Result<()> {
    let text = capture(cargo(paths)?.args(["metadata", "--format-version=1", "--locked"]))?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    report(
        &[
            layers::violations(&metadata),
            licences::violations(&metadata),
            licences::web_violations(paths)?,
        ]
        .concat(),
    )
}

fn web(paths: &Paths) -> Result<()> {
    if !has_web(paths) {
        return Ok(());
    }
    let home = web_packages(paths)?;
    let npm = npm::npm("the web UI")?;
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
    attached(
        Command::new(&npm)
            .current_dir(&home)
            .args(["run", "--silent", "api", "--", "--check"]),
    )
}

fn lints(paths: &Paths) -> Result<()> {
    let mut clippy = cargo(paths)?;
    // Clippy has a compiler of its own, and keeps the clones apart by its arguments.
    let clone = format!("clone={:?}", paths.root);
    attached(clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
        "--cfg",
        &clone,
    ]))
}

/// Builds exactly what `test` builds, so that nothing is built twice.
fn generated_files(paths: &Paths) -> Result<()> {
    let built = build::build(paths, &["--workspace", "--bins", "--tests"])?;
    let bin = build::place(&built, &paths.local.join("test/bin"))?;
    let drifted = schemas::drifted(paths, &bin)?.into_iter();
    let drifted: Vec<String> = drifted
        .map(|file| {
            format!(
                "{} is out of date: run `cargo xtask schemas`",
                file.display()
            )
        })
        .collect();
    report(&drifted)
}

fn report(violations: &[String]) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    bail!("{}", violations.join("\n"));
}
