//! One assistant turn at a time: what people write starts a run of their assistant, and what that run replies becomes a message.
//!
//! `turn` decides and is pure: given the turns of a conversation and what happened, it says what follows. `context` chooses
//! what the model gets to read, `assistant` is the workflow that answers, `tools` what it may use. The shell locks the
//! conversation, asks, and writes the steps and their events in one transaction, so that a process may die at any moment:
//! whatever was accepted is answered by whoever comes next. `calls` is what an assistant does for itself: `drafts` of workflows,
//! its `memory`, of which `fact` says what is believed and `recall` what a model gets to read, and what it asks of the person's
//! `history`.
//!
//! Invariants: at most one turn of a conversation runs; messages are answered in the order in which they came; a message has
//! one answer or one failure; an assistant is offered what its person may use, and nothing else; a fact is the person's word only
//! if they wrote it. Refuses to do: rounds, effects
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
mod calls;
mod config;
mod context;
mod drafts;
mod fact;
mod files;
mod history;
mod manifest;
mod memory;
mod recall;
mod store;
mod talk;
mod title;
mod tools;
mod turn;

pub use calls::Calls;
pub use config::Config;
pub use context::{Budget, exchange};
pub use manifest::{EFFECTS, MEMORY, TOOLS, TURNS, manifest};
pub use memory::Memory;
pub use store::MIGRATIONS;
pub use talk::Talk;
pub use tools::Tools;
pub use turn::{Fresh, Input, Step, Turn, TurnState, decide};
