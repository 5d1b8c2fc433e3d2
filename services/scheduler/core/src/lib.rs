//! What is due, and what becomes of it: the scheduler without a clock, a database or a bus.
//!
//! [`Timetable`] reads a cron expression in a time zone, [`decide`] says which due times fire at a moment and which are let
//! go, [`event_id`] names what fires. It refuses IO of any kind: the time is an argument.

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

mod due;
mod fired;
mod timetable;

pub use due::{Decision, Missed, decide};
pub use fired::event_id;
pub use timetable::Timetable;
