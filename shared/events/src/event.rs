//! What it takes to be an event.

use crate::Stream;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::{self, Display};

/// A fact, or a request that may be refused, that crosses services.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `<domain>.<fact>[.<detail>]`, lower case; the first tokens of the subject.
    const TYPE: &'static str;
    /// Raised only for a breaking change.
    const VERSION: u16 = 1;
    /// Where the event is stored; `None` for what is only passed on, never stored.
    const STREAM: Option<Stream>;
    /// Whose permission lets a person see the event on a tap.
    const ABOUT: About;

    /// What the event is ordered by; the last tokens of the subject say it, or where it is.
    fn key(&self) -> Key;
}

/// The resource whose `view` permission opens an event to a person; the payload's field of that name holds its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// `workflow_id`.
    Workflow,
    /// `account_id`.
    Account,
    /// `conversation_id`.
    Conversation,
    /// `memory_id`.
    Memory,
    /// `prompt_id`.
    Prompt,
    /// `origin`, which names a run's workflow or a conversation.
    Origin,
    /// Only people who administer the tenant.
    Operator,
}

/// Subject tokens that say which thing an event is about. Built from ids only, so no text of a person gets in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A key of one token.
    #[must_use]
    pub fn of(id: impl Display) -> Self {
        Self(id.to_string())
    }

    /// A key of two tokens, the coarser first.
    #[must_use]
    pub fn within(outer: impl Display, inner: impl Display) -> Self {
        Self(format!("{outer}.{inner}"))
    }

    /// A thing whose subject says only where it is. The server remembers each distinct subject of what it stores, and goes
    /// through all of them whenever a consumer comes to the next block of a stream.
    #[must_use]
    pub fn at(place: impl Display, id: impl Display) -> Self {
        Self(format!("{place}{AT}{id}"))
    }

    /// All of it: the tokens, joined by dots, and what they leave out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The subject's tokens of a key that is written so.
    #[must_use]
    pub fn tokens(key: &str) -> &str {
        key.split_once(AT).map_or(key, |(place, _)| place)
    }
}

/// Between a place and the thing that is there.
const AT: char = '/';

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_no_token_for_a_thing_that_is_somewhere() {
        let key = Key::at("s07", "01J");
        assert_eq!(
            (key.as_str(), Key::tokens(key.as_str())),
            ("s07/01J", "s07")
        );
        let key = Key::within("flow", "01J");
        assert_eq!(Key::tokens(key.as_str()), "flow.01J");
    }
}
