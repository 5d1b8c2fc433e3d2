//! Artifacts as files: `<root>/<tenant>/<first two digits>/<hash>`.
//!
//! What is put is written beside, synced, and renamed to its name: a reader sees it whole or not at all. The time of the last
//! put is the file's modification time. Putting and removing a name lock its folder, so that neither acts on what the other
//! has just changed; a crash leaves a file under `incoming`, which nobody reads.

use crate::{Artifacts, Error, Opened, Put, Source, copy::copy};
use async_trait::async_trait;
use events::ArtifactHash;
use ids::TenantId;
use std::{
    fs, io,
    io::SeekFrom,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};
use tokio::io::AsyncSeekExt;

/// Where files are written before they have a name.
const INCOMING: &str = "incoming";
/// What is left there after so long was left by a crash.
const LEFT: Duration = Duration::from_secs(24 * 3_600);
/// The file of a folder that is locked.
const LOCK: &str = ".lock";

/// See the module.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    written: AtomicU64,
}

impl Directory {
    /// A store in `root`, which is made when it is not there.
    ///
    /// # Errors
    /// `Store` when it cannot be written.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, Error> {
        let root = root.into();
        let incoming = root.join(INCOMING);
        fs::create_dir_all(&incoming).map_err(Error::store("make the folder of artifacts"))?;
        sweep(&incoming).map_err(Error::store("look into the folder of artifacts"))?;
        Ok(Self {
            root,
            written: AtomicU64::new(0),
        })
    }

    fn path(&self, tenant: &TenantId, hash: &ArtifactHash) -> PathBuf {
        let digits = hash.as_str();
        let folder = self.root.join(tenant.as_str());
        folder.join(digits.get(..2).unwrap_or(digits)).join(digits)
    }

    /// A name that no other process and no other put of this one has.
    fn incoming(&self) -> PathBuf {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanos = now.unwrap_or_default().as_nanos();
        let name = format!("{}-{nanos}-{number}", std::process::id());
        self.root.join(INCOMING).join(name)
    }
}

#[async_trait]
impl Artifacts for Directory {
    async fn put(&self, tenant: &TenantId, bytes: Source, most: u64) -> Result<Put, Error> {
        let incoming = self.incoming();
        let put = write(&incoming, bytes, most).await;
        let put = match put {
            Ok(put) => {
                let (from, to) = (incoming.clone(), self.path(tenant, &put.hash));
                let named = apart(move || name(&from, &to)).await;
                named
                    .map(|()| put)
                    .map_err(Error::store("name an artifact"))
            }
            Err(error) => Err(error),
        };
        if put.is_err() {
            // It may not have come so far.
            tokio::fs::remove_file(&incoming).await.ok();
        }
        put
    }

    async fn open(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        first: u64,
    ) -> Result<Opened, Error> {
        let failed = || Error::store("read an artifact");
        let file = tokio::fs::File::open(self.path(tenant, hash)).await;
        let mut file = match file {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::NotFound(hash.clone()));
            }
            file => file.map_err(failed())?,
        };
        let size = file.metadata().await.map_err(failed())?.len();
        if first > size {
            let hash = hash.clone();
            return Err(Error::OutOfRange { hash, size, first });
        }
        file.seek(SeekFrom::Start(first)).await.map_err(failed())?;
        Ok(Opened {
            size,
            bytes: Box::new(file),
        })
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        hash: &ArtifactHash,
        before: SystemTime,
    ) -> Result<bool, Error> {
        let path = self.path(tenant, hash);
        let removed = apart(move || remove(&path, before)).await;
        removed.map_err(Error::store("remove an artifact"))
    }

    async fn older(
        &self,
        before: SystemTime,
        after: Option<&(TenantId, ArtifactHash)>,
        most: usize,
    ) -> Result<Vec<(TenantId, ArtifactHash)>, Error> {
        let (root, after) = (self.root.clone(), after.cloned());
        let found = apart(move || older(&root, before, after.as_ref(), most)).await;
        found.map_err(Error::store("look for old artifacts"))
    }
}

async fn write(path: &Path, bytes: Source, most: u64) -> Result<Put, Error> {
    let failed = || Error::store("write an artifact");
    let mut file = tokio::fs::File::create(path).await.map_err(failed())?;
    let put = copy(bytes, &mut file, most).await?;
    file.sync_all().await.map_err(failed())?;
    Ok(put)
}

/// Work on files, where it keeps nobody waiting.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
}

/// Gives what was written its name, or counts what has it already as put now.
fn name(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder)?;
    let lock = lock(folder)?;
    if to.try_exists()? {
        fs::File::options()
            .append(true)
            .open(to)?
            .set_modified(SystemTime::now())?;
        fs::remove_file(from)?;
    } else {
        fs::rename(from, to)?;
        fs::File::open(folder)?.sync_all()?;
    }
    drop(lock);
    Ok(())
}

fn remove(path: &Path, before: SystemTime) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(path);
    if !path.try_exists()? {
        return Ok(false);
    }
    let lock = lock(folder)?;
    let removed = match fs::metadata(path) {
        Ok(metadata) if metadata.modified()? < before => fs::remove_file(path).map(|()| true),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    };
    drop(lock);
    removed
}

/// Held until it is dropped.
fn lock(folder: &Path) -> io::Result<fs::File> {
    let file = fs::File::create(folder.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

fn older(
    root: &Path,
    before: SystemTime,
    after: Option<&(TenantId, ArtifactHash)>,
    most: usize,
) -> io::Result<Vec<(TenantId, ArtifactHash)>> {
    let mut found = Vec::new();
    for tenant in names(root)? {
        let Ok(tenant_id) = tenant.parse::<TenantId>() else {
            continue;
        };
        if tenant == INCOMING || after.is_some_and(|(after, _)| tenant_id < *after) {
            continue;
        }
        for prefix in names(&root.join(&tenant))? {
            let folder = root.join(&tenant).join(prefix);
            for name in names(&folder)? {
                let Ok(hash) = name.parse::<ArtifactHash>() else {
                    continue;
                };
                let key = (tenant_id.clone(), hash);
                if after.is_some_and(|after| key <= *after) {
                    continue;
                }
                if found.len() == most {
                    return Ok(found);
                }
                // It may have been removed by another replica.
                let modified = fs::metadata(folder.join(&name)).and_then(|file| file.modified());
                if modified.is_ok_and(|at| at < before) {
                    found.push(key);
                }
            }
        }
    }
    Ok(found)
}

/// What a folder holds, in order.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let names = entries
        .into_iter()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    Ok(names)
}

/// Removes what a crash left.
fn sweep(incoming: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(incoming)? {
        let entry = entry?;
        let age = now.duration_since(entry.metadata()?.modified()?);
        if age.is_ok_and(|age| age > LEFT) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
