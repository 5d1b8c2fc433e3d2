//! An answer as it comes, for a client that only ever appends. Pure.

use ids::MessageId;
use serde::Deserialize;

/// What is new of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// It begins, as this run.
    Begun { run: String },
    /// More of its words.
    Words(String),
    /// It is whole.
    Done,
    /// There will be none.
    Failed { code: String, message: String },
}

/// Listens for the answer to one message.
pub(super) struct Listener {
    question: MessageId,
    answer: Option<String>,
    /// The model call whose words came last.
    call: Option<String>,
    has_spoken: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    message_id: String,
    answers: Option<String>,
    run_id: Option<String>,
    invocation_id: Option<String>,
    text: String,
    error: Option<Error>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Error {
    code: String,
    message: String,
}

impl Listener {
    pub(super) const fn of(question: MessageId) -> Self {
        Self {
            question,
            answer: None,
            call: None,
            has_spoken: false,
        }
    }

    /// What an entry of the conversation's stream tells of the answer. An answer may come of several model calls; the words of
    /// each are parted by an empty line, because what a client has it keeps.
    pub(super) fn hear(&mut self, event: &str, data: &str) -> Vec<Told> {
        let entry: Entry = match serde_json::from_str(data) {
            Ok(entry) => entry,
            Err(_) => return Vec::new(),
        };
        if event == "started" && entry.answers == Some(self.question.to_string()) {
            self.answer = Some(entry.message_id);
            let run = entry.run_id.unwrap_or_default();
            return vec![Told::Begun { run }];
        }
        if self.answer.as_ref() != Some(&entry.message_id) {
            return Vec::new();
        }
        match event {
            "delta" => {
                let is_next = self.has_spoken && self.call != entry.invocation_id;
                self.call = entry.invocation_id;
                self.has_spoken = true;
                let words = match is_next {
                    true => format!("\n\n{}", entry.text),
                    false => entry.text,
                };
                vec![Told::Words(words)]
            }
            // Nothing was told word by word: the model server answers as a whole.
            "completed" if !self.has_spoken => vec![Told::Words(entry.text), Told::Done],
            "completed" => vec![Told::Done],
            "failed" => {
                let error = entry.error.unwrap_or_default();
                vec![Told::Failed {
                    code: error.code,
                    message: error.message,
                }]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn heard(entries: &[(&str, Value)]) -> Vec<Told> {
        let mut listener = Listener::of(MessageId::from_u128(1));
        let each = entries.iter();
        each.flat_map(|(event, data)| listener.hear(event, &data.to_string()))
            .collect()
    }

    fn started(answers: u128) -> (&'static str, Value) {
        let answers = MessageId::from_u128(answers);
        (
            "started",
            json!({ "message_id": format!("a{}", answers.as_u128()), "answers": answers, "run_id": "r" }),
        )
    }

    fn delta(answer: &str, call: &str, text: &str) -> (&'static str, Value) {
        (
            "delta",
            json!({ "message_id": answer, "invocation_id": call, "text": text }),
        )
    }

    fn begun() -> Told {
        Told::Begun { run: "r".into() }
    }

    fn words(text: &str) -> Told {
        Told::Words(text.into())
    }

    #[test]
    fn only_the_answer_to_the_own_message_is_heard() {
        let told = heard(&[
            started(2),
            delta("a2", "c", "no"),
            started(1),
            delta("a1", "d", "ye"),
            delta("a1", "d", "s"),
            ("completed", json!({ "message_id": "a2", "text": "no" })),
            ("completed", json!({ "message_id": "a1", "text": "yes" })),
        ]);
        assert_eq!(told, [begun(), words("ye"), words("s"), Told::Done]);
    }

    #[test]
    fn the_words_of_several_calls_are_parted() {
        let told = heard(&[
            started(1),
            delta("a1", "c", "I look."),
            delta("a1", "d", "Found."),
        ]);
        assert_eq!(told, [begun(), words("I look."), words("\n\nFound.")]);
    }

    #[test]
    fn a_failure_says_why() {
        let error = json!({ "code": "llm.not_configured", "message": "no model" });
        let told = heard(&[
            started(1),
            ("failed", json!({ "message_id": "a1", "error": error })),
        ]);
        let failed = Told::Failed {
            code: "llm.not_configured".into(),
            message: "no model".into(),
        };
        assert_eq!(told, [begun(), failed]);
    }
}
