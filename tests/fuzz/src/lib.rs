//! Whatever comes in is taken and comes to an end, or is refused with a place: never a panic, never unbounded memory.
//!
//! A case follows from its target and a seed, so a failing one can be made again ([`case`]). Documents begin as the shipped
//! templates and as random graphs, and are changed as JSON and as text; those that are still accepted are run to their end
//! through `engine-core`, with inputs and results that are as strange.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "support for tests: a failed set-up fails the test"
)]

mod document;
mod expression;
mod life;
mod memory;
mod mutate;
mod values;

use clap::ValueEnum;
use graphs::Dice;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes that one case may hold at a time.
pub const MOST_BYTES: usize = 256 * 1024 * 1024;

/// What is fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Any bytes, and texts of documents with damage
    Text,
    /// Documents with changes, and runs of those that are accepted
    Document,
    /// Inputs of runs and results of effects
    Input,
    /// Expressions
    Expression,
}

impl Target {
    pub const ALL: [Self; 4] = [Self::Text, Self::Document, Self::Input, Self::Expression];
}

/// What became of what was fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was refused, and a place was named.
    Refused,
    /// It was accepted and came to its end.
    Ended,
}

/// One case.
///
/// # Errors
/// What is wrong.
pub fn case(target: Target, seed: u64) -> Result<Verdict, String> {
    let mut dice = Dice::new(seed);
    let run = || match target {
        Target::Text => document::text(&mut dice),
        Target::Document => document::changed(&mut dice),
        Target::Input => document::fed(&mut dice),
        Target::Expression => expression::evaluated(&mut dice),
    };
    memory::begin();
    let verdict = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or_default()))
    });
    match memory::peak() {
        peak if peak > MOST_BYTES => Err(format!("{peak} bytes were held at a time")),
        _ => verdict,
    }
}

#[cfg(test)]
mod tests;
