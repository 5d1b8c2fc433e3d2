//! The directory of secrets: one folder for each service, mounted for that service alone. Files are readable by their owner
//! only; what exists is never replaced.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rand::RngExt;

/// The directory.
pub(crate) struct Secrets {
    root: PathBuf,
}

impl Secrets {
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// The text of `<owner>/<name>`, made by `make` when the file does not exist yet.
    pub(crate) fn keep(
        &self,
        owner: &str,
        name: &str,
        make: impl FnOnce() -> Result<String>,
    ) -> Result<String> {
        let path = self.path(owner, name);
        if path.is_file() {
            return self.read(owner, name);
        }
        let text = make()?;
        self.put(owner, name, &text)?;
        Ok(text)
    }

    /// Writes `<owner>/<name>`, replacing it: for what is derived from something kept.
    pub(crate) fn put(&self, owner: &str, name: &str, text: &str) -> Result<()> {
        let dir = self.root.join(owner);
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir);
        made.with_context(|| format!("could not create {}", dir.display()))?;
        let path = self.path(owner, name);
        let failed = || format!("could not write {}", path.display());
        let scratch = dir.join(format!(".{name}"));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&scratch)
            .with_context(failed)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))
            .with_context(failed)?;
        file.write_all(text.trim_end().as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .with_context(failed)?;
        fs::rename(&scratch, &path).with_context(failed)
    }

    /// The text of `<owner>/<name>`.
    pub(crate) fn read(&self, owner: &str, name: &str) -> Result<String> {
        let path = self.path(owner, name);
        let text = fs::read_to_string(&path).with_context(|| {
            format!(
                "could not read {}: run `provisioner keys` first",
                path.display()
            )
        })?;
        Ok(text.trim_end().to_owned())
    }

    fn path(&self, owner: &str, name: &str) -> PathBuf {
        self.root.join(owner).join(name)
    }
}

/// 32 random bytes as hexadecimal digits: fits a URL, a header and a SQL string.
pub(crate) fn random() -> Result<String> {
    Ok(hex::encode(rand::rng().random::<[u8; 32]>()))
}
