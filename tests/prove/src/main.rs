//! `prove <promise>`: runs one proof, prints its statements, and fails when one does not hold.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program"
)]

use clap::Parser;
use prove::{Options, Promise};
use std::process::ExitCode;

#[derive(Parser)]
struct Arguments {
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

#[tokio::main(worker_threads = 4)]
async fn main() -> ExitCode {
    let Arguments {
        promise,
        minutes,
        seed,
        bug,
        injections,
        all,
        json,
    } = Arguments::parse();
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("seed {seed}");
    let options = Options {
        minutes,
        seed,
        bug,
        injections: all.then_some(usize::MAX).or(injections),
        ..Options::default()
    };
    let statements = promise.prove(options).await;
    for statement in &statements {
        match serde_json::to_string(statement) {
            Ok(line) if json => println!("{line}"),
            Ok(_) | Err(_) => println!("{statement}"),
        }
    }
    match !statements.is_empty() && statements.iter().all(|statement| statement.ok) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
