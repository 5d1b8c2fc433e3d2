//! What `engine` promises, in one program: it links once.

#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests"
)]

mod children;
mod failures;
mod flush;
mod history;
mod inputs;
mod kit;
mod model;
mod nats;
mod pace;
mod parking;
mod retention;
mod rules;
mod runs;
mod seen;
mod takeover;
mod triggers;
mod versions;
mod waits;
