//! A log by its places: what each came to, and what it sent.

use events::{Iteration, RunEvent, TakenResult};
use ids::NodeId;
use std::collections::{BTreeSet, HashMap};

/// What became of the nodes of a run.
pub(super) struct Past {
    pub(super) results: Vec<Told>,
    pub(super) of_place: HashMap<(NodeId, Iteration), usize>,
    /// Effects without an outcome, and places that sent some.
    pub(super) open: BTreeSet<NodeId>,
    pub(super) sent: BTreeSet<NodeId>,
}

pub(super) struct Told {
    pub(super) node: NodeId,
    pub(super) iteration: Iteration,
    pub(super) node_type: Option<String>,
    pub(super) seq: u64,
    pub(super) result: TakenResult,
}

impl Past {
    pub(super) fn of(log: &[RunEvent]) -> Self {
        let mut past = Self {
            results: Vec::new(),
            of_place: HashMap::new(),
            open: BTreeSet::new(),
            sent: BTreeSet::new(),
        };
        let mut asked: HashMap<&str, &NodeId> = HashMap::new();
        for (event, seq) in log.iter().zip(1..) {
            if let RunEvent::EffectRequested {
                node, effect_key, ..
            } = event
            {
                asked.insert(effect_key, node);
                past.sent.insert(node.clone());
            } else if let RunEvent::EffectCompleted { effect_key, .. } = event {
                asked.remove(effect_key.as_str());
            }
            if let Some((node, iteration, node_type, result)) = settled(event) {
                let place = (node.clone(), iteration.clone());
                past.of_place.insert(place, past.results.len());
                past.results.push(Told {
                    node: node.clone(),
                    iteration: iteration.clone(),
                    node_type: node_type.cloned(),
                    seq,
                    result,
                });
            }
        }
        past.open = asked.into_values().cloned().collect();
        past
    }

    pub(super) fn result(&self, node: &NodeId) -> Option<&Told> {
        let at = self.of_place.get(&(node.clone(), Vec::new()))?;
        self.results.get(*at)
    }
}

type Settled<'a> = (&'a NodeId, &'a Iteration, Option<&'a String>, TakenResult);

fn settled(event: &RunEvent) -> Option<Settled<'_>> {
    Some(match event {
        RunEvent::NodeCompleted {
            node,
            iteration,
            node_type,
            outputs,
            ..
        } => {
            let outputs = outputs.clone();
            let result = TakenResult::Completed { outputs };
            (node, iteration, Some(node_type), result)
        }
        RunEvent::NodeFailed {
            node,
            iteration,
            error,
            ..
        } => {
            let error = error.clone();
            (node, iteration, None, TakenResult::Failed { error })
        }
        RunEvent::NodeSkipped {
            node,
            iteration,
            reason,
            ..
        } => {
            let reason = reason.clone();
            (node, iteration, None, TakenResult::Skipped { reason })
        }
        RunEvent::ResultTaken {
            node,
            iteration,
            node_type,
            result,
            ..
        } => (node, iteration, Some(node_type), result.clone()),
        RunEvent::RunStarted { .. }
        | RunEvent::PlanComputed { .. }
        | RunEvent::NodeStarted { .. }
        | RunEvent::EffectRequested { .. }
        | RunEvent::EffectCompleted { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::LoopStopped { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::TimerFired { .. }
        | RunEvent::EventAwaited { .. }
        | RunEvent::EventArrived { .. }
        | RunEvent::ApprovalRequested { .. }
        | RunEvent::ApprovalDecided { .. }
        | RunEvent::ApprovalWaived { .. }
        | RunEvent::ClarificationNeeded { .. }
        | RunEvent::ClarificationAnswered { .. }
        | RunEvent::QuestionAssigned { .. }
        | RunEvent::QuestionWithdrawn { .. }
        | RunEvent::ChildAbandoned { .. }
        | RunEvent::CostIncurred { .. }
        | RunEvent::StandInGiven { .. }
        | RunEvent::EffectWithheld { .. }
        | RunEvent::NodeTested { .. }
        | RunEvent::CoordinationBegan { .. }
        | RunEvent::RoundDecided { .. }
        | RunEvent::RunCompleted { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled { .. } => return None,
    })
}
