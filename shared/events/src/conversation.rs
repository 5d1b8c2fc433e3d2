//! What people and the assistant say.

use crate::{About, Artifact, ChatMessage, Event, Key, Recalled, RunError, Stream, Timestamp};
use ids::{ConversationId, MessageId, RunId, UserId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! conversation_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Conversation);
            const ABOUT: About = About::Conversation;
            fn key(&self) -> Key {
                Key::of(self.conversation_id)
            }
        }
    };
}

/// A person opens a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationStartRequested {
    pub conversation_id: ConversationId,
    pub title: String,
    /// What was said elsewhere before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<ChatMessage>,
    pub actor: UserId,
}
conversation_event!(ConversationStartRequested, "conversation.start_requested");

/// A conversation exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationStarted {
    pub conversation_id: ConversationId,
    pub title: String,
    pub actor: UserId,
    pub started_at: Timestamp,
}
conversation_event!(ConversationStarted, "conversation.started");

/// A person calls a conversation something else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationRenameRequested {
    pub conversation_id: ConversationId,
    pub title: String,
    pub actor: UserId,
}
conversation_event!(ConversationRenameRequested, "conversation.rename_requested");

/// A conversation has this title now: a person's, or the first words of what was written in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationRenamed {
    pub conversation_id: ConversationId,
    pub title: String,
    pub renamed_at: Timestamp,
}
conversation_event!(ConversationRenamed, "conversation.renamed");

/// A person wrote something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessagePosted {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub text: String,
    /// Files that come along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachedFile>,
    /// Where it stands; without it, behind the last message that there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What kind of thing the answer is to be, such as `report`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliverable: Option<String>,
    pub actor: UserId,
    pub posted_at: Timestamp,
}
conversation_event!(MessagePosted, "conversation.message.posted");

/// A file that comes along with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttachedFile {
    pub artifact: Artifact,
    /// What can be read of it; absent when it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it goes on behind that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

/// Where a message stands in a conversation, which is a tree: messages that follow the same one are branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The person's message that it follows, with its answer; null for one that begins the conversation.
    pub after: Option<MessageId>,
}

/// The assistant began to answer, as a run of its workflow; its words come as `llm.delta` for this message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerStarted {
    pub conversation_id: ConversationId,
    /// The answer's own message.
    pub message_id: MessageId,
    /// The message it answers.
    pub answers: MessageId,
    pub run_id: RunId,
    /// What of the person's memory it can rest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recalled: Vec<Recalled>,
    pub started_at: Timestamp,
}
conversation_event!(AnswerStarted, "conversation.answer.started");

/// A run answers in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationReplied {
    pub conversation_id: ConversationId,
    /// The answer's own message.
    pub message_id: MessageId,
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub text: String,
}
conversation_event!(ConversationReplied, "conversation.replied");

/// The assistant's answer is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerCompleted {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub run_id: RunId,
    pub text: String,
    pub completed_at: Timestamp,
}
conversation_event!(AnswerCompleted, "conversation.answer.completed");

/// There will be no answer, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerFailed {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub run_id: RunId,
    pub error: RunError,
    pub failed_at: Timestamp,
}
conversation_event!(AnswerFailed, "conversation.answer.failed");
