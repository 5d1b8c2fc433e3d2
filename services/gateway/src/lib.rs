//! The edge of silver-telegram: HTTP, SSE and webhooks in and out of events.
//!
//! A write becomes a request event in the gateway's own outbox, and its answer is watched for in the gateway's own
//! projection; a read comes from read models that are built from events only. No domain rule lives here, and no other
//! service is called.
//!
//! Invariants: a route without a declared permission does not compile ([`access::Routes`]); SpiceDB away means denied; a
//! credential is sealed in the request that brings it; a 2xx follows a commit.

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

pub mod access;
mod app;
pub mod artifacts;
mod assets;
mod chat;
mod config;
pub mod edge;
mod history;
pub mod hooks;
pub mod identity;
mod live;
mod manifest;
mod openapi;
mod projection;
mod read;
pub mod requests;
mod retention;
mod routes;
mod serve;

pub use app::{App, Parts, Reader, Settings};
pub use config::Config;
pub use history::answer as answer_assistants;
pub use live::Live;
pub use manifest::manifest;
pub use openapi::document;
pub use projection::keep as project;
pub use retention::keep_runs;
pub use routes::{declared, router};
pub use serve::start;

/// The tables of the gateway.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
