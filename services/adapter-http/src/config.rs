//! Options of the HTTP adapter.

/// What all adapters have, and nothing else.
#[derive(clap::Args, Debug)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
}
