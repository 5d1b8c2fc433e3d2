//! `cargo xtask bench`: builds for release and lets `tests/bench` measure.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::paths::Paths;
use crate::tools;

/// Measures these workloads, all when none is named. Errors: the build, or whatever the measurement found wrong.
pub(crate) fn bench(
    paths: &Paths,
    workloads: &[String],
    json: bool,
    seconds: Option<u64>,
) -> Result<()> {
    let bin = build::programs(paths, true, &paths.local.join("bench/bin"))?;
    let mut command = Command::new(bin.join("bench"));
    command
        .args(workloads)
        .args(json.then_some("--json"))
        .args(seconds.map(|seconds| format!("--seconds={seconds}")))
        .env("ST_TEST_BIN", &bin)
        .env("ST_TEST_XTASK", std::env::current_exe()?)
        .env("ST_PGBENCH", tools::postgres(paths)?.program("pgbench"));
    let status = command.status().context("could not start bench")?;
    if !status.success() {
        bail!("nothing was measured ({status})");
    }
    Ok(())
}
