//! The run log: everything that happens to one run, in order.
//!
//! The log is append-only and gapless (`seq` from 1). The state of a run is the fold of its events, in the engine and in
//! the UI alike.

use crate::{
    Decision, Json, Question, RunError, StandIn, TaintStep, TakenResult, TenantRule, Variant,
};
use ids::{
    AccountId, EventId, InvocationId, NodeId, PortName, QuestionId, RunId, TriggerId, UserId,
    WorkflowId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which turn of each enclosing loop, outermost first; empty outside loops.
pub type Iteration = Vec<u32>;

/// One entry of the run log. Times are milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    /// The run exists; always the first event.
    RunStarted {
        at_ms: i64,
        trigger: RunTrigger,
        /// What the trigger node puts out.
        input: Json,
        /// Where all randomness of the run comes from.
        seed: u64,
        /// The gateway replica that holds a socket open for the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
        /// The run that waits for this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Parent>,
        /// How it differs from a run that its trigger starts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<Box<Variant>>,
        /// When people must agree whatever the workflow says: what the tenant said when the run started.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rules: Vec<TenantRule>,
    },
    /// How large the run can become.
    PlanComputed {
        nodes: u32,
        levels: u32,
        width: u32,
        effects: u32,
    },
    /// A node has all its inputs.
    NodeStarted {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        node_type: String,
    },
    /// A node put out these values, one per port that it chose.
    NodeCompleted {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        node_type: String,
        outputs: BTreeMap<PortName, Json>,
    },
    /// A node gave up; the run goes on only where its `error` port is wired.
    NodeFailed {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        error: RunError,
    },
    /// A node will not run, and why.
    NodeSkipped {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        reason: SkipReason,
    },
    /// Work for an adapter left the engine.
    EffectRequested {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        effect_key: String,
        protocol: String,
        operation: String,
        request: Json,
    },
    /// An adapter's result arrived.
    EffectCompleted {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        effect_key: String,
    },
    /// A branch chose this port.
    BranchTaken {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        port: PortName,
    },
    /// A loop began its turn `index` (from 0) of `total`.
    LoopIterated {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        index: u32,
        total: u32,
    },
    /// A loop will begin no further turn, because the node `by` in turn `index` said so.
    LoopStopped {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        by: NodeId,
        index: u32,
        reason: String,
    },
    /// A model is to pursue a goal here.
    CoordinationBegan {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        /// Goal, tools and limits: the node's parameters with every expression evaluated.
        brief: Json,
    },
    /// A model chose what to do next. Its call and those of the tools have iterations below the node's.
    RoundDecided {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        /// From 0.
        round: u32,
        /// What the model said about it, or its answer.
        said: String,
        /// The tools that it could have chosen.
        considered: Vec<String>,
        /// Those that it chose; none when it has answered.
        chosen: Vec<String>,
        /// `seq` of the results that it had seen since the round before.
        evidence: Vec<u64>,
    },
    /// A node waits for a time. Whatever settles the node earlier ends the wait.
    WaitStarted {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        wake_at_ms: i64,
        reason: WaitReason,
    },
    /// That time has come.
    TimerFired {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        timer: Timer,
    },
    /// A node waits for an event of the tenant whose payload has all fields of `matching`, and for which `filter` holds.
    EventAwaited {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        event_type: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account_id: Option<AccountId>,
        matching: Json,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
    },
    /// That event has come.
    EventArrived {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        event_id: EventId,
    },
    /// A person must agree before the run goes on here.
    ApprovalRequested {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question: Box<Question>,
    },
    /// A person, or the end of the time, has decided.
    ApprovalDecided {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question_id: QuestionId,
        decision: Decision,
        /// Absent when the time was over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<UserId>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        comment: String,
    },
    /// Nobody was needed: how sure the workflow was, in thousandths, and whether people are told.
    ApprovalWaived {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        confidence: u32,
        told: bool,
    },
    /// A person must answer before the run goes on here.
    ClarificationNeeded {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question: Box<Question>,
    },
    /// A person has answered; the answer is what the node puts out.
    ClarificationAnswered {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question_id: QuestionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<UserId>,
    },
    /// Others are asked from now on: a person passed the question on, or nobody decided in time.
    QuestionAssigned {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question_id: QuestionId,
        to: Vec<UserId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<UserId>,
    },
    /// An answer is needed no more: the node that asks has come to another end.
    QuestionWithdrawn {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        question_id: QuestionId,
    },
    /// A run that this one had asked for is needed no more, and is cancelled.
    ChildAbandoned {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        run_id: RunId,
        workflow_id: WorkflowId,
    },
    /// A model call was paid for, or those of a child run.
    CostIncurred {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        invocation_id: InvocationId,
        input_tokens: u64,
        output_tokens: u64,
        /// Millionths of a US dollar.
        cost_micros: u64,
        /// The child run that has counted it as well: who adds up several runs leaves it out here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        child_run_id: Option<RunId>,
    },
    /// A node does not run here: its result comes from the run that this one was forked from.
    ResultTaken {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        node_type: String,
        /// `seq` of the result in that run's log; absent for a result that the document has pinned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_seq: Option<u64>,
        result: TakenResult,
    },
    /// What an adapter brought back in the run that this one was forked from: stands in when this dry run would ask again.
    StandInGiven {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        outputs: BTreeMap<PortName, Json>,
    },
    /// A dry run would have sent this, and has not.
    EffectWithheld {
        at_ms: i64,
        node: NodeId,
        iteration: Iteration,
        protocol: String,
        operation: String,
        /// What would have been sent.
        request: Json,
        /// What the node goes on with.
        instead: StandIn,
    },
    /// The only node of a test is about to run.
    NodeTested {
        at_ms: i64,
        node: NodeId,
        /// What has come, by input port.
        inputs: BTreeMap<PortName, Json>,
        /// Its parameters with every expression evaluated; absent where one cannot be evaluated ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameters: Option<Json>,
    },
    /// The run ended well; the values of its last nodes.
    RunCompleted {
        at_ms: i64,
        output: Json,
        /// Why it ended early, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<String>,
    },
    /// The run ended with an error nobody caught.
    RunFailed { at_ms: i64, error: RunError },
    /// A person ended the run. Results that arrive later change nothing.
    RunCancelled {
        at_ms: i64,
        actor: Option<UserId>,
        reason: String,
    },
}

/// What started a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunTrigger {
    pub kind: TriggerKind,
    /// The trigger node that starts.
    pub node: NodeId,
    /// Absent when a person started a draft by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_id: Option<TriggerId>,
    /// The event that caused it.
    pub event_id: EventId,
    /// The person, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
}

/// The run that asked for another, and waits for its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parent {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub node: NodeId,
    /// The effect of the parent that the end of the child completes.
    pub effect_key: String,
    /// How many runs are above the child: 1 for a child of a run that nobody asked for.
    pub depth: u32,
    /// What the child may use, whatever its own workflow says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// How what the child was handed may have come from outside; empty when it did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tainted: Vec<TaintStep>,
    /// Whether the child was called as something that only looks: what cannot be taken back then needs a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reads: bool,
}

/// What a run may use of models, the runs below it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    /// In and out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Millionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<u64>,
}

/// The kinds of triggers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    Manual,
    Webhook,
    Schedule,
    IntegrationEvent,
    /// Another workflow.
    Workflow,
    Error,
}

impl TriggerKind {
    /// As JSON and SQL write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Webhook => "webhook",
            Self::Schedule => "schedule",
            Self::IntegrationEvent => "integration_event",
            Self::Workflow => "workflow",
            Self::Error => "error",
        }
    }
}

/// Why a node waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitReason {
    /// The document says so.
    Pause,
    /// The first of a join's inputs has come; the others have until then.
    Inputs,
    /// The effect failed for the `tries`th time and is tried again.
    Retry { tries: u32, error: RunError },
    /// The node must have ended by then.
    Deadline,
    /// The event that the node waits for must have come by then.
    Event,
    /// The question must be decided by then.
    Decision,
    /// Others are asked then.
    Escalation,
}

/// What a wait is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    Pause,
    Inputs,
    Retry,
    Deadline,
    Event,
    Decision,
    Escalation,
}

impl WaitReason {
    /// Without its particulars.
    #[must_use]
    pub const fn timer(&self) -> Timer {
        match self {
            Self::Pause => Timer::Pause,
            Self::Inputs => Timer::Inputs,
            Self::Retry { .. } => Timer::Retry,
            Self::Deadline => Timer::Deadline,
            Self::Event => Timer::Event,
            Self::Decision => Timer::Decision,
            Self::Escalation => Timer::Escalation,
        }
    }
}

/// Why a node did not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SkipReason {
    /// No value can reach this required port any more.
    InputNeverCame { port: PortName },
    /// Another trigger started the run.
    OtherTrigger,
    /// Fewer inputs came than the join waits for.
    TooFewCame { wanted: u32, came: u32 },
    /// The loop around it has failed.
    LoopFailed { node: NodeId },
    /// A person said so.
    Ignored,
}
