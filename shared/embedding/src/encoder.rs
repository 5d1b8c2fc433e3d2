//! The model itself: tokens, layers, and the mean of what they say, as its authors pool it (Reimers and Gurevych,
//! "Sentence-BERT", arXiv 1908.10084).

use crate::{DIMENSIONS, Embedding, Error};
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use sha2::{Digest, Sha256};
use std::{fmt::Display, path::Path};
use tokenizers::{Tokenizer, TruncationParams};

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const WEIGHTS: &str = "model.safetensors";
/// What a model consists of.
pub(crate) const FILES: [&str; 3] = [CONFIG, TOKENIZER, WEIGHTS];
/// Tokens that such models were trained on at a time.
const TOKENS: usize = 256;

pub(crate) struct Encoder {
    checksum: String,
    model: BertModel,
    tokenizer: Tokenizer,
}

impl Encoder {
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        let config: Config = serde_json::from_slice(&read(folder, CONFIG)?).map_err(broken)?;
        if config.hidden_size != DIMENSIONS {
            let given = config.hidden_size;
            return Err(broken(format!(
                "its vectors have {given} dimensions, not {DIMENSIONS}"
            )));
        }
        let mut tokenizer = Tokenizer::from_bytes(read(folder, TOKENIZER)?).map_err(broken)?;
        let cut = TruncationParams {
            max_length: TOKENS,
            ..TruncationParams::default()
        };
        tokenizer.with_truncation(Some(cut)).map_err(broken)?;
        tokenizer.with_padding(None);
        let weights = read(folder, WEIGHTS)?;
        let checksum = checksum(&weights);
        let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .map_err(broken)?;
        let model = BertModel::load(weights, &config).map_err(broken)?;
        Ok(Self {
            checksum,
            model,
            tokenizer,
        })
    }

    pub(crate) fn encode(&self, text: &str) -> Result<Embedding, Error> {
        let encoding = self.tokenizer.encode(text, true).map_err(broken)?;
        Ok(Embedding {
            vector: self.pooled(encoding.get_ids()).map_err(broken)?,
            model: self.checksum.clone(),
        })
    }

    fn pooled(&self, ids: &[u32]) -> candle_core::Result<Vec<f32>> {
        let ids = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let types = ids.zeros_like()?;
        let words = self.model.forward(&ids, &types, None)?;
        let mean = words.mean(1)?;
        let length = mean.sqr()?.sum_keepdim(1)?.sqrt()?;
        mean.broadcast_div(&length)?.squeeze(0)?.to_vec1()
    }
}

/// Tells models apart by a thousandth of their weights: reading all of them would take longer than loading them.
fn checksum(weights: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(weights.len().to_be_bytes());
    for part in weights.chunks(1 << 20) {
        hash.update(part.get(..1 << 10).unwrap_or(part));
    }
    hex::encode(hash.finalize().get(..8).unwrap_or_default())
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>, Error> {
    let path = folder.join(file);
    std::fs::read(&path).map_err(|error| broken(format!("{}: {error}", path.display())))
}

fn broken(cause: impl Display) -> Error {
    Error::Model {
        cause: cause.to_string(),
    }
}
