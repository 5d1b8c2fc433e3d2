//! What a person may choose: ports, and settings that are handed to the services.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// First of the ports when nobody chose.
const DEFAULT_PORT: u16 = 7800;

/// Variables of the caller that services get: their own settings, not the shell's. A name that ends in `_` is a prefix.
const HANDED_ON: [&str; 22] = [
    "ARTIFACTS_BUCKET",
    "ARTIFACT_",
    "AWS_",
    "BRIDGE_",
    "CALLS_PER_ACCOUNT",
    "CONVERSATION_",
    "EGRESS_",
    "EMBEDDING_MODEL",
    "ENGINE_",
    "HOOK_",
    "HTTP_ANSWER_BYTES",
    "HTTP_INLINE_BYTES",
    "IMAP_",
    "LLM_",
    "LOG",
    "OIDC_",
    "OTEL_",
    "PUBLIC_URL",
    "RUN_RETENTION_DAYS",
    "SCHEDULER_",
    "SMTP_",
    "TRUST_PROXY",
];

/// Ports of one fleet: consecutive from a base, each of them movable by a variable.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    base: u16,
}

impl Ports {
    /// The chosen base, else the one of the last start, else 7800.
    pub(crate) fn choose(state: &Path, chosen: Option<u16>) -> Result<Self> {
        let remembered = state.join("port");
        let last = fs::read_to_string(&remembered)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let base = chosen.or(last).unwrap_or(DEFAULT_PORT);
        if base > u16::MAX - 100 {
            bail!("--port {base}: the fleet needs the 40 ports that follow, choose a lower one");
        }
        fs::create_dir_all(state)?;
        fs::write(&remembered, base.to_string()).context("could not remember the port")?;
        Ok(Self { base })
    }

    /// The port of a part of the fleet, and the setting that moves it. Errors: the variable is set to no port.
    pub(crate) fn of(self, name: &str, offset: u16) -> Result<(u16, String)> {
        let variable = format!("ST_{}_PORT", name.to_uppercase().replace('-', "_"));
        let port = match std::env::var(&variable) {
            Ok(text) => text
                .parse()
                .with_context(|| format!("{variable}={text} is no port"))?,
            Err(_) => self.base + offset,
        };
        Ok((
            port,
            format!("`cargo xtask up --port` (this is the base plus {offset}) or {variable}"),
        ))
    }
}

/// Settings for all services: lines `NAME=value` of `<state>/settings.env`, over them the caller's variables.
pub(crate) fn handed_on(state: &Path) -> BTreeMap<String, String> {
    let file = fs::read_to_string(state.join("settings.env")).unwrap_or_default();
    let written = file
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    let own = std::env::vars()
        .filter(|(name, _)| HANDED_ON.iter().any(|prefix| name.starts_with(prefix)));
    written.chain(own).collect()
}
