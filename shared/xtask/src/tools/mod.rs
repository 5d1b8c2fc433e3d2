//! The programs that the fleet and its tests need: taken from the machine where it has them, else fetched or built once
//! into a cache that clones share. Pins are files under `deploy/tools/`; a cache entry is keyed by name, version and the
//! checksum of its pin, so a changed pin never meets an old file.

mod asyncapi;
mod corpora;
mod debian;
mod embedding;
mod go;
mod nats;
mod postgres;
mod python;
mod wheel;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

pub(crate) use asyncapi::asyncapi;
pub(crate) use corpora::corpora;
pub(crate) use debian::{chromium, dovecot};
pub(crate) use embedding::embedding_model;
pub(crate) use go::{kustomize, spicedb, versitygw};
pub(crate) use nats::nats_server;
pub(crate) use postgres::{Postgres, postgres};
pub(crate) use python::python;

/// The path that an environment variable names, if it is set.
fn named_by(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// First twelve hex digits of the checksum over these pins.
fn fingerprint(pins: &[&Path]) -> Result<String> {
    let mut hash = Sha256::new();
    for pin in pins {
        hash.update(
            fs::read(pin).with_context(|| format!("could not read the pin {}", pin.display()))?,
        );
    }
    Ok(hex::encode(hash.finalize()).chars().take(12).collect())
}

/// Returns `<cache>/<name>`, made by `fill` in a scratch directory and moved there at the end, so that an interrupted or
/// concurrent call leaves nothing half done.
fn cached(cache: &Path, name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let entry = cache.join(name);
    if entry.is_dir() {
        return Ok(entry);
    }
    let scratch = cache.join(format!(".{name}.{}", std::process::id()));
    fs::create_dir_all(&scratch)
        .with_context(|| format!("could not create {}", scratch.display()))?;
    let filled = fill(&scratch);
    if filled.is_ok() && fs::rename(&scratch, &entry).is_err() && !entry.is_dir() {
        anyhow::bail!(
            "could not move {} to {}",
            scratch.display(),
            entry.display()
        );
    }
    fs::remove_dir_all(&scratch).ok();
    filled.map(|()| entry)
}
