//! What can go wrong with an artifact.

use events::ArtifactHash;
use std::io;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More bytes came than may be stored. Nothing is stored.
    #[error("the artifact is larger than {most} bytes")]
    TooLarge { most: u64 },
    /// There is no such artifact.
    #[error("there is no artifact {0}")]
    NotFound(ArtifactHash),
    /// The range begins behind the end.
    #[error("artifact {hash} has {size} bytes, byte {first} is not among them")]
    OutOfRange {
        hash: ArtifactHash,
        size: u64,
        first: u64,
    },
    /// Whoever sends the bytes stopped. Nothing is stored.
    #[error("could not read the bytes of an artifact to its end")]
    Source(#[source] io::Error),
    /// The store is away, full, or refuses, for the reason that it gave. Retryable.
    #[error("could not {attempted}: {cause}")]
    Store {
        attempted: &'static str,
        cause: io::Error,
    },
}

impl Error {
    pub(crate) fn store(attempted: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Store { attempted, cause }
    }

    /// Whether the same may work later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Store { .. })
    }
}
