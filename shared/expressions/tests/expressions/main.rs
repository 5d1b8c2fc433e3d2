//! What `expressions` promises, in one program: it links once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod bounds;
mod each;
mod golden;
mod properties;
mod templates;
