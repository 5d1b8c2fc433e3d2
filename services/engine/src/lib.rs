//! Executes workflows: takes inputs, decides, makes many runs durable in one statement, and only then tells the world.
//!
//! It owns workflows, versions, triggers, runs and the run log. What a run does next is decided in `engine-core`; this
//! crate brings inputs to it and carries its effects out. It refuses to call anybody: everything leaves as an event.
//!
//! Invariants: nothing leaves before it is durable; a flush of a stale owner changes no row; the log is never rewritten;
//! what is in the log is published again until its readers have it.

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

mod backtest;
mod children;
mod input;
mod lane;
mod manifest;
mod matching;
mod ownership;
mod pace;
mod publish;
mod reader;
mod refusal;
mod retention;
mod seen;
mod start;
pub mod store;
mod versions;
mod whole;
mod workflows;

pub use backtest::Backtests;
pub use children::Children;
pub use manifest::manifest;
pub use matching::Matching;
pub use pace::Bell;
pub use retention::keep_runs;
pub use seen::Seen;
pub use start::{Config, Engine, start};
pub use workflows::Workflows;

/// What `--migrate` applies.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
