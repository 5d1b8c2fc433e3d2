//! What the engine's shards read, and what it tells of runs.

use crate::{
    About, ErrorClass, Event, Iteration, Json, Key, Parent, RunError, RunEvent, RunTrigger, Stream,
    Timestamp,
};
use ids::{EventId, NodeId, RunId, Shard, TriggerId, UserId, VersionId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

fn input_key(run: RunId) -> Key {
    Key::at(Shard::of(run), run)
}

/// A verified call of a webhook. The gateway names the trigger, so that the run's id is known before the run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookReceived {
    pub run_id: RunId,
    pub trigger_id: TriggerId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub node: NodeId,
    /// The event the run id is derived from: the same for a repeated call with the same idempotency key or webhook id.
    pub event_id: EventId,
    /// `{method, path, query, headers, body}`.
    #[serde(deserialize_with = "Json::unread")]
    pub payload: Json,
    /// The gateway replica that waits for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    pub received_at: Timestamp,
}

impl Event for WebhookReceived {
    const TYPE: &'static str = "webhook.received";
    const STREAM: Option<Stream> = Some(Stream::RunInput);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        input_key(self.run_id)
    }
}

/// A run is wanted: by a person, a schedule or an integration event that matched a trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRequested {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    /// The version to run; the draft when a person tries it out.
    pub version_id: VersionId,
    pub trigger: RunTrigger,
    /// What the trigger node puts out.
    #[serde(deserialize_with = "Json::unread")]
    pub payload: Json,
    pub requested_at: Timestamp,
    /// The run that waits for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// The gateway replica that waits for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Why it may not go on: the run, which was promised, has nothing but this end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RunError>,
}

impl Event for RunRequested {
    const TYPE: &'static str = "run.requested";
    const STREAM: Option<Stream> = Some(Stream::RunInput);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        input_key(self.run_id)
    }
}

/// A person wants a run to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunCancelRequested {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub actor: Option<UserId>,
    pub reason: String,
}

impl Event for RunCancelRequested {
    const TYPE: &'static str = "run.cancel_requested";
    const STREAM: Option<Stream> = Some(Stream::RunInput);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        input_key(self.run_id)
    }
}

/// An event that a node of a run waits for has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEventArrived {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub node: NodeId,
    pub iteration: Iteration,
    pub event_id: EventId,
    /// The event's payload.
    #[serde(deserialize_with = "Json::unread")]
    pub payload: Json,
}

impl Event for RunEventArrived {
    const TYPE: &'static str = "run.event_arrived";
    const STREAM: Option<Stream> = Some(Stream::RunInput);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        input_key(self.run_id)
    }
}

/// What an adapter brought back for one effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectResult {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub effect_key: String,
    #[serde(deserialize_with = "Json::unread")]
    pub outcome: Json,
    /// What it cost, for model calls and child runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<EffectCost>,
}

/// The price of one model call, or of all calls of a child run and of the runs below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectCost {
    /// Of a child run: what stands for all of them.
    pub invocation_id: ids::InvocationId,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
    /// The child run, whose own log has counted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_run_id: Option<RunId>,
}

/// Why an adapter could not do one effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectFailure {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub effect_key: String,
    pub error: RunError,
    /// What it cost all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<EffectCost>,
}

macro_rules! effect_results {
    ($($protocol:literal: $completed:ident, $failed:ident;)+) => {$(
        #[doc = concat!("An effect of protocol `", $protocol, "` is done.")]
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $completed(pub EffectResult);

        impl Event for $completed {
            const TYPE: &'static str = concat!("run.effect_completed.", $protocol);
            const STREAM: Option<Stream> = Some(Stream::RunInput);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                input_key(self.0.run_id)
            }
        }

        #[doc = concat!("An effect of protocol `", $protocol, "` cannot be done.")]
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $failed(pub EffectFailure);

        impl Event for $failed {
            const TYPE: &'static str = concat!("run.effect_failed.", $protocol);
            const STREAM: Option<Stream> = Some(Stream::RunInput);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                input_key(self.0.run_id)
            }
        }
    )+};
}

effect_results! {
    "http": HttpEffectCompleted, HttpEffectFailed;
    "smtp": SmtpEffectCompleted, SmtpEffectFailed;
    "llm": LlmEffectCompleted, LlmEffectFailed;
    "bridge": BridgeEffectCompleted, BridgeEffectFailed;
    "engine": EngineEffectCompleted, EngineEffectFailed;
    "assistant": AssistantEffectCompleted, AssistantEffectFailed;
}

/// The run events of one run in one commit, in order: a frame. `pos` is contiguous per shard. Told to whoever listens;
/// what is stored is [`RunLogged`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEvents {
    pub shard: Shard,
    pub pos: u64,
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    /// `seq` of the first event; the others follow without a gap.
    pub first_seq: u64,
    pub events: Vec<RunEvent>,
}

impl Event for RunEvents {
    const TYPE: &'static str = "run.events";
    const STREAM: Option<Stream> = None;
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::within(self.workflow_id, self.run_id)
    }
}

/// What one commit added to the logs of a tenant's runs; what read models are made of. One message for many runs: a stored
/// message costs more than the step of a run that it tells of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunLogged {
    /// Of any shards, at least one; in the order of `pos` within a shard.
    pub frames: Vec<RunEvents>,
}

impl Event for RunLogged {
    const TYPE: &'static str = "run.logged";
    const STREAM: Option<Stream> = Some(Stream::Run);
    const ABOUT: About = About::Operator;
    /// The shard of the first frame: each distinct subject costs the server memory.
    fn key(&self) -> Key {
        let first = self.frames.first().map(|frame| frame.shard);
        first.map_or_else(|| Key::of("none"), Key::of)
    }
}

/// The answer for a client that waits on a webhook; never stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunResponded {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    /// The gateway replica that holds the socket.
    pub replica: String,
    pub answer: WebhookAnswer,
}

/// What a waiting client gets. Sent only after the run is durable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebhookAnswer {
    /// The HTTP Response node's words.
    Response {
        status: u16,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        body: Json,
    },
    /// The run ended without an HTTP Response.
    Ended { failed: Option<RunError> },
    /// No run was started, and why.
    Refused { class: ErrorClass, message: String },
}

impl Event for RunResponded {
    const TYPE: &'static str = "run.responded";
    const STREAM: Option<Stream> = None;
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::within(&self.replica, self.run_id)
    }
}

/// How far a consumer has applied each shard's log; what lies behind is published again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunProjected {
    pub consumer: String,
    /// The last contiguous `pos` per shard.
    pub positions: BTreeMap<u8, u64>,
}

impl Event for RunProjected {
    const TYPE: &'static str = "run.projected";
    const STREAM: Option<Stream> = Some(Stream::Bus);
    const ABOUT: About = About::Operator;
    fn key(&self) -> Key {
        Key::of(&self.consumer)
    }
}
