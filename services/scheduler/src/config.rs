//! What an operator can set.

/// Options of the scheduler.
#[derive(clap::Args)]
pub struct Config {
    /// Seconds a leader may be silent before another replica takes over.
    #[arg(long, env = "SCHEDULER_LEASE_SECONDS", default_value_t = 5)]
    pub lease_seconds: u64,
    /// Seconds after its due time from which on a schedule counts as missed, so that its missed-run policy decides.
    #[arg(long, env = "SCHEDULER_LATE_SECONDS", default_value_t = 30)]
    pub late_seconds: u64,
}
