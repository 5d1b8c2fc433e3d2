//! Options of the SMTP adapter.

/// What all adapters have, and nothing else.
#[derive(clap::Args, Debug)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
}
