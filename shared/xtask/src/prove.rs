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
    /// Of `planted-bugs`, only this one; of `simulation`, the safety device to take away
    #[arg(long)]
    bug: Option<String>,
    /// Of `simulation`: how many seeds
    #[arg(long)]
    seeds: Option<u64>,
    /// Of `simulation`, with a seed: so many steps with faults
    #[arg(long)]
    steps: Option<usize>,
    /// Of `fuzz`, with a seed: what is fed
    #[arg(long)]
    target: Option<String>,
    /// Of `hijacked-model`: how many published injections are met
    #[arg(long)]
    injections: Option<usize>,
    /// Of `hijacked-model`: every published injection instead of a sample
    #[arg(long, conflicts_with = "injections")]
    all: bool,
    /// One JSON object per statement instead of a table
    #[arg(long)]
    json: bool,
}

/// A promise, as the prover calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Promise {
    /// Nothing accepted is lost or doubled while every process is killed and frozen and the bus forgets everything
    Chaos,
    /// Losing the whole store of the bus loses nothing that was accepted
    Amnesia,
    /// What was accepted survives the loss of everything that was not synced
    PowerCut,
    /// Engine, schedules and outboxes keep their invariants, whatever dies and in whatever order; without servers
    Simulation,
    /// Whatever comes in as a workflow, an input or an expression ends or is refused; without servers
    Fuzz,
    /// Between services there are only events of the catalogue
    Bus,
    /// Schedules miss nothing and double nothing while their leaders are killed and frozen
    Leader,
    /// Planted credentials lie nowhere but where they belong
    Secrets,
    /// A model that obeys every instruction in what it reads does nothing to anybody
    HijackedModel,
    /// Each checker has a bug that turns it red
    PlantedBugs,
}

/// Proves a promise; the prover prints what it finds. Errors: a statement does not hold.
pub(crate) fn prove(paths: &Paths, wish: &Prove) -> Result<()> {
    match wish.promise {
        Promise::Simulation => alone(paths, wish, "simulation", "simulate"),
        Promise::Fuzz => alone(paths, wish, "fuzz", "fuzz"),
        Promise::Chaos
        | Promise::Amnesia
        | Promise::PowerCut
        | Promise::Bus
        | Promise::Leader
        | Promise::Secrets
        | Promise::HijackedModel
        | Promise::PlantedBugs => with_fleet(paths, wish),
    }
}

/// A prover that needs nothing but itself.
fn alone(paths: &Paths, wish: &Prove, package: &str, program: &str) -> Result<()> {
    let built = build::build(paths, &["--package", package, "--bins"])?;
    let bin = build::place(&built, &paths.local.join("test/bin"))?;
    attached(Command::new(bin.join(program)).args(wish.given()))
}

fn with_fleet(paths: &Paths, wish: &Prove) -> Result<()> {
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
    let proved = attached(command.args(wish.given()));
    if !were_up {
        servers.down()?;
    }
    proved
}

impl Prove {
    /// What was given, as the provers take it.
    fn given(&self) -> Vec<String> {
        let text =
            |name: &str, value: Option<String>| value.map(|value| [format!("--{name}"), value]);
        let given = [
            text("minutes", self.minutes.map(|minutes| minutes.to_string())),
            text("seed", self.seed.map(|seed| seed.to_string())),
            text("seeds", self.seeds.map(|seeds| seeds.to_string())),
            text("steps", self.steps.map(|steps| steps.to_string())),
            text("bug", self.bug.clone()),
            text("target", self.target.clone()),
            text("injections", self.injections.map(|most| most.to_string())),
        ];
        let flags = [("--all", self.all), ("--json", self.json)];
        let flags = flags.into_iter().filter(|(_, given)| *given);
        let flags = flags.map(|(name, _)| name.to_owned());
        given.into_iter().flatten().flatten().chain(flags).collect()
    }
}
