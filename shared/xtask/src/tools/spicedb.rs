//! SpiceDB, which is published for no package registry but Go's: built from its pinned source.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cached, fingerprint, named_by};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// SpiceDB's executable: `ST_SPICEDB`, one on PATH, or a build of `deploy/tools/go.mod`.
pub(crate) fn spicedb(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("ST_SPICEDB").or_else(|| on_path("spicedb")) {
        return Ok(own);
    }
    let module = paths.root.join("deploy/tools");
    let key = fingerprint(&[&module.join("go.mod"), &module.join("go.sum")])?;
    let entry = cached(&paths.cache, &format!("spicedb-{key}"), |into| {
        let go = on_path("go")
            .context("building SpiceDB needs Go: install it, or name a SpiceDB by ST_SPICEDB")?;
        let step = Step::new("building SpiceDB (about three minutes, once)");
        let mut build = Command::new(go);
        build.current_dir(&module).args([
            "build",
            "-trimpath",
            "-mod=readonly",
            "-ldflags=-s -w",
            "-o",
        ]);
        capture(
            build
                .arg(into.join("spicedb"))
                .arg("github.com/authzed/spicedb/cmd/spicedb"),
        )?;
        step.done();
        Ok(())
    })?;
    Ok(entry.join("spicedb"))
}
