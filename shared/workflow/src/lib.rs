//! The workflow document, its validation, and the compiled graph that the engine runs.
//!
//! Pure: text and values in, values out. Nothing here reads a clock, a file or a socket, or knows a service.
//!
//! - [`Document`]: what people write. [`Document::read`] names every fault of its shape by a JSON pointer.
//! - [`kinds`]: every node type with its ports, parameters and adapter operation.
//! - [`validate`]: all problems of a document; one of severity error stops a save.
//! - [`subschema`]: whether an edge lets only values through that its end accepts.
//! - [`diff`]: what one version says otherwise than another.
//! - [`compile`]: a [`plan::Plan`] with dense indices and parsed expressions.
//! - [`templates`]: the workflows that are shipped.
//! - [`recipes`]: workflows from slots that a model fills.
//!
//! Invariants: an edge that is accepted without a warning never lets a value of a wrong type through; a cycle always
//! passes through a loop's `item` and `next`; whatever JSON comes in, nothing panics.

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

mod allow;
mod canonical;
mod change;
pub mod config;
mod diff;
mod document;
pub mod example;
mod input;
pub mod kinds;
mod layout;
mod normalize;
pub mod plan;
mod problem;
pub mod recipes;
mod rule;
mod shape;
pub mod subschema;
mod summary;
pub mod templates;
mod validate;

pub use allow::allows;
pub use canonical::{DocumentHash, canonical_json};
pub use change::{Ends, GraphChange, change};
pub use diff::{Change, Difference, EdgeChange, FieldChange, NodeChange, diff};
pub use document::{
    ApprovalRule, Commit, Document, Edge, EdgeWeight, Graph, InputPort, Limits, Node, OutputPort,
    Passing, PortSchema, Retry,
};
pub use input::input_faults;
pub use kinds::{EffectClass, NodeType};
pub use layout::{Layout, Note, Position};
pub use normalize::normalize;
pub use plan::Plan;
pub use problem::{Problem, Severity};
pub use rule::check_condition;
pub use shape::DOCUMENT_BYTES;
pub use summary::summary;
pub use validate::{compile, validate};
