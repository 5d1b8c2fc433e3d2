//! `cargo xtask bench`: builds for release and lets `tests/bench` measure.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::paths::Paths;
use crate::tools;

/// How it is measured.
#[derive(clap::Args)]
pub(crate) struct How {
    /// One JSON object per workload, a line each
    #[arg(long)]
    json: bool,
    /// Length of each window at the highest rate
    #[arg(long)]
    seconds: Option<u64>,
    /// How often all of it is measured, each time with a new fleet
    #[arg(long)]
    runs: Option<usize>,
    /// Write the results to tests/bench/results.md
    #[arg(long)]
    record: bool,
}

/// Measures these workloads, all when none is named. Errors: the build, or whatever the measurement found wrong.
pub(crate) fn bench(paths: &Paths, workloads: &[String], how: &How) -> Result<()> {
    let bin = build::programs(paths, true, &paths.local.join("bench/bin"))?;
    let mut command = Command::new(bin.join("bench"));
    command
        .args(workloads)
        .args(how.json.then_some("--json"))
        .args(how.seconds.map(|seconds| format!("--seconds={seconds}")))
        .args(how.runs.map(|runs| format!("--runs={runs}")))
        .env("ST_TEST_BIN", &bin)
        .env("ST_TEST_XTASK", std::env::current_exe()?)
        .env("ST_PGBENCH", tools::postgres(paths)?.program("pgbench"));
    if how.record {
        command
            .arg("--record")
            .arg(paths.root.join("tests/bench/results.md"));
    }
    let status = command.status().context("could not start bench")?;
    if !status.success() {
        bail!("nothing was measured ({status})");
    }
    Ok(())
}
