//! All that the gateway may touch.

use bus::Manifest;
use events::{
    AccountConnectRequested, AccountRemoveRequested, ApprovalRulesRequested, BacktestRequested,
    ConversationRenameRequested, ConversationStartRequested, FactChangeRequested,
    FactForgetRequested, FactRememberRequested, FeedbackRequested, MessagePosted,
    PromptEvaluationRequested, PromptLabelRequested, PromptSaveRequested, QuestionDecided,
    QuestionDelegated, RetentionRequested, RunCancelRequested, RunProjected, RunRequested,
    RunVariantRequested, TriggerSwitchRequested, WebhookReceived, WorkflowDeleteRequested,
    WorkflowPublishRequested, WorkflowSaveRequested,
};

/// NATS user, database grants, network policy and AsyncAPI channels of the gateway come from here.
#[must_use]
pub fn manifest() -> Manifest {
    let writes = Manifest::new("gateway")
        .database()
        .reader()
        .authz()
        .sealed()
        .egress()
        .public(7800)
        .taps()
        .publishes::<WorkflowSaveRequested>()
        .publishes::<WorkflowPublishRequested>()
        .publishes::<WorkflowDeleteRequested>()
        .publishes::<TriggerSwitchRequested>()
        .publishes::<RetentionRequested>()
        .publishes::<ApprovalRulesRequested>()
        .publishes::<RunRequested>()
        .publishes::<RunCancelRequested>()
        .publishes::<QuestionDecided>()
        .publishes::<QuestionDelegated>()
        .publishes::<RunVariantRequested>()
        .publishes::<BacktestRequested>()
        .publishes::<WebhookReceived>()
        .publishes::<ConversationStartRequested>()
        .publishes::<ConversationRenameRequested>()
        .publishes::<MessagePosted>()
        .publishes::<FactRememberRequested>()
        .publishes::<FactChangeRequested>()
        .publishes::<FactForgetRequested>()
        .publishes::<AccountConnectRequested>()
        .publishes::<AccountRemoveRequested>()
        .publishes::<PromptSaveRequested>()
        .publishes::<PromptLabelRequested>()
        .publishes::<PromptEvaluationRequested>()
        .publishes::<FeedbackRequested>()
        .publishes::<RunProjected>();
    crate::history::consumes(crate::projection::consumes(writes))
}
