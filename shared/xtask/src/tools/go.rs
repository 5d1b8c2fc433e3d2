//! Programs that are published for no package registry but Go's: built from their pinned source.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cached, fingerprint, named_by};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// A program of Go's registry.
struct Source {
    name: &'static str,
    /// The folder of its pin, below `deploy/tools`.
    module: &'static str,
    package: &'static str,
    /// The variable that names another build.
    variable: &'static str,
    takes: &'static str,
}

/// SpiceDB's executable: `ST_SPICEDB`, one on PATH, or a build of `deploy/tools/go.mod`.
pub(crate) fn spicedb(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = on_path("spicedb").filter(|_| named_by("ST_SPICEDB").is_none()) {
        return Ok(own);
    }
    built(
        paths,
        &Source {
            name: "spicedb",
            module: "",
            package: "github.com/authzed/spicedb/cmd/spicedb",
            variable: "ST_SPICEDB",
            takes: "about three minutes",
        },
    )
}

/// The executable of kustomize: `ST_KUSTOMIZE`, or a build of `deploy/tools/kustomize/go.mod`.
pub(crate) fn kustomize(paths: &Paths) -> Result<PathBuf> {
    built(
        paths,
        &Source {
            name: "kustomize",
            module: "kustomize",
            package: "sigs.k8s.io/kustomize/kustomize/v5",
            variable: "ST_KUSTOMIZE",
            takes: "about a minute",
        },
    )
}

/// The executable of the S3 server of the tests: `ST_VERSITYGW`, or a build of `deploy/tools/s3/go.mod`.
pub(crate) fn versitygw(paths: &Paths) -> Result<PathBuf> {
    built(
        paths,
        &Source {
            name: "versitygw",
            module: "s3",
            package: "github.com/versity/versitygw/cmd/versitygw",
            variable: "ST_VERSITYGW",
            takes: "about two minutes",
        },
    )
}

fn built(paths: &Paths, source: &Source) -> Result<PathBuf> {
    let Source { name, variable, .. } = source;
    if let Some(own) = named_by(variable) {
        return Ok(own);
    }
    let module = paths.root.join("deploy/tools").join(source.module);
    let key = fingerprint(&[&module.join("go.mod"), &module.join("go.sum")])?;
    let entry = cached(&paths.cache, &format!("{name}-{key}"), |into| {
        let go = on_path("go").with_context(|| {
            format!("building {name} needs Go: install it, or name a {name} by {variable}")
        })?;
        let step = Step::new(format!("building {name} ({}, once)", source.takes));
        let mut build = Command::new(go);
        build.current_dir(&module).args([
            "build",
            "-trimpath",
            "-mod=readonly",
            "-ldflags=-s -w",
            "-o",
        ]);
        capture(build.arg(into.join(name)).arg(source.package))?;
        step.done();
        Ok(())
    })?;
    Ok(entry.join(name))
}
