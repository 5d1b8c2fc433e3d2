//! All that the conversation service may touch.

use bus::Manifest;
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationStartRequested, ConversationStarted,
    LlmCompleted, LlmFailed, LlmRequested, MessagePosted,
};

/// The consumer group of everything that moves a conversation.
pub const TURNS: &str = "turns";

/// NATS user, database grants, network policy and `AsyncAPI` channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::new("conversation")
        .database()
        .authz()
        .consumes::<ConversationStartRequested>(TURNS)
        .consumes::<MessagePosted>(TURNS)
        .consumes::<LlmCompleted>(TURNS)
        .consumes::<LlmFailed>(TURNS)
        .publishes::<ConversationStarted>()
        .publishes::<AnswerStarted>()
        .publishes::<AnswerCompleted>()
        .publishes::<AnswerFailed>()
        .publishes::<LlmRequested>()
}
