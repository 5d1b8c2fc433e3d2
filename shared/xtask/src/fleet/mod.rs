//! The whole fleet on one machine: `up`, `down`, `status`, `logs`, `reset`.

mod first_account;
mod logs;
mod probe;
mod provision;
mod sample;
mod servers;
mod services;
mod settings;
mod status;
mod up;
mod web;

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub(crate) use logs::logs;
pub(crate) use provision::provision;
pub(crate) use services::SERVICES;
pub(crate) use status::status;
pub(crate) use up::{Ready, Up, announce, up};
pub(crate) use web::{build as build_web, is_there as has_web, packages as web_packages};

use crate::process::Group;

/// A fleet: the directory that holds its state.
pub(crate) struct Fleet {
    pub(crate) state: PathBuf,
    pub(crate) group: Group,
}

impl Fleet {
    /// The fleet whose state is in `state`, running or not.
    pub(crate) fn at(state: &Path) -> Self {
        Self {
            group: Group::at(state),
            state: state.to_path_buf(),
        }
    }

    /// A file of one of its secrets.
    fn secret(&self, owner: &str, name: &str) -> PathBuf {
        self.state.join("secrets").join(owner).join(name)
    }

    /// Where files lie that workflows carry.
    fn artifacts(&self) -> PathBuf {
        self.state.join("artifacts")
    }
}

/// Stops everything; state stays.
pub(crate) fn down(fleet: &Fleet) -> Result<()> {
    fleet.group.stop()
}

/// Stops everything and removes all state: databases, streams, keys, logs. Asks first, unless `sure`.
pub(crate) fn reset(fleet: &Fleet, sure: bool) -> Result<()> {
    if !sure {
        if !std::io::stdin().is_terminal() {
            bail!(
                "reset removes every database, key and log under {}: confirm with --yes",
                fleet.state.display()
            );
        }
        eprint!(
            "Remove every database, key and log under {}? [y/N] ",
            fleet.state.display()
        );
        std::io::stderr().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if answer.trim() != "y" {
            bail!("nothing was removed");
        }
    }
    down(fleet)?;
    let cluster = fleet.state.join("postgres");
    if let Ok(outside) = fs::read_link(&cluster) {
        fs::remove_dir_all(&outside)
            .with_context(|| format!("could not remove {}", outside.display()))?;
    }
    for part in [
        "artifacts",
        "postgres",
        "nats",
        "secrets",
        "logs",
        "run",
        "sample",
    ] {
        let part = fleet.state.join(part);
        match fs::symlink_metadata(&part) {
            Ok(meta) if meta.is_symlink() => fs::remove_file(&part)?,
            Ok(_) => fs::remove_dir_all(&part)
                .with_context(|| format!("could not remove {}", part.display()))?,
            Err(_) => {}
        }
    }
    Ok(())
}
