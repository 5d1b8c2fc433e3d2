//! Options of the HTTP adapter.

use crate::Reading;

/// Options of the HTTP adapter.
#[derive(clap::Args, Debug)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
    #[command(flatten)]
    pub files: adapter::FileOptions,
    /// The longest text of an answer that is told as a value, in bytes; a longer one becomes a file.
    #[arg(long, env = "HTTP_INLINE_BYTES", default_value_t = 64 << 10)]
    pub inline_bytes: usize,
    /// The longest answer that is read where there is no place for files, in bytes.
    #[arg(long, env = "HTTP_ANSWER_BYTES", default_value_t = 1 << 20)]
    pub answer_bytes: usize,
}

impl Config {
    /// How answers are read.
    ///
    /// # Errors
    /// The folder of files cannot be used.
    pub fn reading(&self) -> anyhow::Result<Reading> {
        Ok(Reading {
            shelf: self.files.shelf()?,
            inline_bytes: self.inline_bytes,
            answer_bytes: self.answer_bytes,
        })
    }
}
