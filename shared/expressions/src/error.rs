//! Why an expression was refused or gave no value.

use std::borrow::Cow;

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The text is no expression: a save refuses it.
    Parse,
    /// The expression met a value that it cannot work with.
    Evaluation,
    /// The value is not of the type that this place needs.
    Type,
    /// A bound of [`crate::limits`] was reached.
    Limit,
    /// So was a bound of time.
    Late,
}

/// A refused or failed expression: what, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (in `{expression}`, at character {position})")]
pub struct Error {
    /// Whose fault, in effect.
    pub kind: Kind,
    /// JSON pointer of the string inside the value that was parsed; empty for the value itself.
    pub pointer: String,
    /// The source between the braces.
    pub expression: String,
    /// Characters from the start of the string to the place: of a syntax error, else of the expression.
    pub position: usize,
    /// What went wrong, in one sentence without a full stop.
    pub message: String,
    /// What a person can do about it.
    pub hint: Cow<'static, str>,
}

/// One token of a JSON pointer (RFC 6901).
#[must_use]
pub fn escape_pointer(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}
