//! Where an installation keeps files, as operators say it.

use crate::{Artifacts, Bucket, Directory, Error, Shelf, bucket};
use std::{io, path::PathBuf, sync::Arc};

/// Options of services through which files pass: `#[command(flatten)]` them into the service's own.
#[derive(clap::Args, Debug, Clone)]
pub struct FileOptions {
    /// Folder in which files are kept, the same one for all services; without it there is no place for files.
    #[arg(long, env = "ARTIFACTS_DIR")]
    artifacts_dir: Option<PathBuf>,
    /// S3 bucket in which files are kept instead, the same one for all services; where it is, and its keys, are taken from
    /// the usual variables (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, a machine's role).
    #[arg(long, env = "ARTIFACTS_BUCKET")]
    artifacts_bucket: Option<String>,
    /// The largest file that is taken, in bytes.
    #[arg(long, env = "ARTIFACT_BYTES", default_value_t = 2 << 30)]
    artifact_bytes: u64,
}

impl FileOptions {
    /// Where files lie; `None` when there is no place for them.
    ///
    /// # Errors
    /// `Store` when the folder or the bucket cannot be used.
    pub fn shelf(&self) -> Result<Option<Shelf>, Error> {
        let artifacts: Arc<dyn Artifacts> = match (&self.artifacts_bucket, &self.artifacts_dir) {
            (Some(name), _) if self.artifact_bytes <= bucket::MOST => {
                Arc::new(Bucket::named(name)?)
            }
            (Some(_), _) => {
                let reason = format!("ARTIFACT_BYTES: a bucket takes {} at most", bucket::MOST);
                return Err(Error::store("use the bucket")(io::Error::other(reason)));
            }
            (None, Some(folder)) => Arc::new(Directory::open(folder)?),
            (None, None) => return Ok(None),
        };
        Ok(Some(Shelf {
            artifacts,
            most_bytes: self.artifact_bytes,
        }))
    }
}
