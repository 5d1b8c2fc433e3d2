//! Turns due schedules into `schedule.fired` events; exactly one replica leads.
//!
//! `due` is pure: it takes the time as an argument. The shell reads what may be due, asks `due`, and writes the outcome
//! under the leader's epoch in one transaction with the events.

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
mod due;
mod leader;
mod manifest;
mod store;
mod tick;
mod timetable;
mod triggers;

pub use config::Config;
pub use due::{Decision, Missed, decide};
pub use leader::Leader;
pub use manifest::manifest;
pub use store::{MIGRATIONS, Schedule};
pub use tick::{lead, tick};
pub use timetable::Timetable;
pub use triggers::Triggers;
