//! A process beyond doubt: its id and its start time, since ids are used again.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::command::capture;

/// A process, as written to a pid file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: u32,
    /// Clock ticks after boot (proc(5), stat field 22).
    started: u64,
}

impl Identity {
    /// The process with this id, unless it has ended.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the name in parentheses and may hold anything.
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        let state = fields.next()?;
        let started = fields.nth(18)?.parse().ok()?;
        (state != "Z" && state != "X").then_some(Self { pid, started })
    }

    /// Reads a pid file.
    pub(crate) fn read(file: &Path) -> Option<Self> {
        let text = fs::read_to_string(file).ok()?;
        let (pid, started) = text.trim().split_once(' ')?;
        Some(Self {
            pid: pid.parse().ok()?,
            started: started.parse().ok()?,
        })
    }

    /// Writes a pid file; the pid stands first, for people and for scripts.
    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        fs::write(file, format!("{} {}\n", self.pid, self.started))
            .with_context(|| format!("could not write {}", file.display()))
    }

    /// Whether this very process still runs.
    pub(crate) fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }

    /// Sends a signal, such as `TERM`; a process that just ended is no error.
    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        let sent = capture(
            Command::new("kill")
                .arg(format!("-{signal}"))
                .arg(self.pid.to_string()),
        );
        if sent.is_err() && self.is_alive() {
            sent?;
        }
        Ok(())
    }

    /// Waits until it ended; false when it outlived `limit`.
    pub(crate) fn wait_gone(&self, limit: Duration) -> bool {
        let since = Instant::now();
        while self.is_alive() {
            if since.elapsed() > limit {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }
}
