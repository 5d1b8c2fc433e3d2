//! The engine's tables. Only these files name SQL.

pub(crate) mod decisions;
pub mod flush;
pub(crate) mod log;
pub mod ownership;
pub(crate) mod parked;
pub(crate) mod retention;
pub(crate) mod triggers;
pub(crate) mod workflows;
