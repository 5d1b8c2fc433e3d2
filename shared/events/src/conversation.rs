//! What people and the assistant say.

use crate::{About, Event, Key, RunError, Stream, Timestamp};
use ids::{ConversationId, InvocationId, MessageId, UserId};
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

/// A person wrote something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessagePosted {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub text: String,
    pub actor: UserId,
    pub posted_at: Timestamp,
}
conversation_event!(MessagePosted, "conversation.message.posted");

/// The assistant began to answer; its words come as `llm.delta` of this invocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerStarted {
    pub conversation_id: ConversationId,
    /// The answer's own message.
    pub message_id: MessageId,
    /// The message it answers.
    pub answers: MessageId,
    pub invocation_id: InvocationId,
    pub started_at: Timestamp,
}
conversation_event!(AnswerStarted, "conversation.answer.started");

/// The assistant's answer is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerCompleted {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub invocation_id: InvocationId,
    pub text: String,
    pub completed_at: Timestamp,
}
conversation_event!(AnswerCompleted, "conversation.answer.completed");

/// There will be no answer, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerFailed {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub invocation_id: InvocationId,
    pub error: RunError,
    pub failed_at: Timestamp,
}
conversation_event!(AnswerFailed, "conversation.answer.failed");
