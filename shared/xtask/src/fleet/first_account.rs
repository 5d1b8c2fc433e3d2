//! The one-time link that creates the first account.

use std::fs;

use super::{Fleet, probe};

/// The link, as long as nobody has an account.
pub(crate) fn link(fleet: &Fleet, gateway: u16) -> Option<String> {
    let answer = probe::get(gateway, "/api/v1/setup")?;
    let setup: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    if setup.get("needs_first_account")? != &serde_json::Value::Bool(true) {
        return None;
    }
    let token = fs::read_to_string(fleet.secret("gateway", "setup.token")).ok()?;
    Some(format!(
        "http://localhost:{gateway}/setup?token={}",
        token.trim()
    ))
}
