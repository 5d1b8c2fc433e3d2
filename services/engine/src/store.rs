//! The engine's tables. Only these files name SQL.

pub(crate) mod decisions;
pub(crate) mod failures;
pub mod flush;
pub(crate) mod log;
pub mod ownership;
pub(crate) mod pace;
pub(crate) mod parked;
pub(crate) mod retention;
pub(crate) mod rules;
pub(crate) mod seen;
pub(crate) mod triggers;
pub mod waits;
pub(crate) mod workflows;
