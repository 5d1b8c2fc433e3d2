//! Where every evaluation stops. Over a limit the answer is an error of [`crate::Kind::Limit`], never a partial value.

/// Longest source of one expression, in bytes.
pub const SOURCE_BYTES: usize = 16 * 1024;

/// Longest evaluation of one expression, in milliseconds of wall clock.
pub const TIME_MS: u64 = 100;

/// Longest evaluation of the expressions of one list, item by item, in milliseconds of wall clock.
pub const LIST_TIME_MS: u64 = 1_000;

/// Deepest nesting of calls and operators while evaluating.
pub const DEPTH: usize = 500;

/// Most items in one sequence that an evaluation builds.
pub const SEQUENCE_ITEMS: usize = 100_000;

/// Most JSON that one rendering reads from its context, in bytes.
pub const INPUT_BYTES: usize = 4 * 1024 * 1024;

/// Longest text that one operation builds, in bytes.
pub const TEXT_BYTES: usize = 4 * 1024 * 1024;

/// Longest separator of `$join`, in bytes.
pub const SEPARATOR_BYTES: usize = 256;

/// Most JSON that one rendering writes, in bytes.
pub const OUTPUT_BYTES: usize = 4 * 1024 * 1024;
