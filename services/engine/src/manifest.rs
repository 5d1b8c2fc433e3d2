//! What the engine may touch.

use bus::{AckMode, Consumer, Manifest};
use events::{
    BridgeEffectCompleted, BridgeEffectFailed, EmailReceived, EmailSendRequested, Event,
    HttpEffectCompleted, HttpEffectFailed, HttpRequestRequested, LlmCallRequested,
    LlmEffectCompleted, LlmEffectFailed, MessageReceived, MessageSendRequested, NotificationRaised,
    RetentionChanged, RetentionRequested, RunCancelRequested, RunEvents, RunProjected,
    RunRequested, RunResponded, ScheduleFired, SmtpEffectCompleted, SmtpEffectFailed, Stream,
    TriggerDeclined, TriggerSwitchRequested, TriggerSwitched, WebhookReceived, WorkflowCancelled,
    WorkflowCompleted, WorkflowDeleteRequested, WorkflowDeleted, WorkflowFailed,
    WorkflowPublishRequested, WorkflowPublished, WorkflowRejected, WorkflowSaveRequested,
    WorkflowSaved,
};
use ids::Shard;

/// The service's name, in subjects of receipts and in envelopes.
pub(crate) const SERVICE: &str = "engine";
/// What receipts call the shards' consumers, whichever shard it was.
pub(crate) const INPUT: &str = "engine-input";

const INPUTS: [&str; 11] = [
    WebhookReceived::TYPE,
    RunRequested::TYPE,
    RunCancelRequested::TYPE,
    HttpEffectCompleted::TYPE,
    HttpEffectFailed::TYPE,
    SmtpEffectCompleted::TYPE,
    SmtpEffectFailed::TYPE,
    LlmEffectCompleted::TYPE,
    LlmEffectFailed::TYPE,
    BridgeEffectCompleted::TYPE,
    BridgeEffectFailed::TYPE,
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
        .consumes::<ScheduleFired>("matching")
        .consumes::<EmailReceived>("matching")
        .consumes::<MessageReceived>("matching")
        .listens::<RunProjected>()
        .publishes::<WorkflowSaved>()
        .publishes::<WorkflowRejected>()
        .publishes::<WorkflowPublished>()
        .publishes::<WorkflowDeleted>()
        .publishes::<TriggerSwitched>()
        .publishes::<TriggerDeclined>()
        .publishes::<RetentionChanged>()
        .publishes::<WorkflowCompleted>()
        .publishes::<WorkflowFailed>()
        .publishes::<WorkflowCancelled>()
        .publishes::<RunRequested>()
        .publishes::<RunEvents>()
        .publishes::<RunResponded>()
        .publishes::<HttpRequestRequested>()
        .publishes::<EmailSendRequested>()
        .publishes::<LlmCallRequested>()
        .publishes::<MessageSendRequested>()
        .publishes::<NotificationRaised>();
    Shard::all().fold(manifest, |manifest, shard| {
        manifest.consumer(Consumer {
            name: input_consumer(shard),
            stream: Stream::RunInput,
            filters: INPUTS.map(|input| format!("{input}.*.{shard}.>")).to_vec(),
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
