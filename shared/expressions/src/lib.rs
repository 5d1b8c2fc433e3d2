//! `{{ … }}`: JSONata inside JSON, with bounds.
//!
//! A [`Template`] is a JSON value whose strings may hold expressions. A string that is exactly one expression keeps the
//! type of its value; otherwise the parts are concatenated. An [`Expression`] is one such string by itself: a condition.
//! Both are parsed once (9 µs) and evaluated often (1 to 8 µs), cost one reference count to clone, and are `Send + Sync`.
//!
//! It refuses to read a clock, to draw randomness, to turn text into code, or to run without bounds: time and seed come
//! from [`Given`], so that a replay gives the same value, and [`limits`] says where every evaluation stops. There is no
//! way from an expression to the host.
//!
//! The root of every expression is an object of what [`Reference`] names: `input`, `inputs.<port>`, `nodes.<id>`,
//! `trigger`, `run`, `item` and `index`. What a template does not name is never parsed.

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

mod context;
mod each;
mod error;
mod evaluate;
mod expression;
mod guards;
mod harden;
pub mod limits;
mod output;
mod patience;
mod references;
mod syntax;
mod template;
mod text;

pub use context::{Context, Reference};
pub use each::Each;
pub use error::{Error, Kind, escape_pointer};
pub use expression::Expression;
pub use patience::undisturbed;
pub use references::References;
pub use template::Template;

/// What an evaluation may know beside its context; a replay passes the recorded values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// The run's time in milliseconds since the Unix epoch, UTC: what `$now` and `$millis` answer.
    pub now_ms: i64,
    /// Where `$random` and `$shuffle` start; equal seeds draw equal numbers.
    pub seed: u64,
}
