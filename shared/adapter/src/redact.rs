//! Takes an account's secrets out of what the other side says: careless servers repeat what they were shown.

use crate::{Done, Failed, Health};
use events::{Json, RunError};
use seal::Secret;
use serde_json::Value;

/// What stands in a secret's place.
const GONE: &str = "[secret]";
/// Shorter texts are no secrets, and would be found everywhere.
const SHORTEST: usize = 6;
/// The one credential that is not secret.
const USER: &str = "user";

/// The secret texts of one account, as they are and as JSON writes them. Empty for calls without an account.
#[derive(Default)]
pub(crate) struct Redaction(Vec<Secret>);

impl Redaction {
    /// Of opened credentials.
    pub(crate) fn of(credentials: &Secret) -> Self {
        let mut words = Vec::new();
        let parsed = serde_json::from_slice(credentials.expose());
        if let Some(value) = parsed.ok().filter(|_| !planted::bug("no-redaction")) {
            collect(&value, &mut words);
        }
        // The longest first: one may be part of another.
        words.sort_unstable_by_key(|word| std::cmp::Reverse(word.expose().len()));
        Self(words)
    }

    pub(crate) fn done(&self, done: Done) -> Done {
        let clean = self.clean(done.outcome.as_str());
        match clean.and_then(|text| Json::parse(text).ok()) {
            Some(outcome) => Done { outcome, ..done },
            None => done,
        }
    }

    pub(crate) fn failed(&self, failed: Failed) -> Failed {
        Failed {
            error: self.error(failed.error),
            health: failed.health.map(|health| self.health(health)),
            ..failed
        }
    }

    pub(crate) fn health(&self, health: Health) -> Health {
        let clean = |reason: String| self.clean(&reason).unwrap_or(reason);
        match health {
            Health::Healthy => Health::Healthy,
            Health::Degraded { code, reason } => Health::Degraded {
                code,
                reason: clean(reason),
            },
            Health::ReauthNeeded { reason } => Health::ReauthNeeded {
                reason: clean(reason),
            },
        }
    }

    fn error(&self, error: RunError) -> RunError {
        let text = serde_json::to_string(&error).unwrap_or_default();
        let clean = self.clean(&text);
        clean
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or(error)
    }

    /// The text without the secrets; `None` when there are none in it.
    fn clean(&self, text: &str) -> Option<String> {
        let mut clean = None;
        for word in self.0.iter().filter_map(|word| word.expose_str().ok()) {
            let now = clean.as_deref().unwrap_or(text);
            if now.contains(word) {
                clean = Some(now.replace(word, GONE));
            }
        }
        clean
    }
}

fn collect(value: &Value, words: &mut Vec<Secret>) {
    match value {
        Value::String(text) if text.len() >= SHORTEST => {
            let json = serde_json::to_string(text).unwrap_or_default();
            words.push(Secret::from(text.clone()));
            words.push(Secret::from(json.trim_matches('"').to_owned()));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(fields) => {
            let secret = fields.iter().filter(|(name, _)| *name != USER);
            secret.for_each(|(_, field)| collect(field, words));
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault;
    use events::ErrorClass;
    use serde_json::json;

    fn redaction(credentials: &Value) -> Redaction {
        Redaction::of(&Secret::from(credentials.to_string()))
    }

    #[test]
    fn what_a_server_repeats_of_a_secret_is_taken_out() {
        let redaction = redaction(&json!({ "user": "ada@example.org", "password": "s3cr\"et" }));
        let echo = json!({ "body": "ada@example.org showed s3cr\"et", "status": 401 });
        assert_eq!(
            redaction.done(echo.into()).outcome.value(),
            json!({ "body": "ada@example.org showed [secret]", "status": 401 })
        );
        let error = fault(ErrorClass::Auth, "smtp.refused", "no: s3cr\"et", None);
        assert_eq!(
            redaction.failed(Failed::answered(error)).error.message,
            "no: [secret]"
        );
        let reason = "wrong password s3cr\"et".to_owned();
        let told = redaction.health(Health::ReauthNeeded { reason });
        assert_eq!(told.reason(), Some("wrong password [secret]"));
    }

    #[test]
    fn short_texts_and_other_words_stay() {
        let redaction = redaction(&json!({ "token": "abc" }));
        let said = json!({ "abc": "alphabet" });
        assert_eq!(redaction.done(said.clone().into()).outcome.value(), said);
    }
}
