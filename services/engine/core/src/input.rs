//! What reaches a run from outside, and what may come of it.

use crate::VariantStart;
use events::{
    Decision as Decided, EffectCost, Iteration, Json, Parent, RunError, RunEvent, RunTrigger,
    TenantRule,
};
use ids::{EventId, NodeId, QuestionId, UserId};

/// One thing that happens to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A trigger starts the run.
    Start {
        trigger: RunTrigger,
        /// What the trigger node puts out.
        payload: Json,
        /// The gateway replica that holds a socket open for the answer.
        reply_to: Option<String>,
        /// The run that waits for this one.
        parent: Option<Parent>,
        /// When people must agree, as the tenant says.
        rules: Vec<TenantRule>,
    },
    /// A person starts a run that is forked, dry, or of a single node.
    StartVariant(Box<VariantStart>),
    /// An adapter did the work.
    EffectCompleted {
        effect_key: String,
        outcome: Json,
        cost: Option<EffectCost>,
    },
    /// An adapter could not do the work.
    EffectFailed {
        effect_key: String,
        error: RunError,
        cost: Option<EffectCost>,
    },
    /// The event has come that a node waits for.
    EventArrived {
        node: NodeId,
        iteration: Iteration,
        event_id: EventId,
        payload: Json,
    },
    /// A person answers a question of the run.
    Decided {
        question_id: QuestionId,
        /// Of what the person saw.
        hash: Option<String>,
        decision: Decided,
        actor: UserId,
        comment: String,
    },
    /// A person passes a question on.
    Delegated {
        question_id: QuestionId,
        to: Vec<UserId>,
        actor: UserId,
    },
    /// A person ends the run.
    Cancel {
        actor: Option<UserId>,
        reason: String,
    },
    /// The time has come that [`crate::Run::wake_at_ms`] named.
    Wake,
    /// Goes on where a decision stopped for a commit, or where a log that was read back ends.
    GoOn,
}

/// What a decision may know beside its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Milliseconds since the Unix epoch, UTC.
    pub now_ms: i64,
    /// Fresh randomness; used by `Start`, recorded in the log, and never asked for again.
    pub seed: u64,
}

/// What follows from an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The new entries of the run log, in order.
    pub events: Vec<RunEvent>,
    /// Where the run stands after them.
    pub quiescence: Quiescence,
}

/// Where a run stands when a decision is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiescence {
    /// Nothing can happen before a result arrives.
    Waiting,
    /// Commit, then decide [`Input::GoOn`].
    More,
    /// The run is over.
    Ended,
}

/// Why an input changes nothing. None of them is worth a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The run is over.
    #[error("the run has ended")]
    Stale,
    /// The run has seen this before.
    #[error("the run has seen this before")]
    Repeated,
    /// The run has not started.
    #[error("the run has not started")]
    NotStarted,
    /// The run never asked for this effect.
    #[error("the run never asked for this effect")]
    UnknownEffect,
    /// The run asks no such question, or does not wait for such an event, or not any more.
    #[error("the run does not wait for this")]
    NotAwaited,
    /// The question is about something else than what was decided on.
    #[error("the question is about something else by now")]
    Changed,
    /// The decision is not one that the question allows, or its value does not fit.
    #[error("the decision does not fit the question")]
    Unfit,
    /// Nothing is due yet.
    #[error("nothing is due yet")]
    Early,
    /// The version has no such trigger node.
    #[error("the version has no such trigger node")]
    UnknownTrigger,
}
