//! Why a model did not answer, in words that a person can act on.

mod told;
mod unfit;

use adapter::Health;
use egress::Error;
use events::{ErrorClass, RunError};
use serde_json::Value;

/// Faults that another server need not have: another model is asked, and this server is left alone for a while.
const OF_SERVERS: [&str; 9] = [
    "account.credentials_unusable",
    "llm.address_denied",
    "llm.interrupted",
    "llm.key_refused",
    "llm.rate_limited",
    "llm.timeout",
    "llm.unavailable",
    "llm.unpaid",
    "llm.unreachable",
];

/// A model call that came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub error: RunError,
    /// Time alone may heal it.
    pub passes: bool,
    /// What it says about the account.
    pub health: Option<Health>,
}

impl Fault {
    /// A fault that asking again does not heal.
    pub fn new(class: ErrorClass, code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self {
            error: adapter::fault(class, code, message, Some(hint)),
            passes: false,
            health: None,
        }
    }

    /// Another server may do better with the same question.
    pub(crate) fn is_about_server(&self) -> bool {
        OF_SERVERS.contains(&self.error.code.as_str())
    }

    fn passing(mut self) -> Self {
        self.passes = true;
        self
    }

    fn degrading(mut self, code: &'static str) -> Self {
        let reason = self.error.message.clone();
        self.health = Some(Health::Degraded { code, reason });
        self
    }

    /// With what the other side said.
    #[must_use]
    pub fn with_detail(mut self, detail: Value) -> Self {
        self.error.detail = Some(detail);
        self
    }

    /// There is no model to ask.
    #[must_use]
    pub fn not_configured() -> Self {
        Self::new(
            ErrorClass::Auth,
            "llm.not_configured",
            "No language model is configured, so nobody could be asked.",
            "Add one under Accounts, Language model: a base URL such as http://127.0.0.1:11434/v1 (Ollama), a model, and a key \
             where the server wants one. Without the web UI, set LLM_BASE_URL, LLM_PROTOCOL and LLM_MODEL for adapter-llm.",
        )
    }

    /// A server is configured, but no name of a model is known.
    #[must_use]
    pub fn no_models() -> Self {
        Self::new(
            ErrorClass::Unavailable,
            "llm.no_models",
            "A model server is configured, but names no model and could not be asked for its models.",
            "See the account's status, check that the server runs, or name a model in the account (LLM_MODEL without the web UI).",
        )
    }

    /// The model that was asked for is not among those configured.
    #[must_use]
    pub fn model_unknown(model: &str, known: &[String]) -> Self {
        Self::new(
            ErrorClass::Rejected,
            "llm.model_unknown",
            format!("No configured language model is called `{model}`."),
            &format!("Use one of: {}; or leave the model out.", known.join(", ")),
        )
    }

    /// The request did not reach the server, or no answer came back; `address` says what a base URL looks like.
    #[must_use]
    pub fn transport(error: &Error, base_url: &str, address: &str) -> Self {
        let said = sentence(&error.explain());
        let hint = |text: &str| format!("Check that a model server runs at {base_url}. {text}");
        match error {
            Error::Denied { host, address, .. } => {
                let name = if host.parse() == Ok(*address) {
                    host.clone()
                } else {
                    format!("{host} or {address}")
                };
                Self::new(
                    ErrorClass::Rejected,
                    "llm.address_denied",
                    said,
                    &format!(
                        "Private addresses are closed unless the operator opens them: add {name} to EGRESS_ALLOW of adapter-llm."
                    ),
                )
                .degrading("llm.address_denied")
            }
            Error::Timeout { .. } => Self::new(
                ErrorClass::Timeout,
                "llm.timeout",
                said,
                "Raise LLM_TIMEOUT_SECONDS of adapter-llm, or use a smaller model.",
            ),
            Error::Resolve { .. } | Error::Connect { .. } | Error::Tls { .. } => Self::new(
                ErrorClass::Unavailable,
                "llm.unreachable",
                said,
                &hint(address),
            )
            .passing()
            .degrading("llm.unreachable"),
            Error::Http { .. } => Self::interrupted(&said),
            Error::TooLarge { .. } => Self::new(
                ErrorClass::Limit,
                "llm.answer_too_long",
                said,
                "Ask for less, or set max_tokens.",
            ),
            Error::Redirected(cause) => Self::transport(cause, base_url, address),
            Error::Allow(_)
            | Error::Host(_)
            | Error::Url { .. }
            | Error::Header(_)
            | Error::Certificate(_)
            | Error::Authorities(_)
            | Error::Redirect { .. }
            | _ => Self::new(ErrorClass::Rejected, "llm.request_failed", said, &hint("")),
        }
    }

    /// The answer broke off.
    #[must_use]
    pub fn interrupted(why: &str) -> Self {
        Self::new(
            ErrorClass::Unavailable,
            "llm.interrupted",
            format!("The model's answer broke off: {why}"),
            "Ask again; if it happens often, look into the model server's log.",
        )
        .passing()
    }

    /// Neither the answer nor its repair has the shape that was asked for.
    #[must_use]
    pub fn shape(model: &str, violations: &[String], said: &str) -> Self {
        const SHOWN_CHARS: usize = 2_000;
        let said: String = said.chars().take(SHOWN_CHARS).collect();
        Self::new(
            ErrorClass::Schema,
            "llm.answer_unusable",
            format!(
                "{model} did not answer in the shape that was asked for, not even when told what was wrong: {}",
                violations.first().map_or("", String::as_str)
            ),
            "Use a larger model, simplify the schema, or raise max_tokens.",
        )
        .with_detail(serde_json::json!({ "violations": violations, "answer": said }))
    }

    /// The model said nothing at all, maybe because it was cut off before.
    #[must_use]
    pub fn empty(model: &str, is_cut: bool) -> Self {
        let (message, hint) = match is_cut {
            true => (
                format!("{model} came to the end of its tokens before it said anything."),
                "Raise max_tokens, or give it less text.",
            ),
            false => (
                format!("{model} answered with nothing."),
                "Ask again, or use another model.",
            ),
        };
        Self::new(ErrorClass::Schema, "llm.answer_empty", message, hint)
    }

    /// The model, or who watches over it, does not want to answer.
    #[must_use]
    pub fn declined(model: &str) -> Self {
        Self::new(
            ErrorClass::Rejected,
            "llm.declined",
            format!("{model} declined to answer this."),
            "Word the question differently, leave out what it objects to, or use another model.",
        )
    }

    /// The question names a prompt that does not exist.
    #[must_use]
    pub fn prompt_unknown(prompt: &str) -> Self {
        Self::new(
            ErrorClass::Rejected,
            "prompt.unknown",
            format!("There is no prompt `{prompt}`."),
            "Use the name of a prompt, or name@label of a label it has.",
        )
    }

    /// Our own database failed.
    #[must_use]
    pub fn storage() -> Self {
        Self::new(
            ErrorClass::Unavailable,
            "llm.storage_unavailable",
            "The model was not asked, because the prompts and accounts could not be read.",
            "Try again later.",
        )
        .passing()
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), chars.as_str())
}
