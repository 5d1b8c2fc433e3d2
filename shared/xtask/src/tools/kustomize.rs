//! kustomize, built from its pinned source.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cached, fingerprint, named_by};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// Its executable: `ST_KUSTOMIZE`, or a build of `deploy/tools/kustomize/go.mod`.
pub(crate) fn kustomize(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("ST_KUSTOMIZE") {
        return Ok(own);
    }
    let module = paths.root.join("deploy/tools/kustomize");
    let key = fingerprint(&[&module.join("go.mod"), &module.join("go.sum")])?;
    let entry = cached(&paths.cache, &format!("kustomize-{key}"), |into| {
        let go = on_path("go").context(
            "building kustomize needs Go: install it, or name a kustomize by ST_KUSTOMIZE",
        )?;
        let step = Step::new("building kustomize (about a minute, once)");
        let mut build = Command::new(go);
        build
            .current_dir(&module)
            .args([
                "build",
                "-trimpath",
                "-mod=readonly",
                "-ldflags=-s -w",
                "-o",
            ])
            .arg(into.join("kustomize"));
        capture(build.arg("sigs.k8s.io/kustomize/kustomize/v5"))?;
        step.done();
        Ok(())
    })?;
    Ok(entry.join("kustomize"))
}
