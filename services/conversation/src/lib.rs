//! One assistant turn at a time: what people write becomes a question to a model, and its answer becomes a message.
//!
//! `turn` decides and is pure: given the turns of a conversation and what happened, it says what follows. `context` chooses
//! what the model gets to read. The shell locks the conversation, asks, and writes the steps and their events in one
//! transaction, so that a process may die at any moment: whatever was accepted is answered by whoever comes next.
//!
//! Invariants: at most one turn of a conversation runs; messages are answered in the order in which they came; a message has
//! one answer or one failure. Refuses to do: any model protocol (that is `adapter-llm`), any permission check (a message is
//! published only by the gateway, which has checked).

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

mod config;
mod context;
mod manifest;
mod store;
mod talk;
mod turn;

pub use config::Config;
pub use context::{Budget, exchange};
pub use manifest::{TURNS, manifest};
pub use store::MIGRATIONS;
pub use talk::Talk;
pub use turn::{Fresh, Input, Step, Turn, TurnState, decide};
