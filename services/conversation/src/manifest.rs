//! All that the conversation service may touch.

use bus::Manifest;
use events::{
    AccountConnected, AccountRemoved, AnswerCompleted, AnswerFailed, AnswerStarted,
    AssistantCallRequested, AssistantEffectCompleted, AssistantEffectFailed,
    ConversationRenameRequested, ConversationRenamed, ConversationReplied,
    ConversationStartRequested, ConversationStarted, FactChangeRequested, FactChanged,
    FactForgetRequested, FactForgotten, FactLearned, FactRejected, FactRememberRequested,
    HistorySearchRequested, MessagePosted, RunRequested, WorkflowCancelled, WorkflowDeleted,
    WorkflowFailed, WorkflowPublishRequested, WorkflowPublished, WorkflowSaveRequested,
    WorkflowSaved,
};

/// The consumer group of everything that moves a conversation.
pub const TURNS: &str = "turns";
/// The consumer group of accounts that assistants may use, and of workflows that they may change.
pub const TOOLS: &str = "tools";
/// The consumer group of what assistants do for themselves.
pub const EFFECTS: &str = "effects";
/// The consumer group of what people say of their memory.
pub const MEMORY: &str = "memory";

/// NATS user, database grants, network policy and `AsyncAPI` channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::new("conversation")
        .database()
        .extension("vector")
        .authz()
        .consumes::<ConversationStartRequested>(TURNS)
        .consumes::<ConversationRenameRequested>(TURNS)
        .consumes::<MessagePosted>(TURNS)
        .consumes::<ConversationReplied>(TURNS)
        .consumes::<WorkflowFailed>(TURNS)
        .consumes::<WorkflowCancelled>(TURNS)
        .consumes::<WorkflowPublished>(TURNS)
        .consumes::<WorkflowDeleted>(TURNS)
        .consumes::<WorkflowSaved>(TOOLS)
        .consumes::<AccountConnected>(TOOLS)
        .consumes::<AccountRemoved>(TOOLS)
        .consumes::<AssistantCallRequested>(EFFECTS)
        .consumes::<FactRememberRequested>(MEMORY)
        .consumes::<FactChangeRequested>(MEMORY)
        .consumes::<FactForgetRequested>(MEMORY)
        .publishes::<FactLearned>()
        .publishes::<FactChanged>()
        .publishes::<FactForgotten>()
        .publishes::<FactRejected>()
        .publishes::<ConversationStarted>()
        .publishes::<ConversationRenamed>()
        .publishes::<AnswerStarted>()
        .publishes::<AnswerCompleted>()
        .publishes::<AnswerFailed>()
        .publishes::<RunRequested>()
        .publishes::<WorkflowSaveRequested>()
        .publishes::<WorkflowPublishRequested>()
        .publishes::<HistorySearchRequested>()
        .publishes::<AssistantEffectCompleted>()
        .publishes::<AssistantEffectFailed>()
}
