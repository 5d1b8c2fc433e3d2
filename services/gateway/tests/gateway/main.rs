//! The gateway's edge over HTTP, on a real PostgreSQL and a real SpiceDB.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod api_keys;
mod artifacts;
mod branches;
mod chat;
mod facts;
mod feedback;
mod history;
mod hooks;
mod identity;
mod live;
mod lookups;
mod memory;
mod models;
mod news;
mod oidc;
mod openapi;
mod permissions;
mod projection;
mod questions;
mod reads;
mod replays;
mod retention;
mod rules;
mod standing;
mod support;
mod triggers;
mod writes;
