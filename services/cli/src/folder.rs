//! A folder of files that people keep under version control, and the index beside them: what is known of each file, by name.

use anyhow::{Context, bail};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// What the index file `name` says; nothing where there is none.
pub(crate) fn read_index<T: DeserializeOwned + Default>(
    folder: &Path,
    name: &str,
) -> anyhow::Result<T> {
    let path = folder.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => {
            serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

pub(crate) fn write_index<T: Serialize>(
    folder: &Path,
    name: &str,
    index: &T,
) -> anyhow::Result<()> {
    let path = folder.join(name);
    let text = serde_json::to_string_pretty(index)? + "\n";
    fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
}

/// The files that end so, in order.
pub(crate) fn files(folder: &Path, end: &str) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("could not read the folder {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == end))
        .filter(|path| !is_hidden(path))
        .collect();
    files.sort();
    Ok(files)
}

/// The index is one of them.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with('.')
}

/// Fails with the names of what was left undone, if there are any.
pub(crate) fn refuse(names: &[String], why: &str) -> anyhow::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    bail!("{} {why}:\n  {}", names.len(), names.join("\n  "))
}
