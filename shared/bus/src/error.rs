//! What can go wrong on the bus.

/// A failure of the bus. All but `Undecodable` and `TooLarge` are worth a retry.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server cannot be reached.
    #[error("could not connect to NATS at {url}")]
    Connect {
        url: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A message was not accepted.
    #[error("could not publish {subject}")]
    Publish {
        subject: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A consumer cannot be read.
    #[error("could not read consumer {consumer} of stream {stream}")]
    Consume {
        stream: &'static str,
        consumer: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A subject cannot be listened to.
    #[error("could not subscribe to {subject}")]
    Subscribe {
        subject: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stream or consumer was refused.
    #[error("could not provision {what}")]
    Provision {
        what: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A message is not what its subject promises.
    #[error("could not decode {subject}: {cause}")]
    Undecodable { subject: String, cause: String },
    /// A payload is over the bound.
    #[error("{subject} has {size} bytes; the bound is {bound}")]
    TooLarge {
        subject: String,
        size: usize,
        bound: usize,
    },
    /// An acknowledgement did not reach the server.
    #[error("could not acknowledge a message of {subject}")]
    Settle {
        subject: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Whether trying again can help.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(self, Self::Undecodable { .. } | Self::TooLarge { .. })
    }
}
