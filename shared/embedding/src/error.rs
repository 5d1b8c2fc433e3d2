//! Why there is no vector.

use std::path::PathBuf;

/// As the module says; neither goes away by trying again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the embedding model is not whole: {} is missing", file.display())]
    Missing { file: PathBuf },
    #[error("the embedding model cannot be used: {cause}")]
    Model { cause: String },
}
