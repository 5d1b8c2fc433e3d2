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

    /// What the event is ordered by; the last tokens of the subject.
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

    /// The tokens, joined by dots.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
