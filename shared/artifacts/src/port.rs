//! What an artifact store can do.

use crate::Error;
use async_trait::async_trait;
use events::ArtifactHash;
use ids::TenantId;
use std::time::SystemTime;
use tokio::io::AsyncRead;

/// Where bytes come from, or go to.
pub type Source = Box<dyn AsyncRead + Send + Unpin>;

/// What became of bytes that were put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    pub hash: ArtifactHash,
    /// In bytes.
    pub size: u64,
}

/// An artifact that is being read.
pub struct Opened {
    /// All of the artifact, in bytes, whatever part is read.
    pub size: u64,
    /// From the byte that was asked for to the end.
    pub bytes: Source,
}

/// A store of artifacts, each tenant's for itself.
#[async_trait]
pub trait Artifacts: Send + Sync {
    /// Stores all that `bytes` give, at most `most`. Durable when it returns. What is there already counts as put now.
    ///
    /// # Errors
    /// `TooLarge`, `Source`, `Store`; then nothing is stored.
    async fn put(&self, tenant: &TenantId, bytes: Source, most: u64) -> Result<Put, Error>;

    /// Reads from byte `first` on.
    ///
    /// # Errors
    /// `NotFound`, `OutOfRange`, `Store`.
    async fn open(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        first: u64,
    ) -> Result<Opened, Error>;

    /// Removes an artifact that was last put before `before`; false when it is not there, or was put since. Who opened it
    /// reads it to its end.
    ///
    /// # Errors
    /// `Store`.
    async fn remove(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        before: SystemTime,
    ) -> Result<bool, Error>;

    /// Artifacts of all tenants that were last put before `before`, in an order that stays, behind `after`, at most `most`: what nothing refers to among them can be removed.
    ///
    /// # Errors
    /// `Store`.
    async fn older(
        &self,
        before: SystemTime,
        after: Option<&(TenantId, ArtifactHash)>,
        most: usize,
    ) -> Result<Vec<(TenantId, ArtifactHash)>, Error>;
}
