//! What other programs read of this repository, against the schemas of those programs; without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::tools;

/// Compose, Kubernetes, OpenAPI and AsyncAPI, each by a validator that others wrote. Errors: all that they refuse.
pub(super) fn documents(paths: &Paths) -> Result<()> {
    let python = tools::python(paths)?;
    let refused: Vec<String> = [
        compose(paths, &python),
        openapi(paths, &python),
        kubernetes(paths, &python),
        asyncapi(paths),
    ]
    .into_iter()
    .filter_map(|held| held.err().map(|error| format!("{error:#}")))
    .collect();
    super::report(&refused)
}

/// A program that a package brought. By its module: the scripts that packages install name the directory they were made in.
fn module(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", name]);
    command
}

fn compose(paths: &Paths, python: &Path) -> Result<()> {
    let mut command = module(python, "check_jsonschema");
    command.args(["--builtin-schema", "vendor.compose-spec"]);
    capture(command.arg(paths.root.join("compose.yaml"))).map(drop)
}

fn openapi(paths: &Paths, python: &Path) -> Result<()> {
    let mut command = module(python, "openapi_spec_validator");
    command.args(["--schema", "3.1.0"]);
    capture(command.arg(paths.root.join("schemas/openapi.json"))).map(drop)
}

fn asyncapi(paths: &Paths) -> Result<()> {
    let node =
        on_path("node").context("the check of schemas/asyncapi.yaml needs Node 20 or later")?;
    let mut command = Command::new(node);
    command.arg(tools::asyncapi(paths)?);
    capture(command.arg(paths.root.join("schemas/asyncapi.yaml"))).map(drop)
}

/// Each overlay as `kubectl apply` would send it, unknown fields refused; and no file that nothing names.
fn kubernetes(paths: &Paths, python: &Path) -> Result<()> {
    let home = paths.root.join("k8s");
    let forgotten = forgotten(&home)?;
    if !forgotten.is_empty() {
        bail!("named by no kustomization: {}", forgotten.join(", "));
    }
    let kustomize = tools::kustomize(paths)?;
    let into = paths.local.join("check");
    fs::create_dir_all(&into)?;
    for overlay in entries(&home.join("overlays"))? {
        let built = capture(Command::new(&kustomize).arg("build").arg(&overlay))?;
        let name = overlay.file_name().unwrap_or_default().to_string_lossy();
        let file = into.join(format!("k8s-{name}.yaml"));
        fs::write(&file, built)?;
        let mut command = module(python, "kubernetes_validate");
        command.args(["--strict", "--quiet"]);
        capture(command.arg(&file))?;
    }
    Ok(())
}

/// Resource files below `dir` that the kustomization above them does not name.
fn forgotten(dir: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let kustomization = dir.join("kustomization.yaml");
    let named = fs::read_to_string(&kustomization).unwrap_or_default();
    for file in files(dir, kustomization.is_file())? {
        let name = file.strip_prefix(dir)?.to_string_lossy().into_owned();
        let is_named = named
            .lines()
            .any(|line| line.trim_start().trim_start_matches("- ").trim() == name);
        if name.ends_with(".yaml") && name != "kustomization.yaml" && !is_named {
            found.push(file.display().to_string());
        }
    }
    if !kustomization.is_file() {
        for below in entries(dir)?.iter().filter(|entry| entry.is_dir()) {
            found.extend(forgotten(below)?);
        }
    }
    Ok(found)
}

/// The files of `dir`, with those below it where asked for.
fn files(dir: &Path, deep: bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in entries(dir)? {
        if entry.is_file() {
            found.push(entry);
        } else if deep {
            found.extend(files(&entry, true)?);
        }
    }
    Ok(found)
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = dir
        .read_dir()
        .with_context(|| format!("could not read {}", dir.display()))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    Ok(entries)
}
