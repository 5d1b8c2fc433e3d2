//! Following logs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::Fleet;
use crate::command::attached;

/// Lines of the past that are shown first.
const PAST: &str = "40";

/// Shows the last lines of one program's log, or of all, and follows them. Errors: there is no such log.
pub(crate) fn logs(fleet: &Fleet, name: Option<&str>) -> Result<()> {
    let files: Vec<PathBuf> = match name {
        Some(name) => vec![fleet.group.log(name)],
        None => fleet
            .group
            .programs()?
            .iter()
            .map(|program| fleet.group.log(&program.name))
            .collect(),
    };
    if files.is_empty() || !files.iter().all(|file| file.is_file()) {
        let known: Vec<String> = fleet
            .group
            .programs()?
            .into_iter()
            .map(|program| program.name)
            .collect();
        bail!(
            "there is no such log; programs of the fleet: {}",
            known.join(" ")
        );
    }
    attached(Command::new("tail").args(["-n", PAST, "-F"]).args(files))
}
