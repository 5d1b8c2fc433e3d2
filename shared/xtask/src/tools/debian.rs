//! Programs that come from Debian's packages: installed when root calls, asked for otherwise.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::named_by;
use crate::command::{capture, on_path};
use crate::paths::is_root;
use crate::terminal::Step;

/// The IMAP server of the tests and of the sample mailbox.
pub(crate) fn dovecot() -> Result<PathBuf> {
    program("dovecot", "ST_DOVECOT", &["dovecot-imapd"])
}

/// The browser of the UI tests.
pub(crate) fn chromium() -> Result<PathBuf> {
    program("chromium", "ST_CHROMIUM", &["chromium"])
}

/// Installs Debian packages. Errors: not root, or no apt, naming the packages.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    if !is_root() || on_path("apt-get").is_none() {
        bail!(
            "please install the packages {} (Debian's names) and call again",
            packages.join(" ")
        );
    }
    let step = Step::new(format!("installing {}", packages.join(", ")));
    capture(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut command = Command::new("apt-get");
    command
        .args(["install", "--yes", "--no-install-recommends", "--quiet"])
        .args(packages);
    capture(command.env("DEBIAN_FRONTEND", "noninteractive"))?;
    step.done();
    Ok(())
}

fn program(name: &str, variable: &str, packages: &[&str]) -> Result<PathBuf> {
    if let Some(own) = named_by(variable).or_else(|| on_path(name)) {
        return Ok(own);
    }
    install(packages)?;
    match on_path(name) {
        Some(file) => Ok(file),
        None => bail!(
            "{} did not bring {name}: name one by {variable}",
            packages.join(" ")
        ),
    }
}
