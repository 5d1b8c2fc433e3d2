//! The parser of AsyncAPI, which is published for Node.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{cached, fingerprint};
use crate::npm;
use crate::paths::Paths;

/// What the folder holds.
const FILES: [&str; 3] = ["package.json", "package-lock.json", "check.mjs"];

/// The program that checks an AsyncAPI document, with its packages: `node <this> <document>`.
pub(crate) fn asyncapi(paths: &Paths) -> Result<PathBuf> {
    let pinned = paths.root.join("deploy/tools/asyncapi");
    let files = FILES.map(|name| pinned.join(name));
    let key = fingerprint(&files.each_ref().map(PathBuf::as_path))?;
    let entry = cached(&paths.cache, &format!("asyncapi-{key}"), |into| {
        for name in FILES {
            fs::copy(pinned.join(name), into.join(name))?;
        }
        npm::install(into, "the check of schemas/asyncapi.yaml")
    })?;
    Ok(entry.join("check.mjs"))
}
