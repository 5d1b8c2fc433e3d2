//! Why sealing or opening failed. No message carries key or plaintext.

use crate::KeyId;

/// What went wrong with a key or a sealed secret. None of it is retryable: the same input fails again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Text that is not a key of this crate.
    #[error("not a {expected} key: {reason}")]
    Key {
        /// `public` or `private`.
        expected: &'static str,
        /// What is wrong with it, without repeating it.
        reason: String,
    },
    /// A key file without any key, or a directory that is not JSON of the expected shape.
    #[error("could not read the keys: {0}")]
    Keys(String),
    /// Sealed to a key that this service does not hold (any more).
    #[error("sealed to key {0}, which this service does not hold")]
    UnknownRecipient(KeyId),
    /// Sealed by a key that is not among the trusted senders.
    #[error("sealed by key {0}, which is not a trusted sender")]
    UnknownSender(KeyId),
    /// Sealed for another tenant, account, adapter, version or set of hosts.
    #[error("sealed for another {0}")]
    OtherContext(&'static str),
    /// The ciphertext was changed, or its claims about sender or context are false.
    #[error("does not open: it was changed, or not sealed as it claims")]
    Tampered,
    /// The secret could not be sealed to this recipient.
    #[error("could not seal to key {0}")]
    Seal(KeyId),
    /// The opened bytes are not text, but text was asked for.
    #[error("the secret is not UTF-8 text")]
    NotText,
}
