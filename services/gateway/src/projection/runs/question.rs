//! What a run event tells of questions to people. Pure.

use super::frame::moment;
use events::{Decision, Question, RunEvent, Timestamp};
use ids::{NodeId, QuestionId, UserId};

/// A change of one question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuestionChange {
    pub(crate) question: QuestionId,
    pub(crate) node: NodeId,
    pub(crate) iteration: Vec<u32>,
    pub(crate) what: What,
}

/// What happened to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Asked {
        at: Timestamp,
        /// approval or clarification.
        kind: &'static str,
        question: Box<Question>,
    },
    Assigned {
        to: Vec<UserId>,
        /// The event's place in the run.
        seq: i64,
    },
    Ended {
        at: Timestamp,
        decision: &'static str,
        by: Option<UserId>,
        comment: String,
    },
}

/// Reads one event that is about a question; `None` for any other.
///
/// # Errors
/// The event is not of the shape that its type promises.
pub(super) fn read(event: &str, seq: i64) -> Result<Option<QuestionChange>, serde_json::Error> {
    let (question, node, iteration, what) = match serde_json::from_str(event)? {
        RunEvent::ApprovalRequested {
            at_ms,
            node,
            iteration,
            question,
        } => (
            question.question_id,
            node,
            iteration,
            What::asked(at_ms, "approval", question),
        ),
        RunEvent::ClarificationNeeded {
            at_ms,
            node,
            iteration,
            question,
        } => (
            question.question_id,
            node,
            iteration,
            What::asked(at_ms, "clarification", question),
        ),
        RunEvent::QuestionAssigned {
            node,
            iteration,
            question_id,
            to,
            ..
        } => (question_id, node, iteration, What::Assigned { to, seq }),
        RunEvent::ApprovalDecided {
            at_ms,
            node,
            iteration,
            question_id,
            decision,
            actor,
            comment,
        } => (
            question_id,
            node,
            iteration,
            What::ended(at_ms, word(&decision), actor, comment),
        ),
        RunEvent::ClarificationAnswered {
            at_ms,
            node,
            iteration,
            question_id,
            actor,
        } => (
            question_id,
            node,
            iteration,
            What::ended(at_ms, "respond", actor, String::new()),
        ),
        RunEvent::QuestionWithdrawn {
            at_ms,
            node,
            iteration,
            question_id,
        } => (
            question_id,
            node,
            iteration,
            What::ended(at_ms, "withdrawn", None, String::new()),
        ),
        RunEvent::RunStarted { .. }
        | RunEvent::PlanComputed { .. }
        | RunEvent::NodeStarted { .. }
        | RunEvent::NodeCompleted { .. }
        | RunEvent::NodeFailed { .. }
        | RunEvent::NodeSkipped { .. }
        | RunEvent::EffectRequested { .. }
        | RunEvent::EffectCompleted { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::LoopStopped { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::TimerFired { .. }
        | RunEvent::EventAwaited { .. }
        | RunEvent::EventArrived { .. }
        | RunEvent::ApprovalWaived { .. }
        | RunEvent::ChildAbandoned { .. }
        | RunEvent::CostIncurred { .. }
        | RunEvent::ResultTaken { .. }
        | RunEvent::StandInGiven { .. }
        | RunEvent::EffectWithheld { .. }
        | RunEvent::CoordinationBegan { .. }
        | RunEvent::RoundDecided { .. }
        | RunEvent::NodeTested { .. }
        | RunEvent::RunCompleted { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled { .. } => return Ok(None),
    };
    Ok(Some(QuestionChange {
        question,
        node,
        iteration,
        what,
    }))
}

impl What {
    fn asked(at_ms: i64, kind: &'static str, question: Box<Question>) -> Self {
        Self::Asked {
            at: moment(at_ms),
            kind,
            question,
        }
    }

    fn ended(at_ms: i64, decision: &'static str, by: Option<UserId>, comment: String) -> Self {
        Self::Ended {
            at: moment(at_ms),
            decision,
            by,
            comment,
        }
    }
}

const fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Approve => "approve",
        Decision::Edit { .. } => "edit",
        Decision::Respond { .. } => "respond",
        Decision::Reject => "reject",
        Decision::Ignore => "ignore",
    }
}
