//! What an operator can set.

use crate::{Files, Patience};
use std::time::Duration;

/// Longest pauses, in seconds: with a silent answer on top, a dead connection is noticed within two minutes.
const MAX_PAUSE: u64 = 90;
const MAX_ANSWER: u64 = 30;
/// The largest mail that can be in memory, in bytes.
const MAX_MAIL: i64 = 256 << 20;

/// Options of the IMAP adapter.
#[derive(clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
    /// Seconds between two looks into a mailbox whose server cannot tell of changes.
    #[arg(long, env = "IMAP_POLL_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=MAX_PAUSE))]
    pub poll_seconds: u64,
    /// Seconds of idling after which a server is asked whether it is still there.
    #[arg(long, env = "IMAP_IDLE_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=MAX_PAUSE))]
    pub idle_seconds: u64,
    /// Seconds a server may say nothing when it is asked.
    #[arg(long, env = "IMAP_ANSWER_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=MAX_ANSWER))]
    pub answer_seconds: u64,
    #[command(flatten)]
    pub files: adapter::FileOptions,
    /// The largest mail whose attachments become files, in bytes; those of larger ones stay in the mailbox.
    #[arg(long, env = "IMAP_MAIL_BYTES", default_value_t = 25 << 20, value_parser = clap::value_parser!(u32).range(..=MAX_MAIL))]
    pub mail_bytes: u32,
}

impl Config {
    /// Where attachments go.
    ///
    /// # Errors
    /// The folder of files cannot be used.
    pub fn files(&self) -> anyhow::Result<Files> {
        Files::open(&self.files, self.mail_bytes)
    }

    /// How long to wait for what.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        Patience {
            answer: Duration::from_secs(self.answer_seconds),
            idle: Duration::from_secs(self.idle_seconds),
            poll: Duration::from_secs(self.poll_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        config: Config,
    }

    fn noticed_after(arguments: &[&str]) -> Duration {
        let cli = Cli::parse_from([&["adapter-imap"], arguments].concat());
        let Patience { answer, idle, poll } = cli.config.patience();
        idle.max(poll) + answer
    }

    #[test]
    fn a_dead_connection_is_noticed_within_two_minutes_whatever_is_set() {
        let two_minutes = Duration::from_secs(120);
        assert_eq!(noticed_after(&[]), Duration::from_secs(80));
        let most = [
            "--poll-seconds=90",
            "--idle-seconds=90",
            "--answer-seconds=30",
        ];
        assert!(noticed_after(&most) <= two_minutes);
        assert!(Cli::try_parse_from(["adapter-imap", "--idle-seconds=91"]).is_err());
    }
}
