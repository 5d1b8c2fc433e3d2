//! What `workflow` promises, in one program: it links once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests"
)]

mod control;
mod flow_problems;
mod intents;
mod pace;
mod plans;
mod problems;
mod properties;
mod schema;
mod support;
mod transforms;
