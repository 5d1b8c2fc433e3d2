//! Artifacts in an S3 bucket: `kept/<tenant>/<hash>`, last modified when they were last put.
//!
//! A name follows from the bytes, and a bucket cannot rename. So a small artifact is hashed in memory and put under its name,
//! a larger one is sent in parts to `incoming/`, and the bucket copies it to its name.
//!
//! A bucket cannot remove "unless it was put since" either. So whoever removes says so first, in an object under `removing/`
//! that only one can create, and looks at the time again; whoever puts looks afterwards whether such an object stands, and puts
//! again if the artifact went. This asks of the bucket what Amazon's keeps (2024): a read sees the last write, and
//! `If-None-Match: *`.

use crate::{Artifacts, Error, Opened, Put, Source, copy::copy};
use async_trait::async_trait;
use events::ArtifactHash;
use futures::{StreamExt, TryStreamExt};
use ids::TenantId;
use object_store::{
    Error as Failure, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode,
    PutPayload,
    aws::{AmazonS3, AmazonS3Builder},
    buffered::BufWriter,
    path::Path,
};
use std::{
    io,
    io::Cursor,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::io::StreamReader;
use ulid::Ulid;

/// What is sent at once, and what is held in memory of an artifact, in bytes; a bucket takes 10,000 parts.
const PART: usize = 8 << 20;
/// The most that a bucket copies at once, in bytes (Amazon's `CopyObject`).
pub(crate) const MOST: u64 = 5 << 30;
/// After so long, what stands under `incoming/` or `removing/` was left by a crash. No request is tried for as long.
const LEFT: Duration = Duration::from_secs(600);
/// How much of that a removal may have used when it removes.
const IN_TIME: Duration = Duration::from_secs(60);
/// How often it is looked whether a removal is over.
const LOOK: Duration = Duration::from_millis(100);

/// See the module.
#[derive(Debug)]
pub struct Bucket(Arc<AmazonS3>);

impl Bucket {
    /// A store in the bucket of this name. Where it is and who may write it is taken from the variables that other programs
    /// take it from: `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, a role of the machine.
    ///
    /// # Errors
    /// `Store` when these say nothing that can be used. The bucket is not asked.
    pub fn named(name: &str) -> Result<Self, Error> {
        Self::of(AmazonS3Builder::from_env().with_bucket_name(name))
    }

    /// As [`Bucket::named`], where the caller says where the bucket is.
    ///
    /// # Errors
    /// `Store` when that cannot be used. The bucket is not asked.
    pub fn of(builder: AmazonS3Builder) -> Result<Self, Error> {
        let bucket = builder.build().map_err(failed("use the bucket"))?;
        Ok(Self(Arc::new(bucket)))
    }

    async fn find(&self, path: &Path) -> Result<Option<ObjectMeta>, Error> {
        match self.0.head(path).await {
            Ok(object) => Ok(Some(object)),
            Err(Failure::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed("look for an artifact")(error)),
        }
    }

    /// Sends what does not fit in memory, to a name that nobody reads.
    async fn receive(&self, bytes: Source, most: u64, to: &Path) -> Result<Put, Error> {
        let bucket = Arc::clone(&self.0) as Arc<dyn ObjectStore>;
        let mut parts = BufWriter::with_capacity(bucket, to.clone(), PART).with_max_concurrency(1);
        let received = copy(bytes, &mut parts, most).await;
        if received.is_err() {
            // The bucket's own rules remove what is left of parts.
            parts.abort().await.ok();
        } else {
            let ended = parts.shutdown().await;
            ended.map_err(Error::store("write an artifact"))?;
        }
        received
    }

    /// Whether it stands under its name and nobody is about to remove it. Waits for removals to end.
    async fn stands(&self, kept: &Path, removing: &Path) -> Result<bool, Error> {
        while let Some(object) = self.find(removing).await? {
            if is_left(&object) {
                self.forget(removing).await?;
            } else {
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(self.find(kept).await?.is_some())
    }

    async fn forget(&self, path: &Path) -> Result<(), Error> {
        match self.0.delete(path).await {
            Ok(()) | Err(Failure::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("remove an object")(error)),
        }
    }

    /// Removes it as the only one who does, when it is old enough still.
    async fn remove_alone(&self, path: &Path, before: SystemTime) -> Result<bool, Error> {
        let since = Instant::now();
        let object = self.find(path).await?;
        let is_old = object.is_some_and(|object| is_before(&object, before));
        if !is_old || since.elapsed() > IN_TIME {
            return Ok(false);
        }
        self.forget(path).await.map(|()| true)
    }

    /// Removes what crashes left.
    async fn sweep(&self) -> Result<(), Error> {
        for folder in ["incoming", "removing"] {
            let folder = Path::from(folder);
            let left = self
                .0
                .list(Some(&folder))
                .try_filter(|object| std::future::ready(is_left(object)))
                .map_ok(|object| object.location)
                .boxed();
            let removed = self
                .0
                .delete_stream(left)
                .try_for_each(|_| async { Ok(()) });
            removed.await.map_err(failed("remove what was left"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Artifacts for Bucket {
    async fn put(&self, tenant: &TenantId, mut bytes: Source, most: u64) -> Result<Put, Error> {
        let mut first = Vec::new();
        let read = (&mut bytes).take(PART as u64).read_to_end(&mut first).await;
        let is_small = read.map_err(Error::Source)? < PART;
        let incoming = Path::from_iter(["incoming", &Ulid::generate().to_string()]);
        let put = if is_small {
            let bytes = Box::new(Cursor::new(first.clone()));
            copy(bytes, &mut tokio::io::sink(), most).await?
        } else {
            let all = Box::new(Cursor::new(std::mem::take(&mut first)).chain(bytes));
            self.receive(all, most, &incoming).await?
        };
        let (kept, removing) = (kept(tenant, &put.hash), removing(tenant, &put.hash));
        let first = PutPayload::from(first);
        loop {
            if is_small {
                let written = self.0.put(&kept, first.clone()).await;
                written.map_err(failed("write an artifact"))?;
            } else {
                let named = self.0.copy(&incoming, &kept).await;
                named.map_err(failed("name an artifact"))?;
            }
            if self.stands(&kept, &removing).await? {
                break;
            }
        }
        if !is_small {
            self.forget(&incoming).await?;
        }
        Ok(put)
    }

    async fn open(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        first: u64,
    ) -> Result<Opened, Error> {
        let path = kept(tenant, hash);
        let mut options = GetOptions::default();
        if first > 0 {
            // A range that begins at the end or behind it is no range to a bucket.
            let object = self.find(&path).await?;
            let size = object.ok_or_else(|| Error::NotFound(hash.clone()))?.size;
            if first > size {
                let hash = hash.clone();
                return Err(Error::OutOfRange { hash, size, first });
            }
            if first == size {
                let bytes = Box::new(tokio::io::empty());
                return Ok(Opened { size, bytes });
            }
            options.range = Some(GetRange::Offset(first));
        }
        match self.0.get_opts(&path, options).await {
            Ok(found) => Ok(Opened {
                size: found.meta.size,
                bytes: Box::new(StreamReader::new(
                    found.into_stream().map_err(io::Error::from),
                )),
            }),
            Err(Failure::NotFound { .. }) => Err(Error::NotFound(hash.clone())),
            Err(error) => Err(failed("read an artifact")(error)),
        }
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        before: SystemTime,
    ) -> Result<bool, Error> {
        let removing = removing(tenant, hash);
        let alone = PutMode::Create.into();
        match self.0.put_opts(&removing, PutPayload::new(), alone).await {
            Ok(_) => {}
            // Another replica is at it; what a crash left here is swept.
            Err(Failure::AlreadyExists { .. }) => return Ok(false),
            Err(error) => return Err(failed("remove an artifact")(error)),
        }
        let removed = self.remove_alone(&kept(tenant, hash), before).await;
        self.forget(&removing).await?;
        removed
    }

    async fn older(
        &self,
        before: SystemTime,
        after: Option<&(TenantId, ArtifactHash)>,
        most: usize,
    ) -> Result<Vec<(TenantId, ArtifactHash)>, Error> {
        let folder = Path::from("kept");
        let objects = match after {
            None => {
                self.sweep().await?;
                self.0.list(Some(&folder))
            }
            Some((tenant, hash)) => self.0.list_with_offset(Some(&folder), &kept(tenant, hash)),
        };
        let older = objects
            .try_filter(|object| std::future::ready(is_before(object, before)))
            .try_filter_map(|object| std::future::ready(Ok(named(&object.location))))
            .take(most);
        older
            .try_collect()
            .await
            .map_err(failed("look for old artifacts"))
    }
}

fn kept(tenant: &TenantId, hash: &ArtifactHash) -> Path {
    Path::from_iter(["kept", tenant.as_str(), hash.as_str()])
}

fn removing(tenant: &TenantId, hash: &ArtifactHash) -> Path {
    Path::from_iter(["removing", tenant.as_str(), hash.as_str()])
}

/// Whose artifact lies there, and which; `None` for what others have put into the bucket.
fn named(path: &Path) -> Option<(TenantId, ArtifactHash)> {
    let mut parts = path.parts().skip(1);
    let (tenant, hash) = (parts.next()?, parts.next()?);
    Some((tenant.as_ref().parse().ok()?, hash.as_ref().parse().ok()?))
}

fn is_before(object: &ObjectMeta, time: SystemTime) -> bool {
    SystemTime::from(object.last_modified) < time
}

fn is_left(object: &ObjectMeta) -> bool {
    let age = SystemTime::now().duration_since(object.last_modified.into());
    age.is_ok_and(|age| age > LEFT)
}

fn failed(attempted: &'static str) -> impl FnOnce(Failure) -> Error {
    move |failure| Error::store(attempted)(io::Error::other(failure))
}
