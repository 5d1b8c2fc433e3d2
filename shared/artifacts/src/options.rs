//! Where an installation keeps files, as operators say it.

use crate::{Directory, Error, Shelf};
use std::{path::PathBuf, sync::Arc};

/// Options of services through which files pass: `#[command(flatten)]` them into the service's own.
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
    /// `Store` when the folder cannot be used.
    pub fn shelf(&self) -> Result<Option<Shelf>, Error> {
        let Some(folder) = &self.artifacts_dir else {
            return Ok(None);
        };
        Ok(Some(Shelf {
            artifacts: Arc::new(Directory::open(folder)?),
            most_bytes: self.artifact_bytes,
        }))
    }
}
