//! Why a question got no answer.

/// What went wrong. Whatever it is, nothing is allowed because of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// SpiceDB cannot be reached, or does not answer in time. Retryable.
    #[error("could not {attempted}: SpiceDB is unavailable: {reason}")]
    Unavailable {
        /// Such as `check workflow:01J…#view for user:01J…`.
        attempted: String,
        /// What the connection said.
        reason: String,
    },
    /// SpiceDB understood and refused: a relation that the schema does not have, a token that is none, a wrong key.
    #[error("could not {attempted}: {reason}")]
    Refused {
        /// Such as `write workflow:01J…#owner@user:01J…`.
        attempted: String,
        /// What SpiceDB said.
        reason: String,
    },
    /// Text that is not what it should be.
    #[error("`{given}` is not {expected}")]
    Text {
        /// The refused text.
        given: String,
        /// What would have been accepted.
        expected: &'static str,
    },
}

impl Error {
    /// True when the same question may be answered later.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
