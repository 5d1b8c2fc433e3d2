//! What a server says when it does not answer.

use serde_json::Value;

/// An error in a server's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// What it calls the error, such as `rate_limit_error` and `context_length_exceeded`: its type, its code.
    pub(crate) kinds: Vec<String>,
    pub(crate) message: String,
}

impl Complaint {
    /// Reads `{"error": {"message": …, "type": …, "code": …}}`, `{"error": "…"}`, `{"message": …}` or text.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => Self::of(value.get("error").unwrap_or(&value)),
            Err(_) => Self {
                message: text.trim().to_owned(),
                ..Self::default()
            },
        }
    }

    /// Reads an error that is an object or a text.
    pub(crate) fn of(error: &Value) -> Self {
        let message = error.get("message").unwrap_or(error);
        let kinds = ["type", "code"].into_iter().filter_map(|name| {
            let kind = error.get(name)?;
            kind.as_str().map(str::to_owned)
        });
        Self {
            kinds: kinds.collect(),
            message: message
                .as_str()
                .map_or_else(|| message.to_string(), str::to_owned),
        }
    }

    /// Whether it is called one of these.
    pub(crate) fn is_a(&self, kinds: &[&str]) -> bool {
        self.kinds.iter().any(|kind| kinds.contains(&kind.as_str()))
    }

    /// Whether it says one of these, which are in small letters.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        words.iter().any(|word| message.contains(word))
    }

    /// As it may be shown: without the key, which a server might quote, and never long.
    pub(crate) fn shown(self, key: Option<&str>) -> Self {
        const SHOWN_CHARS: usize = 400;
        let key = key.map(str::trim).filter(|key| !key.is_empty());
        let message = match key {
            Some(key) => self.message.replace(key, "…"),
            None => self.message,
        };
        // Cut last, so that no part of a key is left at the end.
        let message = message.chars().take(SHOWN_CHARS).collect();
        Self { message, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_in_all_their_forms() {
        for body in [
            r#"{"error":{"message":"no","type":"x"}}"#,
            r#"{"type":"error","error":{"type":"x","message":"no"},"request_id":"r"}"#,
            r#"{"error":"no"}"#,
            r#"{"message":"no"}"#,
            " no\n",
        ] {
            let read = Complaint::of_body(body.as_bytes());
            assert_eq!(read.message, "no");
            assert_eq!(read.is_a(&["x"]), body.contains(r#""x""#));
        }
    }

    #[test]
    fn no_part_of_the_key_is_shown() {
        let body = format!("{}sk-secret{}", "ä".repeat(396), "ä".repeat(5_000));
        let shown = Complaint::of_body(body.as_bytes()).shown(Some(" sk-secret\n"));
        assert_eq!(shown.message.chars().count(), 400);
        assert!(!shown.message.contains("sk"), "{}", shown.message);
    }
}
