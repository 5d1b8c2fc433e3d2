//! What a client of the `OpenAI` API sends: the whole exchange, each time. Pure.

use crate::edge::{Problem, ProblemItem};
use events::{ChatMessage, ChatRole};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Longest message, in characters.
const MAX_TEXT: usize = 32_000;
/// What of the exchange before goes along, in bytes; the newest of it.
const MAX_BEFORE: usize = 64 * 1024;

/// One message, as clients write it; what is not named here is ignored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct Said {
    /// system, developer, user or assistant.
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

/// Text, or parts of which the texts count.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

/// A part of a message.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct Part {
    /// text or refusal; the assistant reads no others.
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, alias = "refusal")]
    text: String,
}

/// A message to answer, and what was said before it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exchange {
    pub(super) before: Vec<ChatMessage>,
    pub(super) message: String,
}

impl Exchange {
    /// # Errors
    /// 422 with the place of what cannot be taken.
    pub(super) fn read(messages: &[Said]) -> Result<Self, Problem> {
        let (last, before) = messages
            .split_last()
            .ok_or_else(|| unfit("/messages", "there is no message"))?;
        let at = before.len();
        if last.role != "user" {
            let message =
                "the last message must be the user's: tools are called here, not by the client";
            return Err(unfit(&format!("/messages/{at}/role"), message));
        }
        let message = last.text(at)?;
        let content = format!("/messages/{at}/content");
        if message.trim().is_empty() {
            return Err(unfit(&content, "it is empty"));
        }
        if message.chars().count() > MAX_TEXT {
            return Err(unfit(
                &content,
                &format!("it has more than {MAX_TEXT} characters"),
            ));
        }
        let mut said = Vec::with_capacity(at);
        for (at, message) in before.iter().enumerate() {
            let role = match message.role.as_str() {
                "assistant" => ChatRole::Assistant,
                "user" => ChatRole::User,
                "system" | "developer" => ChatRole::System,
                // What the client's own tools brought is in the assistant's answer already.
                "tool" | "function" => continue,
                other => {
                    let message = format!("there is no role `{other}`");
                    return Err(unfit(&format!("/messages/{at}/role"), &message));
                }
            };
            said.push(ChatMessage::said(role, message.text(at)?));
        }
        Ok(Self {
            before: newest(said),
            message,
        })
    }

    /// The same for the same exchange of the same person: how a client that keeps nothing but the exchange is recognised.
    pub(super) fn digest(&self, whose: &str) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(whose);
        for said in &self.before {
            let role: &[u8] = match said.role {
                ChatRole::Assistant => b"\0a",
                ChatRole::User => b"\0u",
                ChatRole::System | ChatRole::Tool => b"\0s",
            };
            hash.update(role);
            hash.update((said.text.len() as u64).to_be_bytes());
            hash.update(&said.text);
        }
        hash.finalize().to_vec()
    }

    /// The exchange that a client sends next time, before its next message.
    pub(super) fn answered(mut self, answer: &str) -> Self {
        self.before
            .push(ChatMessage::said(ChatRole::User, self.message));
        self.before
            .push(ChatMessage::said(ChatRole::Assistant, answer));
        Self {
            before: newest(self.before),
            message: String::new(),
        }
    }

    /// The beginning of the first message of the person.
    pub(super) fn title(&self) -> String {
        let mut users = self
            .before
            .iter()
            .filter(|said| said.role == ChatRole::User);
        let first = users
            .next()
            .map_or(self.message.as_str(), |said| said.text.as_str());
        let line = first.lines().find(|line| !line.trim().is_empty());
        line.unwrap_or_default().trim().chars().take(80).collect()
    }
}

impl Said {
    fn text(&self, at: usize) -> Result<String, Problem> {
        match &self.content {
            None => Ok(String::new()),
            Some(Content::Text(text)) => Ok(text.clone()),
            Some(Content::Parts(parts)) => {
                let strange = |part: &&Part| !matches!(part.kind.as_str(), "text" | "refusal");
                if let Some(part) = parts.iter().find(strange) {
                    let message =
                        format!("the assistant cannot read a part of type `{}`", part.kind);
                    return Err(unfit(&format!("/messages/{at}/content"), &message));
                }
                let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
                Ok(texts.join("\n"))
            }
        }
    }
}

/// As much of the end as is taken along.
fn newest(mut said: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let mut left = MAX_BEFORE;
    let kept = said.iter().rev().take_while(|said| {
        let rest = left.checked_sub(said.text.len());
        left = rest.unwrap_or_default();
        rest.is_some()
    });
    let kept = kept.count();
    said.split_off(said.len() - kept)
}

fn unfit(pointer: &str, message: &str) -> Problem {
    Problem::refused("body.invalid", "The exchange cannot be taken").item(ProblemItem::new(
        pointer,
        "chat.unfit",
        message,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(messages: &Value) -> Result<Exchange, Problem> {
        let messages: Vec<Said> = serde_json::from_value(messages.clone()).unwrap();
        Exchange::read(&messages)
    }

    #[test]
    fn the_last_message_is_answered_and_the_others_were_said_before() {
        let exchange = read(&json!([
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": [{ "type": "text", "text": "Plan" }, { "type": "text", "text": "a trip" }] },
            { "role": "assistant", "content": null, "tool_calls": [] },
            { "role": "user", "content": "Go on", "name": "ann" },
        ]))
        .unwrap();
        assert_eq!(exchange.message, "Go on");
        let texts: Vec<&str> = exchange
            .before
            .iter()
            .map(|said| said.text.as_str())
            .collect();
        assert_eq!(texts, ["Be brief.", "Plan\na trip", ""]);
        assert_eq!(exchange.title(), "Plan");
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        let image = json!([{ "type": "image_url", "image_url": { "url": "x" } }]);
        for (messages, word) in [
            (json!([]), "no message"),
            (
                json!([{ "role": "assistant", "content": "hi" }]),
                "/messages/0/role",
            ),
            (json!([{ "role": "user", "content": "  " }]), "empty"),
            (json!([{ "role": "user", "content": image }]), "image_url"),
            (
                json!([{ "role": "pirate", "content": "a" }, { "role": "user", "content": "b" }]),
                "pirate",
            ),
        ] {
            let problem = format!("{:?}", read(&messages).unwrap_err());
            assert!(problem.contains(word), "{problem}");
        }
    }

    #[test]
    fn an_exchange_that_goes_on_is_recognised_by_what_was_said() {
        let first = read(&json!([{ "role": "user", "content": "Hi" }])).unwrap();
        let next = read(&json!([
            { "role": "user", "content": "Hi" },
            { "role": "assistant", "content": "Hello!" },
            { "role": "user", "content": "Bye" },
        ]))
        .unwrap();
        assert_eq!(
            first.clone().answered("Hello!").digest("ann"),
            next.digest("ann")
        );
        assert_ne!(
            first.clone().answered("Hello!").digest("bob"),
            next.digest("ann")
        );
        assert_ne!(first.answered("Hello").digest("ann"), next.digest("ann"));
    }

    #[test]
    fn a_long_exchange_goes_along_as_far_as_there_is_room() {
        let long = "x".repeat(40_000);
        let mut messages: Vec<Value> = (0..4)
            .map(|_| json!({ "role": "user", "content": long }))
            .collect();
        messages.push(json!({ "role": "user", "content": "Now?" }));
        assert_eq!(read(&json!(messages)).unwrap().before.len(), 1);
    }
}
