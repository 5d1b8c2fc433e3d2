//! The whole fleet as a test sees it: real processes, real servers, the public API.
//!
//! `cargo xtask test fleet` builds everything and names the programs; each [`Fleet`] then has a state directory, ports,
//! databases and keys of its own and is gone when the value is dropped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: a failed set-up fails the test"
)]

mod api;
mod disk;
mod fleet;
mod image;
mod processes;
mod recorder;
mod spine;

pub use api::{Api, Problem};
pub use fleet::{Fleet, Options};
pub use image::Image;
pub use recorder::{Finding, Kind, Recorder};
pub use spine::Spine;
