//! What the engine may touch.

use bus::{AckMode, Consumer, Manifest};
use events::{
    ApprovalRulesChanged, ApprovalRulesRequested, AssistantCallRequested, AssistantEffectCompleted,
    AssistantEffectFailed, BacktestCompleted, BacktestRequested, BridgeEffectCompleted,
    BridgeEffectFailed, ChildRunRequested, ConversationReplied, EmailReceived, EmailSendRequested,
    EngineEffectCompleted, EngineEffectFailed, Event, HttpEffectCompleted, HttpEffectFailed,
    HttpRequestRequested, LlmCallRequested, LlmEffectCompleted, LlmEffectFailed, MessageReceived,
    MessageSendRequested, NotificationRaised, QuestionDecided, QuestionDelegated,
    RememberRequested, RetentionChanged, RetentionRequested, RunCancelRequested, RunEventArrived,
    RunEvents, RunLogged, RunProjected, RunRequested, RunResponded, RunVariantRejected,
    RunVariantRequested, ScheduleFired, SmtpEffectCompleted, SmtpEffectFailed, Stream,
    TriggerDeclined, TriggerHeld, TriggerSwitchRequested, TriggerSwitched, WebhookReceived,
    WorkflowCancelled, WorkflowCompleted, WorkflowDeleteRequested, WorkflowDeleted, WorkflowFailed,
    WorkflowPublishRequested, WorkflowPublished, WorkflowRejected, WorkflowSaveRequested,
    WorkflowSaved,
};
use ids::Shard;

/// The service's name, in subjects of receipts and in envelopes.
pub(crate) const SERVICE: &str = "engine";
/// What receipts call the shards' consumers, whichever shard it was.
pub(crate) const INPUT: &str = "engine-input";

pub(crate) const INPUTS: [&str; 19] = [
    WebhookReceived::TYPE,
    RunRequested::TYPE,
    RunCancelRequested::TYPE,
    RunVariantRequested::TYPE,
    HttpEffectCompleted::TYPE,
    HttpEffectFailed::TYPE,
    SmtpEffectCompleted::TYPE,
    SmtpEffectFailed::TYPE,
    LlmEffectCompleted::TYPE,
    LlmEffectFailed::TYPE,
    BridgeEffectCompleted::TYPE,
    BridgeEffectFailed::TYPE,
    EngineEffectCompleted::TYPE,
    EngineEffectFailed::TYPE,
    AssistantEffectCompleted::TYPE,
    AssistantEffectFailed::TYPE,
    RunEventArrived::TYPE,
    QuestionDecided::TYPE,
    QuestionDelegated::TYPE,
];

/// All that the engine may touch.
#[must_use]
pub fn manifest() -> Manifest {
    let manifest = Manifest::new(SERVICE)
        .database()
        .authz()
        .consumes::<WorkflowSaveRequested>("workflows")
        .consumes::<WorkflowPublishRequested>("workflows")
        .consumes::<WorkflowDeleteRequested>("workflows")
        .consumes::<TriggerSwitchRequested>("workflows")
        .consumes::<RetentionRequested>("workflows")
        .consumes::<ApprovalRulesRequested>("workflows")
        .consumes::<ScheduleFired>("matching")
        .consumes::<EmailReceived>("matching")
        .consumes::<MessageReceived>("matching")
        .consumes::<ChildRunRequested>("children")
        .consumes::<RememberRequested>("memory")
        .consumes::<BacktestRequested>("backtests")
        .consumes::<WorkflowFailed>("matching")
        .listens::<RunProjected>()
        .publishes::<WorkflowSaved>()
        .publishes::<WorkflowRejected>()
        .publishes::<WorkflowPublished>()
        .publishes::<WorkflowDeleted>()
        .publishes::<TriggerSwitched>()
        .publishes::<TriggerDeclined>()
        .publishes::<TriggerHeld>()
        .publishes::<RunCancelRequested>()
        .publishes::<RetentionChanged>()
        .publishes::<ApprovalRulesChanged>()
        .publishes::<WorkflowCompleted>()
        .publishes::<WorkflowFailed>()
        .publishes::<WorkflowCancelled>()
        .publishes::<RunRequested>()
        .publishes::<RunVariantRejected>()
        .publishes::<BacktestCompleted>()
        .publishes::<RunEvents>()
        .publishes::<RunLogged>()
        .publishes::<RunResponded>()
        .publishes::<HttpRequestRequested>()
        .publishes::<EmailSendRequested>()
        .publishes::<LlmCallRequested>()
        .publishes::<MessageSendRequested>()
        .publishes::<ChildRunRequested>()
        .publishes::<RememberRequested>()
        .publishes::<AssistantCallRequested>()
        .publishes::<ConversationReplied>()
        .publishes::<EngineEffectCompleted>()
        .publishes::<EngineEffectFailed>()
        .publishes::<RunCancelRequested>()
        .publishes::<RunEventArrived>()
        .publishes::<NotificationRaised>();
    Shard::all().fold(manifest, |manifest, shard| {
        manifest.consumer(Consumer {
            name: input_consumer(shard),
            stream: Stream::RunInput,
            filters: INPUTS.map(|input| format!("{input}.*.{shard}")).to_vec(),
            events: INPUTS.map(str::to_owned).to_vec(),
            ack: AckMode::All,
            rewinds: true,
        })
    })
}

/// The durable consumer of one shard.
pub(crate) fn input_consumer(shard: Shard) -> String {
    format!("{INPUT}-{shard}")
}
