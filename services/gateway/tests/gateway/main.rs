//! The gateway's edge over HTTP, on a real PostgreSQL and a real SpiceDB.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod api_keys;
mod hooks;
mod identity;
mod openapi;
mod permissions;
mod support;
mod writes;
