//! The data-transform nodes: lists, texts and formats reshaped without an effect.
//!
//! Pure: values in, values out. Nothing here reads a clock, a file or a socket; what a node may know beside its inputs comes
//! by [`expressions::Context`] and [`expressions::Given`], so a replay gives the same value.
//!
//! One file per kind. Each holds the typed config, from which the editor makes its form, and a pure function over it; the
//! table in `kind.rs` names it once. Adding a kind touches these two places.
//!
//! A config has two sorts of expressions. Those that say something of each item (a filter's condition, a sort's key) are
//! fields of the types in `part.rs`: they are parsed when a version is published and evaluated per item, with `item` and
//! `index`. All others are rendered once, before the node runs.
//!
//! Invariants: a list is an array, one object (a list of one) or `null` (a list of none), which is how expressions give what
//! they found; [`limits`] bound what is read, how many items there are and what is put out; nothing panics, whatever comes
//! in.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::needless_pass_by_value,
        reason = "tests"
    )
)]

mod call;
mod computation;
mod error;
mod kind;
mod kinds;
pub mod limits;
mod moment;
mod part;
mod path;
mod rows;
mod value;

#[cfg(test)]
mod testing;

pub use computation::{Computation, Fault, Memory, Outcome};
pub use error::{Class, Error};
pub use kind::{Kind, Port};
