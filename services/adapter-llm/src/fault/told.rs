//! What a server's own errors mean: by their status, and by what it calls them.

use super::Fault;
use crate::wire::{Complaint, Speech};
use adapter::Health;
use events::ErrorClass;
use std::time::Duration;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Key,
    Unpaid,
    TooLong,
    Declined,
    Missing,
    Slow,
    Busy,
    Failed,
    Refused,
}

/// Statuses for errors in the middle of a stream, which has one already.
const STATUSES: [(&str, u16); 13] = [
    ("invalid_request_error", 400),
    ("context_length_exceeded", 400),
    ("authentication_error", 401),
    ("billing_error", 402),
    ("permission_error", 403),
    ("not_found_error", 404),
    ("request_too_large", 413),
    ("rate_limit_error", 429),
    ("rate_limit_exceeded", 429),
    ("api_error", 500),
    ("server_error", 500),
    ("timeout_error", 504),
    ("overloaded_error", 529),
];

impl Fault {
    /// The server answered with an error.
    #[must_use]
    pub(crate) fn status(
        status: u16,
        complaint: &Complaint,
        retry_after: Option<Duration>,
        speech: &dyn Speech,
    ) -> Self {
        let said = &complaint.message;
        let told = |what: &str| match said.is_empty() {
            true => format!("The model server {what} ({status})."),
            false => format!("The model server {what} ({status}): {said}"),
        };
        let fault = match trouble(status, complaint) {
            Trouble::Key => return Self::key(status),
            Trouble::Unpaid => Self::new(
                ErrorClass::Limit,
                "llm.unpaid",
                told("wants to be paid first"),
                "Add credit or raise the spending limit with the provider.",
            )
            .degrading("llm.unpaid"),
            Trouble::TooLong => Self::new(
                ErrorClass::Limit,
                "llm.question_too_long",
                told("finds the question too long"),
                "Give it less text, use a model with a larger context, or raise the server's context length.",
            ),
            Trouble::Declined => Self::new(
                ErrorClass::Rejected,
                "llm.declined",
                told("declined to answer this"),
                "Word the question differently, leave out what it objects to, or use another model.",
            ),
            Trouble::Missing => Self::new(
                ErrorClass::Rejected,
                "llm.not_found",
                told("does not know the model or the address"),
                &format!("{} {}", speech.missing(), speech.address()),
            ),
            Trouble::Slow => Self::new(
                ErrorClass::Timeout,
                "llm.timeout",
                told("took too long"),
                "Try again, or use a smaller model.",
            )
            .passing(),
            Trouble::Busy => Self::new(
                ErrorClass::RateLimit,
                "llm.rate_limited",
                told("wants fewer requests"),
                "Wait, or raise the limit with the provider.",
            )
            .passing(),
            Trouble::Failed => Self::new(
                ErrorClass::Unavailable,
                "llm.unavailable",
                told(if status == 529 { "has too much to do" } else { "failed" }),
                "Try again; if it happens often, look into the model server's log or its provider's status page.",
            )
            .passing(),
            Trouble::Refused => Self::new(
                ErrorClass::Rejected,
                "llm.refused",
                told("refused the request"),
                "Change what the message says; often the model's name is wrong, or it does not know what it was asked to do.",
            ),
        };
        Self {
            error: fault.error.retry_after(retry_after),
            ..fault
        }
    }

    /// The server gave up in the middle of its answer.
    pub(crate) fn amid(complaint: &Complaint, speech: &dyn Speech) -> Self {
        let known = STATUSES.iter().find(|(kind, _)| complaint.is_a(&[kind]));
        match known.map(|(_, status)| *status) {
            Some(status) => Self::status(status, complaint, None, speech),
            None if trouble(400, complaint) == Trouble::Refused => {
                Self::interrupted(&complaint.message)
            }
            None => Self::status(400, complaint, None, speech),
        }
    }

    /// The key has characters that no header can carry.
    pub(crate) fn unsendable_key() -> Self {
        let mut fault = Self::key(401);
        "The API key has characters that cannot be sent.".clone_into(&mut fault.error.message);
        fault
    }

    /// Without what the server said: that may quote the key.
    fn key(status: u16) -> Self {
        let reason = format!("The model server refused the key ({status}).");
        let hint = "Enter the API key of the account again.";
        let fault = Self::new(ErrorClass::Auth, "llm.key_refused", reason.as_str(), hint);
        Self {
            health: Some(Health::ReauthNeeded { reason }),
            ..fault
        }
    }
}

fn trouble(status: u16, complaint: &Complaint) -> Trouble {
    let is_unpaid = || {
        complaint.is_a(&["insufficient_quota", "billing_error"])
            || complaint.says(&["credit balance is too low"])
    };
    let is_too_long = || {
        let kinds = ["context_length_exceeded", "exceed_context_size_error"];
        let words = [
            "context length",
            "context size",
            "context window",
            "prompt is too long",
        ];
        complaint.is_a(&kinds) || complaint.says(&words)
    };
    match status {
        401 | 403 => Trouble::Key,
        402 => Trouble::Unpaid,
        404 => Trouble::Missing,
        408 | 504 => Trouble::Slow,
        413 => Trouble::TooLong,
        400 | 429 if is_unpaid() => Trouble::Unpaid,
        429 => Trouble::Busy,
        400 | 422 | 500 if is_too_long() => Trouble::TooLong,
        400 if complaint.is_a(&["content_filter", "content_policy_violation"]) => Trouble::Declined,
        500.. => Trouble::Failed,
        _ => Trouble::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    fn fault(status: u16, body: &str) -> Fault {
        let complaint = Complaint::of_body(body.as_bytes());
        Fault::status(status, &complaint, None, Wire::OpenAi.speech())
    }

    #[test]
    fn errors_of_all_servers_are_told_apart() {
        for (status, body, code) in [
            (401, "sk-secret", "llm.key_refused"),
            (402, "", "llm.unpaid"),
            (
                429,
                r#"{"error":{"message":"m","type":"insufficient_quota"}}"#,
                "llm.unpaid",
            ),
            (
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#,
                "llm.rate_limited",
            ),
            (
                400,
                r#"{"error":{"message":"m","code":"context_length_exceeded"}}"#,
                "llm.question_too_long",
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}"#,
                "llm.question_too_long",
            ),
            (
                400,
                r#"{"error":"the input length exceeds the context length"}"#,
                "llm.question_too_long",
            ),
            (413, "", "llm.question_too_long"),
            (
                400,
                r#"{"error":{"message":"m","code":"content_filter"}}"#,
                "llm.declined",
            ),
            (400, r#"{"error":"invalid format"}"#, "llm.refused"),
            (404, r#"{"error":"model 'x' not found"}"#, "llm.not_found"),
            (504, "", "llm.timeout"),
            (500, "oops", "llm.unavailable"),
            (
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                "llm.unavailable",
            ),
        ] {
            let fault = fault(status, body);
            assert_eq!(fault.error.code, code, "{status} {body}");
            assert!(fault.error.hint.is_some_and(|hint| !hint.is_empty()));
            assert!(!fault.error.message.contains("sk-"));
        }
    }

    #[test]
    fn an_error_amid_an_answer_is_as_good_as_its_status() {
        let speech = Wire::Anthropic.speech();
        let amid = |error| Fault::amid(&Complaint::of(&error), speech).error.code;
        let busy = serde_json::json!({ "type": "overloaded_error", "message": "Overloaded" });
        assert_eq!(amid(busy), "llm.unavailable");
        assert_eq!(amid("the runner stopped".into()), "llm.interrupted");
        let long = "the prompt exceeds the context length";
        assert_eq!(amid(long.into()), "llm.question_too_long");
    }

    #[test]
    fn a_missing_model_is_explained_in_its_protocol() {
        for (wire, word) in [
            (Wire::OpenAi, "/chat/completions"),
            (Wire::Ollama, "ollama pull"),
            (Wire::Anthropic, "api.anthropic.com"),
        ] {
            let fault = Fault::status(404, &Complaint::default(), None, wire.speech());
            assert!(fault.error.hint.unwrap().contains(word));
        }
    }
}
