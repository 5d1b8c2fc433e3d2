//! What an operator can set.

use crate::Budget;
use std::path::PathBuf;

/// Options of the conversation service.
#[derive(clap::Args)]
pub struct Config {
    /// How much of a conversation the model gets to read, in tokens (four characters each). Leave room for the answer in
    /// what the model can hold.
    #[arg(long, env = "CONVERSATION_CONTEXT_TOKENS", default_value_t = 4_000)]
    pub context_tokens: usize,
    /// The longest answer, in tokens; as the model server has it when left out.
    #[arg(long, env = "CONVERSATION_ANSWER_TOKENS")]
    pub answer_tokens: Option<u32>,
    /// Folder of the model by which the memory is searched: a sentence encoder of the BERT family with 384 dimensions
    /// (`config.json`, `tokenizer.json`, `model.safetensors`). Without it the memory is searched by words alone.
    #[arg(long, env = "EMBEDDING_MODEL")]
    pub embedding_model: Option<PathBuf>,
}

impl Config {
    /// What the model gets to read.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        Budget {
            tokens: self.context_tokens,
        }
    }
}
