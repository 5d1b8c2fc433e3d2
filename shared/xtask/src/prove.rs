//! `cargo xtask prove`: builds the fleet and the prover, and lets it prove one promise.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::build;
use crate::command::attached;
use crate::infra::test::TestServers;
use crate::paths::Paths;

/// What to prove, and how.
#[derive(clap::Args)]
pub(crate) struct Prove {
    promise: Promise,
    /// How long faults are made
    #[arg(long)]
    minutes: Option<f64>,
    /// Fixes the schedule of faults
    #[arg(long)]
    seed: Option<u64>,
    /// Of `planted-bugs`, only this one
    #[arg(long)]
    bug: Option<String>,
    /// One JSON object per statement instead of a table
    #[arg(long)]
    json: bool,
}

/// A promise, as the prover calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Promise {
    /// Nothing accepted is lost or doubled while every process is killed and frozen and the bus forgets everything
    Chaos,
    /// Between services there are only events of the catalogue
    Bus,
    /// Schedules miss nothing and double nothing while their leaders are killed and frozen
    Leader,
    /// Planted credentials lie nowhere but where they belong
    Secrets,
    /// Each checker has a bug that turns it red
    PlantedBugs,
}

/// Proves a promise; the prover prints what it finds. Errors: a statement does not hold.
pub(crate) fn prove(paths: &Paths, wish: &Prove) -> Result<()> {
    let servers = TestServers::of(paths);
    let were_up = servers.are_up();
    let built = build::build(paths, &["--workspace", "--bins"])?;
    let bin = build::place(&built, &paths.local.join("test/bin"))?;
    let mut environment = servers.up()?;
    if wish.promise == Promise::PlantedBugs {
        let planted = [
            "--workspace",
            "--bins",
            "--features",
            "planted/planted-bugs",
        ];
        let built = build::build(paths, &planted)?;
        let bin = build::place(&built, &paths.local.join("test/planted"))?;
        environment.push(("ST_TEST_PLANTED_BIN", bin.display().to_string()));
    }
    let mut command = Command::new(bin.join("prove"));
    command
        .envs(environment)
        .env("ST_TEST_BIN", &bin)
        .env("ST_TEST_XTASK", bin.join("xtask"));
    if let Some(promise) = wish.promise.to_possible_value() {
        command.arg(promise.get_name());
    }
    if let Some(minutes) = wish.minutes {
        command.args(["--minutes", &minutes.to_string()]);
    }
    if let Some(seed) = wish.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    if let Some(bug) = &wish.bug {
        command.args(["--bug", bug]);
    }
    if wish.json {
        command.arg("--json");
    }
    let proved = attached(&mut command);
    if !were_up {
        servers.down()?;
    }
    proved
}
