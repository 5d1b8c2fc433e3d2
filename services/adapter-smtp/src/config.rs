//! Options of the SMTP adapter.

use crate::attachments::Enclosing;

/// What all adapters have, and files.
#[derive(clap::Args, Debug)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
    #[command(flatten)]
    pub files: adapter::FileOptions,
    /// The attachments of one mail together, in bytes.
    #[arg(long, env = "SMTP_ATTACHMENT_BYTES", default_value_t = 20 << 20, value_parser = clap::value_parser!(u32).range(..=MOST))]
    pub attachment_bytes: u32,
}

/// What no mail server takes.
const MOST: i64 = 256 << 20;

impl Config {
    /// How files are enclosed.
    ///
    /// # Errors
    /// The folder of files cannot be used.
    pub fn enclosing(&self) -> anyhow::Result<Enclosing> {
        Ok(Enclosing::new(self.files.shelf()?, self.attachment_bytes))
    }
}
