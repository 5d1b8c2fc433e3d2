//! Where every transform stops. Over a limit the answer is an error of [`crate::Class::Limit`] that names it, never a
//! partial value.

/// Most JSON or text that one input or field holds, in bytes.
pub const INPUT_BYTES: usize = 1024 * 1024;

/// Most items of a list, taken or put out.
pub const ITEMS: usize = 10_000;

/// Most JSON that one output holds, in bytes.
pub const OUTPUT_BYTES: usize = 1024 * 1024;

/// Most JSON that the per-item fields of one node give for a list, in bytes.
pub const PER_ITEM_BYTES: usize = 8 * 1024 * 1024;

/// Longest dotted path, in steps.
pub const PATH_STEPS: usize = 32;

/// Most start tags of an HTML text: what parsing costs may grow with their square.
pub const HTML_TAGS: usize = 10_000;

/// Deepest nesting of HTML elements: what reads them calls itself for each level.
pub const HTML_DEPTH: usize = 200;

/// Most comparisons of elements that the CSS selectors of one node may need, at worst.
pub const HTML_WORK: usize = 20_000_000;

/// Deepest nesting of XML elements that are read or written.
pub const DEPTH: usize = 100;

/// Longest CSS selector, in bytes.
pub const SELECTOR_BYTES: usize = 500;
