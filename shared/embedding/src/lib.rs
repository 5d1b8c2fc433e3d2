//! What a text means, as a vector: texts that mean the same are close to each other, whatever their words.
//!
//! The model runs in this process and needs no service: a sentence encoder of the BERT family, read from a folder (DECISIONS
//! 55). It is loaded with the first text, so that who compares nothing pays nothing.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod encoder;
mod error;

pub use error::Error;

use encoder::{Encoder, FILES};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Length of every vector.
pub const DIMENSIONS: usize = 384;

/// What a text means to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// Of length 1, so that the cosine of two is their product; [`DIMENSIONS`] numbers.
    pub vector: Vec<f32>,
    /// A checksum of the model: vectors of different models say nothing about each other.
    pub model: String,
}

/// Makes vectors, one text at a time.
#[derive(Clone)]
pub struct Embedder {
    folder: Arc<Path>,
    encoder: Arc<Mutex<Option<Arc<Encoder>>>>,
}

impl Embedder {
    /// The model in this folder: `config.json`, `tokenizer.json` and `model.safetensors`.
    ///
    /// # Errors
    /// `Missing` names the file that is not there.
    pub fn in_folder(folder: PathBuf) -> Result<Self, Error> {
        let missing = FILES
            .iter()
            .map(|file| folder.join(file))
            .find(|file| !file.is_file());
        match missing {
            Some(file) => Err(Error::Missing { file }),
            None => Ok(Self {
                folder: folder.into(),
                encoder: Arc::default(),
            }),
        }
    }

    /// What a text means. What is longer than the model reads (about 200 words) is cut.
    ///
    /// # Errors
    /// `Model` when the files are not such a model.
    pub async fn embed(&self, text: &str) -> Result<Embedding, Error> {
        let (embedder, text) = (self.clone(), text.to_owned());
        // Milliseconds of pure arithmetic: nothing else of this process may wait for it.
        let embedding = tokio::task::spawn_blocking(move || embedder.encoder()?.encode(&text));
        embedding.await.map_err(|error| Error::Model {
            cause: error.to_string(),
        })?
    }

    fn encoder(&self) -> Result<Arc<Encoder>, Error> {
        let mut loaded = self.encoder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(encoder) = &*loaded {
            return Ok(Arc::clone(encoder));
        }
        let encoder = Arc::new(Encoder::load(&self.folder)?);
        *loaded = Some(Arc::clone(&encoder));
        Ok(encoder)
    }
}
