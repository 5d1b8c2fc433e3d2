//! Real servers for tests, one call each, gone when the value is dropped.
//!
//! `cargo xtask test` starts what tests share (a PostgreSQL cluster, a SpiceDB) and names it in the environment; a test that
//! runs alone wants `eval "$(cargo xtask infra up)"` first. Everything a test makes here is its own: a database, a SpiceDB
//! key, a NATS server, an S3 server, an IMAP server, an SMTP server, an HTTP server.
//!
//! A set-up that fails panics with what is missing: there is nothing a test could do about it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: a failed set-up fails the test"
)]

mod certificate;
mod database;
mod environment;
mod http_sink;
mod imap;
mod local_model;
mod model;
mod nats;
mod otlp_sink;
mod process;
mod s3;
mod smtp;
mod spicedb;
mod wait;

pub use certificate::Certificate;
pub use database::TestDatabase;
pub use http_sink::{HttpSink, Recorded, Reply};
pub use imap::TestImap;
pub use local_model::LocalModel;
pub use model::{Mind, ModelOptions, Script, ScriptedModel, Thought};
pub use nats::TestNats;
pub use otlp_sink::{OtlpSink, ReceivedSpan};
pub use s3::TestS3;
pub use smtp::{ReceivedMail, TestSmtp};
pub use spicedb::TestSpiceDb;
pub use wait::{wait_until, wait_until_for};
