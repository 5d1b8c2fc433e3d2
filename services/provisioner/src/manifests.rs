//! The manifests of all services, as `cargo xtask schemas` collected them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bus::Manifest;

const BUILT_IN: &str = include_str!("../../../deploy/generated/manifests.json");

/// Reads the manifests of `file`, or those this program was built with. Errors: the file is missing or is not a list of
/// manifests.
pub fn read_manifests(file: Option<&Path>) -> Result<Vec<Manifest>> {
    let Some(file) = file else {
        return serde_json::from_str(BUILT_IN).context("the built-in manifests are damaged");
    };
    let text =
        fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is no list of manifests", file.display()))
}
