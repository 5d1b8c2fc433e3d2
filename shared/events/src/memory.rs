//! What an assistant knows of its person.

use crate::{About, Event, Key, Stream, Timestamp};
use ids::{FactId, MemoryId, RunId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is known, in a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    pub fact_id: FactId,
    pub memory_id: MemoryId,
    pub text: String,
    pub source: FactSource,
    pub state: FactState,
    /// Always in context, whatever its source.
    pub pinned: bool,
    /// The fact whose place it takes, or would take.
    #[serde(default)]
    pub replaces: Option<FactId>,
    /// The fact that took its place.
    #[serde(default)]
    pub replaced_by: Option<FactId>,
    /// The run that learned it; absent when the person wrote it down.
    #[serde(default)]
    pub run_id: Option<RunId>,
    /// How many answers it was in the context of.
    pub uses: u32,
    pub learned_at: Timestamp,
    pub changed_at: Timestamp,
}

/// Whose words a fact is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// The person's own.
    Explicit,
    /// A model's.
    Inferred,
}

impl FactSource {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Inferred => "inferred",
        }
    }
}

/// Where a fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    /// Waits until the person confirms it.
    Proposed,
    /// Believed.
    Held,
    /// Another one took its place.
    Superseded,
}

impl FactState {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Held => "held",
            Self::Superseded => "superseded",
        }
    }
}

/// Why a fact is in the context of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecallReason {
    /// The person wants it there.
    Pinned,
    /// The person said it.
    Explicit,
    /// It has to do with what was asked.
    Related,
}

impl RecallReason {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Explicit => "explicit",
            Self::Related => "related",
        }
    }
}

/// A fact in the context of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recalled {
    pub fact_id: FactId,
    pub why: RecallReason,
    /// How close it is to what was asked, -1 to 1; absent where nothing measures that.
    #[serde(default)]
    pub score: Option<f32>,
}

macro_rules! memory_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Conversation);
            const ABOUT: About = About::Memory;
            fn key(&self) -> Key {
                Key::of(self.memory_id)
            }
        }
    };
}

/// A person tells what is to be known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRememberRequested {
    pub fact_id: FactId,
    /// The person's own.
    pub memory_id: MemoryId,
    pub text: String,
    pub pinned: bool,
    /// What it takes the place of.
    #[serde(default)]
    pub replaces: Option<FactId>,
    pub actor: UserId,
}
memory_event!(
    FactRememberRequested,
    "conversation.fact.remember_requested"
);

/// A person decides about a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactChangeRequested {
    pub fact_id: FactId,
    pub memory_id: MemoryId,
    /// It is so.
    pub confirmed: bool,
    /// Always in context, or no more.
    #[serde(default)]
    pub pinned: Option<bool>,
    pub actor: UserId,
}
memory_event!(FactChangeRequested, "conversation.fact.change_requested");

/// A person wants a fact gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactForgetRequested {
    pub fact_id: FactId,
    pub memory_id: MemoryId,
    pub actor: UserId,
}
memory_event!(FactForgetRequested, "conversation.fact.forget_requested");

/// A fact is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactLearned {
    pub memory_id: MemoryId,
    pub fact: Fact,
}
memory_event!(FactLearned, "conversation.fact.learned");

/// A fact is no longer what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactChanged {
    pub memory_id: MemoryId,
    pub fact: Fact,
}
memory_event!(FactChanged, "conversation.fact.changed");

/// A fact is gone, with its vector and with what was inferred from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactForgotten {
    pub memory_id: MemoryId,
    pub fact_id: FactId,
    /// What went along: suppositions that came of answers with this fact in their context.
    pub also: Vec<FactId>,
    /// Rows with any of them that are left in the memory; counted afterwards.
    pub rows_left: u64,
    /// Vectors of them that are left.
    pub vectors_left: u64,
    pub forgotten_at: Timestamp,
}
memory_event!(FactForgotten, "conversation.fact.forgotten");

/// A request about a fact cannot be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRejected {
    pub fact_id: FactId,
    pub memory_id: MemoryId,
    pub code: String,
    pub message: String,
}
memory_event!(FactRejected, "conversation.fact.rejected");
