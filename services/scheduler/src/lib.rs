//! Turns due schedules into `schedule.fired` events; exactly one replica leads.
//!
//! What is due is decided in `scheduler-core`, which takes the time as an argument. This crate reads what may be due, asks it,
//! and writes the outcome under the leader's epoch in one transaction with the events.

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

mod config;
mod leader;
mod manifest;
mod store;
mod tick;
mod triggers;

pub use config::Config;
pub use leader::Leader;
pub use manifest::manifest;
pub use scheduler_core::{Decision, Missed, Timetable, decide};
pub use store::{MIGRATIONS, Schedule};
pub use tick::{lead, tick};
pub use triggers::Triggers;
