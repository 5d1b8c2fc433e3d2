//! What an operator can set.

/// Options of the IMAP adapter.
#[derive(clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
    /// Seconds between two looks into a mailbox whose server cannot tell of changes.
    #[arg(long, env = "IMAP_POLL_SECONDS", default_value_t = 30)]
    pub poll_seconds: u64,
}
