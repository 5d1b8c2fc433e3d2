//! Every event of silver-telegram, declared once.
//!
//! A payload struct names its type, version, stream and key; the subject, the consumer filter, the JSON Schema, the
//! AsyncAPI entry and the UI's types are derived from that. Facts are in the past tense, what may be refused ends in
//! `requested`. An event is never changed in place: a breaking change is a new version beside the old one.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod artifact;
mod backtest;
mod bus;
mod catalogue;
mod conversation;
mod effect;
mod event;
mod history;
mod integration;
mod json;
mod llm;
mod memory;
mod model;
mod moment;
mod notification;
mod prompt;
mod question;
mod retention;
mod run;
mod run_error;
mod run_event;
mod schedule;
mod stream;
mod tenant_rule;
mod variant;
mod workflow;

pub use artifact::*;
pub use backtest::*;
pub use bus::*;
pub use catalogue::{EventType, catalogue, find};
pub use conversation::*;
pub use effect::*;
pub use event::{About, Event, Key};
pub use history::*;
pub use integration::*;
pub use json::Json;
pub use llm::*;
pub use memory::*;
pub use model::*;
pub use notification::*;
pub use prompt::*;
pub use question::*;
pub use retention::*;
pub use run::*;
pub use run_error::*;
pub use run_event::*;
pub use schedule::*;
pub use stream::{Retention, Stream};
pub use tenant_rule::*;
pub use variant::*;
pub use workflow::*;

/// A moment, UTC; RFC 3339 in JSON.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
