//! The life of a service: configuration, telemetry, connections, health, signals, drain.
//!
//! Order: parse the configuration (exit 64 when it is wrong), start telemetry and the admin port, run the body, and on
//! SIGTERM or SIGINT stop taking work, finish, commit, flush, exit within the deadline. There are no statics: shutdown
//! is a value passed down, background tasks are named and owned, and one that panics stops the process.

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

mod admin;
mod boot;
mod config;
mod health;
mod probe;
mod relations;
mod run;
mod tasks;
mod telemetry;

pub use boot::Boot;
pub use health::Health;
pub use run::Service;
pub use tasks::Tasks;
pub use telemetry::http_span;
