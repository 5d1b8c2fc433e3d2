//! Where things are: the clone, its `.local/` state, and the caches that clones share.

use std::env;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The directories of one invocation.
pub(crate) struct Paths {
    /// The clone that `cargo xtask` was called in.
    pub(crate) root: PathBuf,
    /// State of this clone: databases, streams, keys, logs, pid files.
    pub(crate) local: PathBuf,
    /// Fetched and built tools of this person, keyed by version and checksum.
    pub(crate) cache: PathBuf,
    /// As `cache`, for what an unprivileged user must be able to execute when root calls.
    pub(crate) shared_cache: PathBuf,
}

impl Paths {
    /// Finds the clone upwards from the working directory. Errors: called outside a clone, or no home directory.
    pub(crate) fn find() -> Result<Self> {
        let here = env::current_dir().context("could not read the working directory")?;
        let root = here
            .ancestors()
            .find(|dir| dir.join("shared/xtask/Cargo.toml").is_file())
            .context("call this inside a clone of silver-telegram")?
            .to_path_buf();
        let cache = match env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
        }
        .join("silver-telegram");
        let shared_cache = if is_root() {
            PathBuf::from("/var/cache/silver-telegram")
        } else {
            cache.clone()
        };
        Ok(Self {
            local: root.join(".local"),
            root,
            cache,
            shared_cache,
        })
    }
}

/// Whether this process runs as root, to which PostgreSQL refuses its service.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// Whether every user may walk down to `dir`.
pub(crate) fn open_to_all(dir: &Path) -> bool {
    dir.ancestors()
        .all(|part| std::fs::metadata(part).is_ok_and(|meta| meta.mode() & 0o001 != 0))
}
