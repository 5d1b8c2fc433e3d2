//! What `egress` promises, in one program: it links once.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod http;
mod ssrf;
mod tls;
