//! The AI layer's protocol edge: prompts, and calls of language models over the protocols that their servers speak (`wire`).
//!
//! Every call is an effect of a run and comes through the effect ledger (`protocol`); the words of those that a conversation
//! follows are told as they come (`teller`). All ask through [`Asker`]: find the prompt's version, fill it, choose who may answer
//! (`routing`), ask one after the other until one can (`ask`), hold the answer to its schema (`trial`: the server's own constraint
//! where it has one; else instruct and parse; one repair; else a typed error), and record what it cost.
//!
//! People say what is wrong with answers (`feedback`); a version of a prompt that does worse on that (`case`, `evaluation`) takes
//! no label.
//!
//! Pure: `case`, `drift`, `wire` (questions and answers in each protocol), `question` (what is asked), `template` (text of a prompt), `shape` (an answer's schema), `tools` (for servers that know none), `transcript` (what a
//! reader was told, across interruptions), `routing` (which models a call may be answered by), `rest` (of servers that failed), `figures`
//! (what is told of the models), `privacy` (which are local), `fault` (why there is no answer, and what to do about it).
//!
//! Invariants: an invocation has one recorded end, and a repeat gets it; what is put between a prompt's tags cannot close them;
//! a key goes only to the hosts it was sealed for, and into no error; what needs a local model is asked of no other. Refuses to do: rounds of tools (those are the
//! engine's), context (that is `conversation`), and any socket of its own (that is `egress`).

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

mod account;
mod ask;
mod case;
mod catalogue;
mod choice;
mod client;
mod config;
mod drift;
mod endpoint;
mod evaluation;
mod fault;
mod feedback;
mod figures;
mod invocation;
mod labels;
mod manifest;
mod pieces;
mod privacy;
mod prompts;
mod protocol;
mod question;
mod rest;
mod retention;
mod routing;
mod shape;
mod shipped;
mod store;
mod teller;
mod template;
mod tools;
mod transcript;
mod trial;
mod wire;

pub use account::{Credentials, LlmAccount, Settings};
pub use ask::Asker;
pub use catalogue::Catalogue;
pub use client::Listener;
pub use config::Config;
pub use endpoint::Endpoint;
pub use evaluation::Evaluator;
pub use fault::Fault;
pub use invocation::{Ended, Record, Try, invocation_id};
pub use manifest::{PROMPTS, manifest};
pub use prompts::{Prompts, sync};
pub use protocol::Llm;
pub use question::Question;
pub use retention::forget;
pub use shape::Shape;
pub use shipped::{SHIPPED, id as shipped_id};
pub use store::MIGRATIONS;
pub use template::{Rendered, Template};
pub use transcript::{Piece, Transcript};
pub use wire::Wire;
