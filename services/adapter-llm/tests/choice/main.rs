//! Which of several models answers, between real servers and scripted models.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod fallback;
mod measured;
mod needs;
mod world;
