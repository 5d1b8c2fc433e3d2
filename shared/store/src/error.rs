//! What can go wrong with a database, and what a handler may say about a message.

use std::time::Duration;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached.
    #[error("could not connect to the database of {service}")]
    Connect {
        service: String,
        source: sqlx::Error,
    },
    /// Its tables could not be brought up to date.
    #[error("could not migrate the database of {service}")]
    Migrate {
        service: String,
        source: sqlx::migrate::MigrateError,
    },
    /// A statement failed.
    #[error("could not {attempted}")]
    Query {
        attempted: &'static str,
        source: sqlx::Error,
    },
    /// An event could not be written down.
    #[error(transparent)]
    Encode(#[from] bus::Error),
    /// Stored text is not what this version understands.
    #[error("could not read a stored {what}: {cause}")]
    Stored { what: &'static str, cause: String },
}

impl Error {
    /// For `map_err`: what was being done when a statement failed.
    pub fn query(attempted: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Query { attempted, source }
    }

    /// What keeps the database from working now, whatever it is asked: unreachable, starting, full. In words for people.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "any other fault is the statement's own"
    )]
    pub fn outage(&self) -> Option<&'static str> {
        let (Self::Connect { source, .. } | Self::Query { source, .. }) = self else {
            return None;
        };
        match source {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => Some("the database cannot be reached"),
            sqlx::Error::Database(error) => error.code().as_deref().and_then(outage),
            _ if matches!(self, Self::Connect { .. }) => Some("the database cannot be reached"),
            _ => None,
        }
    }

    /// Whether the statement only met another one at a bad moment.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Query {
            source: sqlx::Error::Database(error),
            ..
        } = self
        else {
            return false;
        };
        error
            .code()
            .is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01"))
    }

    /// The violated constraint's name, if that is what happened.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Query { source, .. } => source
                .as_database_error()
                .and_then(|error| error.constraint()),
            Self::Connect { .. } | Self::Migrate { .. } | Self::Encode(_) | Self::Stored { .. } => {
                None
            }
        }
    }
}

/// Why a handler did not apply an event.
#[derive(Debug)]
pub enum Failure {
    /// Not now, for the event's own reasons; again after the pause.
    Retry {
        after: Duration,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Not now, whatever the event: the database is away. Nothing is counted, and everything waits until it is back.
    Outage { reason: &'static str, source: Error },
    /// Never: the reason goes with the dead letter.
    Poison(String),
}

impl Failure {
    /// Whether any other event would have failed as well.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Outage { .. })
    }

    /// A failure that time may heal.
    pub fn retry(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Retry {
            after: Duration::from_secs(1),
            source: source.into(),
        }
    }

    /// A message that nobody can apply.
    pub fn poison(cause: impl std::fmt::Display) -> Self {
        Self::Poison(cause.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if let Some(reason) = error.outage() {
            return Self::Outage {
                reason,
                source: error,
            };
        }
        match error {
            Error::Encode(error) if !error.is_retryable() => Self::Poison(error.to_string()),
            Error::Query {
                source: sqlx::Error::Database(ref cause),
                ..
            } if is_permanent(cause.as_ref()) => Self::Poison(format!("{error}: {cause}")),
            error @ (Error::Connect { .. }
            | Error::Migrate { .. }
            | Error::Query { .. }
            | Error::Encode(_)
            | Error::Stored { .. }) => Self::retry(error),
        }
    }
}

/// Source: PostgreSQL, appendix A, error codes.
fn outage(code: &str) -> Option<&'static str> {
    match code {
        "25006" => Some("the database takes no writes"),
        "53100" => Some("the disk of the database is full; free space on it"),
        "53200" => Some("the database is out of memory"),
        "53300" => Some("the database has no connection left"),
        "57P01" | "57P02" | "57P03" => Some("the database is starting or stopping"),
        _ if code.starts_with("08") => Some("the database cannot be reached"),
        _ if code.starts_with("58") => Some("the database's machine fails"),
        _ => None,
    }
}

/// Whether the statement would fail again: a violated constraint or a value that does not fit.
fn is_permanent(error: &dyn sqlx::error::DatabaseError) -> bool {
    error
        .code()
        .is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}
