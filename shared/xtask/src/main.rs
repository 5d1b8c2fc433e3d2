//! The developer's one command: `cargo xtask <what>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program"
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod bench;
mod build;
mod check;
mod command;
mod fleet;
mod infra;
mod npm;
mod paths;
mod process;
mod prove;
mod schemas;
mod sizes;
mod terminal;
mod test;
mod tools;
mod web_test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use fleet::{Fleet, Up};
use infra::test::TestServers;
use paths::Paths;
use prove::Prove;
use test::Suite;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs and tests the whole of silver-telegram",
    arg_required_else_help = true
)]
struct Arguments {
    /// Where the fleet keeps its state, when not in `.local/` of this clone
    #[arg(long, global = true, env = "ST_STATE")]
    state: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fetches or builds what is missing, starts the whole fleet, and leaves it running
    Up(Up),
    /// Stops the fleet; its state stays
    Down,
    /// Shows what runs
    Status,
    /// Shows and follows the log of one program, or of all
    Logs { program: Option<String> },
    /// Stops the fleet and removes its state: databases, streams, keys, logs
    Reset {
        /// Does not ask
        #[arg(long)]
        yes: bool,
    },
    /// Runs the tests and what they need; all suites when none is named
    Test {
        suites: Vec<Suite>,
        /// Also the tests that talk to a real small model
        #[arg(long)]
        with_model: bool,
        /// Only tests whose name contains this
        #[arg(long)]
        filter: Vec<String>,
    },
    /// Proves a promise on a fleet of its own, under faults where it speaks of them
    Prove(Prove),
    /// Checks format, layers, licences, lints and generated files
    Check,
    /// Measures the speed of a fleet built for release, as ratios to plain commits in the same run
    Bench {
        /// What to measure, such as a1 or f-standby; all when none is named
        workloads: Vec<String>,
        #[command(flatten)]
        how: bench::How,
    },
    /// Prints sizes of files, for review
    Sizes,
    /// Writes the generated files that are committed
    Schemas,
    /// Servers for tests without the tests
    Infra {
        #[command(subcommand)]
        action: Infra,
    },
    /// Makes streams and consumers again after their store was lost (for tests; people call `up`)
    #[command(hide = true)]
    Provision,
    /// Keeps the programs under a state directory running (started by `up`, not by people)
    #[command(hide = true)]
    Supervise { directory: PathBuf },
}

#[derive(Subcommand)]
enum Infra {
    /// Starts them and prints their environment: `eval "$(cargo xtask infra up)"`
    Up,
    /// Stops them
    Down,
}

fn main() -> ExitCode {
    if let Some(error) = build::stand_in() {
        eprintln!("error: could not start the compiler: {error}");
        return ExitCode::FAILURE;
    }
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    if let Task::Supervise { directory } = arguments.task {
        return process::supervise::run(&directory);
    }
    let paths = Paths::find()?;
    let fleet = Fleet::at(&std::path::absolute(
        arguments.state.as_deref().unwrap_or(&paths.local),
    )?);
    match arguments.task {
        Task::Up(options) => {
            fleet::announce(&fleet::up(&paths, &fleet, &options)?);
            Ok(())
        }
        Task::Down => fleet::down(&fleet),
        Task::Status => fleet::status(&fleet),
        Task::Logs { program } => fleet::logs(&fleet, program.as_deref()),
        Task::Reset { yes } => fleet::reset(&fleet, yes),
        Task::Test {
            suites,
            with_model,
            filter,
        } => test::test(&paths, &suites, with_model, &filter),
        Task::Prove(wish) => prove::prove(&paths, &wish),
        Task::Provision => fleet::provision(&paths, &fleet),
        Task::Check => check::check(&paths),
        Task::Bench { workloads, how } => bench::bench(&paths, &workloads, &how),
        Task::Sizes => sizes::sizes(&paths),
        Task::Schemas => schemas::schemas(&paths),
        Task::Infra { action: Infra::Up } => {
            for (name, value) in TestServers::of(&paths).up()? {
                println!("export {name}='{value}'");
            }
            Ok(())
        }
        Task::Infra {
            action: Infra::Down,
        } => TestServers::of(&paths).down(),
        Task::Supervise { directory } => process::supervise::run(&directory),
    }
}
