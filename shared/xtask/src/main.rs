//! The developer's one command: `cargo xtask <what>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program"
)]

mod command;
mod infra;
mod paths;
mod process;
mod terminal;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use infra::test::TestServers;
use paths::Paths;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs and tests the whole of silver-telegram",
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Servers for tests without the tests: up, down, or their environment for a shell
    Infra {
        #[command(subcommand)]
        action: Infra,
    },
    /// Keeps the programs under a state directory running (started by `up`, not by people)
    #[command(hide = true)]
    Supervise { state: PathBuf },
}

#[derive(Subcommand)]
enum Infra {
    /// Starts them and prints their environment: `eval "$(cargo xtask infra up)"`
    Up,
    /// Stops them
    Down,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Supervise { state } => process::supervise::run(&state),
        Task::Infra { action } => {
            let paths = Paths::find()?;
            let servers = TestServers::of(&paths);
            match action {
                Infra::Up => {
                    for (name, value) in servers.up()? {
                        println!("export {name}='{value}'");
                    }
                    Ok(())
                }
                Infra::Down => servers.down(),
            }
        }
    }
}
