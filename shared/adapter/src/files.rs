//! Files that effects carry: where they lie, and what it means for an effect when one cannot be had.

use crate::fault;
use artifacts::{Error, Opened, Shelf};
use events::{Artifact, ErrorClass, RunError};
use ids::TenantId;

/// Opens a file that an effect names. Nothing is sent when it cannot be had.
///
/// # Errors
/// Permanent when there is no such file, or no place for files; retryable when the store is away.
pub async fn open_file(
    shelf: Option<&Shelf>,
    tenant: &TenantId,
    artifact: &Artifact,
) -> Result<Opened, RunError> {
    let shelf = shelf.ok_or_else(|| {
        fault(
            ErrorClass::Limit,
            "artifacts.not_configured",
            format!(
                "there is no place for files, so file {} cannot be read",
                artifact.hash
            ),
            Some("set ARTIFACTS_DIR"),
        )
    })?;
    let opened = shelf.artifacts.open(tenant, &artifact.hash, 0).await;
    opened.map_err(|error| match error {
        Error::NotFound(hash) => fault(
            ErrorClass::Schema,
            "artifact.not_found",
            format!("there is no file {hash}"),
            Some("a file is kept as long as a run that refers to it; send it again"),
        ),
        error @ (Error::TooLarge { .. }
        | Error::OutOfRange { .. }
        | Error::Source(_)
        | Error::Store { .. }) => file_store_away(&error),
    })
}

/// The store of files cannot be read or written now.
pub fn file_store_away(error: &Error) -> RunError {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "artifact store failed"
    );
    fault(
        ErrorClass::Unavailable,
        "artifacts.unavailable",
        error.to_string(),
        None,
    )
}
