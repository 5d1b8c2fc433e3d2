//! Where every run stops. Over a limit a run fails with class `limit`, never silently.

/// Most runs that wait for each other in a chain.
pub(crate) const DEPTH: u32 = 16;
/// Most nodes that one run executes, turns of loops included.
pub const NODES: u64 = 100_000;

pub use workflow::plan::TURNS;

/// Longest run log, in bytes of payload.
pub const LOG_BYTES: u64 = 64 * 1024 * 1024;

/// Longest value that a node puts out or an effect asks for, in bytes of JSON as events carry it: it must fit one message of
/// the bus.
pub const VALUE_BYTES: usize = 200 * 1024;

/// Longest input that a run may be given whole where events carry only a reference to it, in bytes of JSON: what an expression
/// may read.
pub const INPUT_BYTES: usize = expressions::limits::INPUT_BYTES;

/// Most nodes between two commits, so that no run keeps the others waiting.
pub const NODES_PER_STEP: u32 = 500;
