//! `simulate`: runs many seeds, or tells the history of one.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program"
)]

use clap::Parser;
use simulation::{Bug, Options, Outcome, shrink, simulate};
use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

#[derive(Parser)]
struct Arguments {
    /// How many seeds
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// Only this seed, and what happens
    #[arg(long)]
    seed: Option<u64>,
    /// With `--seed`: so many steps with faults
    #[arg(long)]
    steps: Option<usize>,
    /// Takes a safety device away
    #[arg(long)]
    bug: Option<Bug>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.seed {
        Some(seed) => one(&Options {
            seed,
            steps: arguments.steps,
            bug: arguments.bug,
            trace: true,
        }),
        None => many(arguments.seeds, arguments.bug),
    }
}

fn one(options: &Options) -> ExitCode {
    let outcome = simulate(options);
    outcome.trace.iter().for_each(|line| println!("{line}"));
    println!(
        "{} steps, {} runs, {} events, history {:016x}",
        outcome.steps, outcome.runs, outcome.events, outcome.fingerprint
    );
    verdict(&outcome)
}

fn many(seeds: u64, bug: Option<Bug>) -> ExitCode {
    let began = Instant::now();
    let (next, runs, events) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let found = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| search(seeds, bug, &next, &runs, &events)))
            .collect();
        let found = workers.into_iter().filter_map(|w| w.join().ok().flatten());
        found.min_by_key(|(options, _)| options.seed)
    });
    let took = began.elapsed();
    let done = next.load(Ordering::Relaxed).min(seeds);
    println!(
        "{done} seeds, {} runs, {} events in {:.1} s",
        runs.load(Ordering::Relaxed),
        events.load(Ordering::Relaxed),
        took.as_secs_f64()
    );
    let Some((options, outcome)) = found else {
        return ExitCode::SUCCESS;
    };
    let seed = options.seed;
    println!("seed {seed} fails, replay: cargo xtask prove simulation --seed {seed}");
    let (fewer, outcome) = shrink(&options, outcome);
    let steps = fewer.steps.unwrap_or(outcome.steps);
    println!("shortest: cargo xtask prove simulation --seed {seed} --steps {steps}");
    verdict(&outcome)
}

/// Simulates seeds until one fails or none is left.
fn search(
    seeds: u64,
    bug: Option<Bug>,
    next: &AtomicU64,
    runs: &AtomicU64,
    events: &AtomicU64,
) -> Option<(Options, Outcome)> {
    let mut told = Instant::now();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= seeds {
            return None;
        }
        let options = Options {
            seed,
            bug,
            ..Options::default()
        };
        let outcome = simulate(&options);
        runs.fetch_add(outcome.runs as u64, Ordering::Relaxed);
        events.fetch_add(outcome.events as u64, Ordering::Relaxed);
        if outcome.violation.is_some() {
            next.store(seeds, Ordering::Relaxed);
            return Some((options, outcome));
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            eprintln!("seed {seed}");
        }
    }
}

fn verdict(outcome: &Outcome) -> ExitCode {
    match &outcome.violation {
        None => ExitCode::SUCCESS,
        Some(violation) => {
            println!("{}: {}", violation.check, violation.text);
            ExitCode::FAILURE
        }
    }
}
