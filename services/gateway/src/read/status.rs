//! What is configured, and what is missing.

use super::store::status as rows;
use crate::{App, access::Access, edge::Problem};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is configured, and what is missing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct SystemStatus {
    pub version: String,
    pub checks: Vec<SystemCheck>,
}

/// One part of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct SystemCheck {
    /// llm, `mail_in` or `mail_out`.
    pub id: String,
    pub name: String,
    /// ok, missing or degraded.
    pub state: String,
    pub detail: String,
    /// How to add what is missing.
    pub hint: Option<String>,
    /// Where in the UI.
    pub link: Option<String>,
}

/// How the accounts of one adapter do, all people's together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) healthy: i64,
    pub(super) connecting: i64,
    pub(super) unwell: i64,
}

/// Whether a model, mail in and mail out are there.
#[utoipa::path(
    get, path = "/api/v1/system/status", operation_id = "get_system_status", tag = "system",
    responses((status = 200, body = SystemStatus),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_system_status(
    access: Access,
    State(app): State<App>,
) -> Result<Json<SystemStatus>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let models = rows::models(&mut tx).await?;
    let checks = vec![
        model_check(&models, rows::tally(&mut tx, "llm").await?),
        mail_check("mail_in", "imap", rows::tally(&mut tx, "imap").await?),
        mail_check("mail_out", "smtp", rows::tally(&mut tx, "smtp").await?),
    ];
    Ok(Json(SystemStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        checks,
    }))
}

fn model_check(models: &[String], accounts: Tally) -> SystemCheck {
    let check = |state: &str, detail: String, hint: Option<&str>| SystemCheck {
        id: "llm".to_owned(),
        name: "Language model".to_owned(),
        state: state.to_owned(),
        detail,
        hint: hint.map(str::to_owned),
        link: hint.map(|_| "/accounts/new/llm".to_owned()),
    };
    match models.first() {
        Some(_) if accounts.unwell > 0 && accounts.healthy == 0 => check(
            "degraded",
            "The language model does not answer.".to_owned(),
            Some("Look at the account of the model: its status says why."),
        ),
        Some(default) => check("ok", format!("Answers come from {default}."), None),
        None => check(
            "missing",
            "No language model is configured, so the assistant cannot answer and AI nodes fail."
                .to_owned(),
            Some("Add an account for Ollama, llama.cpp, vLLM or any OpenAI-compatible service."),
        ),
    }
}

fn mail_check(id: &str, adapter: &str, accounts: Tally) -> SystemCheck {
    let (name, what) = match id {
        "mail_in" => ("Incoming mail", "mailbox"),
        _ => ("Outgoing mail", "mail server"),
    };
    let (state, detail, hint) = match accounts {
        Tally {
            healthy: 0,
            connecting: 0,
            unwell: 0,
        } => (
            "missing",
            format!("No {what} is connected."),
            Some(format!("Connect a {what} under Accounts.")),
        ),
        Tally { unwell: 1.., .. } => (
            "degraded",
            format!("A {what} cannot be used now."),
            Some("Look at the account: its status says why.".to_owned()),
        ),
        Tally { healthy: 0, .. } => ("degraded", format!("A {what} is being connected."), None),
        Tally { .. } => ("ok", format!("Every {what} is connected."), None),
    };
    SystemCheck {
        id: id.to_owned(),
        name: name.to_owned(),
        state: state.to_owned(),
        detail,
        link: hint.as_ref().map(|_| format!("/accounts/new/{adapter}")),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_says_how_to_add_it() {
        let none = model_check(&[], Tally::default());
        assert_eq!(
            (none.state.as_str(), none.hint.is_some()),
            ("missing", true)
        );
        let some = model_check(&["qwen3".into()], Tally::default());
        assert_eq!((some.state.as_str(), some.hint), ("ok", None));
        let mail = |healthy, connecting, unwell| {
            let tally = Tally {
                healthy,
                connecting,
                unwell,
            };
            mail_check("mail_in", "imap", tally).state
        };
        assert_eq!(mail(0, 0, 0), "missing");
        assert_eq!(mail(0, 1, 0), "degraded");
        assert_eq!(mail(2, 0, 0), "ok");
        assert_eq!(mail(2, 0, 1), "degraded");
    }
}
