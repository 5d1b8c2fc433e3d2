//! Files that effects carry: where they lie, and what it means for an effect when one cannot be had.

use crate::fault;
use anyhow::Context;
use artifacts::{Directory, Error, Opened, Shelf};
use events::{Artifact, ErrorClass, RunError};
use ids::TenantId;
use std::{path::PathBuf, sync::Arc};

/// Options of adapters whose effects carry files: `#[command(flatten)]` them into the service's own.
#[derive(clap::Args, Debug, Clone)]
pub struct FileOptions {
    /// Folder in which files are kept, the same one for all services; without it there is no place for files.
    #[arg(long, env = "ARTIFACTS_DIR")]
    artifacts_dir: Option<PathBuf>,
    /// The largest file that is taken, in bytes.
    #[arg(long, env = "ARTIFACT_BYTES", default_value_t = 2 << 30)]
    artifact_bytes: u64,
}

impl FileOptions {
    /// Where files lie; `None` when there is no place for them.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn shelf(&self) -> anyhow::Result<Option<Shelf>> {
        let Some(folder) = &self.artifacts_dir else {
            return Ok(None);
        };
        let directory = Directory::open(folder)
            .with_context(|| format!("ARTIFACTS_DIR {} cannot be used", folder.display()))?;
        Ok(Some(Shelf {
            artifacts: Arc::new(directory),
            most_bytes: self.artifact_bytes,
        }))
    }
}

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
