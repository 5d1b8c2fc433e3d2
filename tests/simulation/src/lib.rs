//! The engine, its schedules and outboxes in one thread, without a clock, a database or a bus: deterministic by seed.
//!
//! Several replicas own shards under epochs, a modelled log takes their flushes by one conditional statement, inputs come
//! late, twice and in another order, adapters record results under keys; and at any step a replica may die, freeze, be
//! replaced while it believes to own its shards, or have its clock jump, and the bus may forget everything. `engine-core`,
//! `scheduler-core` and `workflow` are the real ones; [`log`] and [`outbox`] say what the statements of the services do, and a
//! test of the engine compares the log with PostgreSQL.
//!
//! A seed fixes everything: [`simulate`] gives the same [`Outcome`] for the same [`Options`].

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::wildcard_enum_match_arm,
    reason = "support for tests: a failed set-up fails the test"
)]

mod adapter;
mod bugs;
mod bus;
mod check;
mod client;
mod lane;
pub mod log;
mod model;
pub mod outbox;
mod people;
mod schedule;
mod shrink;
mod sim;
mod step;
mod world;

pub use bugs::Bug;
pub use check::Violation;
pub use shrink::shrink;

/// What to simulate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    pub seed: u64,
    /// Steps with faults before the healing; drawn from the seed when not said.
    pub steps: Option<usize>,
    pub bug: Option<Bug>,
    /// Whether to tell what happens.
    pub trace: bool,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The first thing that must not be.
    pub violation: Option<Violation>,
    /// Steps with faults.
    pub steps: usize,
    pub runs: usize,
    /// Events in the logs of all runs.
    pub events: usize,
    /// Equal for equal histories.
    pub fingerprint: u64,
    /// What happened, a line each.
    pub trace: Vec<String>,
}

/// Runs one simulation. A panic is a violation like any other.
#[must_use]
pub fn simulate(options: &Options) -> Outcome {
    let run = || sim::Simulation::new(options).run();
    std::panic::catch_unwind(run).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Outcome {
            violation: Some(Violation {
                check: "nobody-panics",
                text: text.unwrap_or_default(),
            }),
            ..Outcome::default()
        }
    })
}

#[cfg(test)]
mod tests;
