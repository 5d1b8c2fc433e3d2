//! One assistant turn at a time: what people write starts a run of their assistant, and what that run replies becomes a message.
//!
//! `turn` decides and is pure: given the turns of a conversation and what happened, it says what follows. `context` chooses
//! what the model gets to read, `assistant` is the workflow that answers, `tools` what it may use. The shell locks the
//! conversation, asks, and writes the steps and their events in one transaction, so that a process may die at any moment:
//! whatever was accepted is answered by whoever comes next. `drafts` does what an assistant does for itself.
//!
//! Invariants: at most one turn of a conversation runs; messages are answered in the order in which they came; a message has
//! one answer or one failure; an assistant is offered what its person may use, and nothing else. Refuses to do: rounds, effects
//! and questions (those are the engine's), any model protocol (that is `adapter-llm`), any permission check of a message (it is
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

mod assistant;
mod config;
mod context;
mod drafts;
mod manifest;
mod store;
mod talk;
mod tools;
mod turn;

pub use config::Config;
pub use context::{Budget, exchange};
pub use drafts::Drafts;
pub use manifest::{EFFECTS, TOOLS, TURNS, manifest};
pub use store::MIGRATIONS;
pub use talk::Talk;
pub use tools::Tools;
pub use turn::{Fresh, Input, Step, Turn, TurnState, decide};
