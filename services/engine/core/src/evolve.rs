//! State from events. The log is true: nothing here refuses, whatever the order.

use crate::{
    coordinate::Coordination,
    run::{
        Approved, EffectRun, Identity, NodeState, OpenEffect, OpenQuestion, Run, Spent, Status,
        Turns,
    },
    variant::VariantState,
};
use events::{Decision, Json, Question, RunEvent, Subject, TakenResult, Timer, WaitReason};
use std::collections::BTreeMap;

/// The port by which a trigger node puts out its payload.
pub(crate) const OUT: &str = "out";

/// Applies one event, the one with the next `seq`.
pub fn evolve(run: &mut Run, event: &RunEvent) {
    run.seq += 1;
    match event {
        RunEvent::RunStarted {
            at_ms,
            trigger,
            input,
            seed,
            reply_to,
            parent,
            variant,
            rules,
        } => {
            run.status = Status::Running;
            run.started_at_ms = *at_ms;
            run.seed = *seed;
            run.reply_to.clone_from(reply_to);
            run.parent.clone_from(parent);
            run.rules.clone_from(rules);
            run.log_bytes += length(input);
            let port = OUT.parse().map(|out| (out, input.clone()));
            let outputs = BTreeMap::from_iter(port.ok());
            run.set_state(&trigger.node, &[], NodeState::Completed(outputs));
            run.trigger = Some(trigger.clone());
            run.variant = variant.as_deref().map(VariantState::of);
        }
        RunEvent::NodeStarted {
            node, iteration, ..
        } => {
            run.executed += 1;
            run.set_state(node, iteration, NodeState::Started(Turns::default()));
        }
        RunEvent::NodeCompleted {
            node,
            iteration,
            node_type,
            outputs,
            ..
        } => {
            if run.state(node, iteration).is_none() {
                run.executed += 1;
            }
            if node_type == workflow::NodeType::HttpResponse.as_str() && run.answered_at.is_none() {
                run.answered_at = Some(run.seq);
            }
            run.log_bytes += outputs.values().map(length).sum::<u64>();
            run.settle(node, iteration, NodeState::Completed(outputs.clone()));
        }
        RunEvent::NodeFailed {
            node,
            iteration,
            error,
            ..
        } => {
            let error = Json::of(error).unwrap_or_default();
            run.log_bytes += length(&error);
            run.settle(node, iteration, NodeState::Failed(error));
        }
        RunEvent::NodeSkipped {
            node, iteration, ..
        } => run.settle(node, iteration, NodeState::Skipped),
        RunEvent::EffectRequested {
            at_ms,
            node,
            iteration,
            effect_key,
            protocol,
            request,
            operation: _,
        } => {
            let open = OpenEffect {
                node: node.clone(),
                iteration: iteration.clone(),
                protocol: protocol.clone(),
                request: request.clone(),
                requested_at_ms: *at_ms,
            };
            run.log_bytes += length(request);
            if run
                .effects
                .insert(effect_key.clone(), EffectRun::Open(open))
                .is_none()
            {
                run.open_effects += 1;
            }
            run.set_state(node, iteration, NodeState::Asked(effect_key.clone()));
        }
        RunEvent::EffectCompleted {
            effect_key,
            node,
            iteration,
            ..
        } => {
            run.close(effect_key.clone());
            run.set_state(node, iteration, NodeState::Started(Turns::default()));
        }
        RunEvent::LoopIterated {
            node,
            iteration,
            index,
            total,
            ..
        } => {
            let turns = Turns {
                begun: index.saturating_add(1),
                total: *total,
                stopped: false,
            };
            run.set_state(node, iteration, NodeState::Started(turns));
        }
        RunEvent::LoopStopped {
            node, iteration, ..
        } => {
            if let Some(NodeState::Started(turns)) = run.state(node, iteration) {
                let turns = Turns {
                    total: turns.begun,
                    stopped: true,
                    ..*turns
                };
                run.set_state(node, iteration, NodeState::Started(turns));
            }
        }
        RunEvent::WaitStarted {
            node,
            iteration,
            wake_at_ms,
            reason,
            ..
        } => {
            if let WaitReason::Retry { tries, .. } = reason {
                let place = (node.clone(), iteration.clone());
                run.tries.insert(place, *tries);
            }
            run.timers
                .start(node, iteration, reason.timer(), *wake_at_ms);
        }
        RunEvent::TimerFired {
            node,
            iteration,
            timer,
            ..
        } => {
            run.timers.end(node, iteration, *timer);
            if *timer == Timer::Event {
                run.awaited.remove(&(node.clone(), iteration.clone()));
            }
        }
        RunEvent::EventAwaited {
            node, iteration, ..
        } => {
            run.awaited.insert((node.clone(), iteration.clone()));
        }
        RunEvent::EventArrived {
            node, iteration, ..
        } => {
            run.awaited.remove(&(node.clone(), iteration.clone()));
            run.timers.end(node, iteration, Timer::Event);
        }
        RunEvent::ApprovalRequested {
            node,
            iteration,
            question,
            ..
        }
        | RunEvent::ClarificationNeeded {
            node,
            iteration,
            question,
            ..
        } => {
            run.log_bytes += asked_about(question);
            let open = OpenQuestion {
                node: node.clone(),
                iteration: iteration.clone(),
                question: question.clone(),
            };
            run.questions.insert(question.question_id, open);
        }
        RunEvent::ApprovalDecided {
            node,
            iteration,
            question_id,
            decision,
            ..
        } => {
            let open = run.questions.remove(question_id);
            run.timers.end(node, iteration, Timer::Decision);
            run.timers.end(node, iteration, Timer::Escalation);
            let asked = open.and_then(|open| match open.question.about {
                Subject::Effect {
                    protocol, request, ..
                } => Some(Approved { protocol, request }),
                Subject::Value { .. } | Subject::Form { .. } => None,
            });
            let approved = match decision {
                Decision::Approve => asked,
                Decision::Edit { value } => asked.map(|asked| Approved {
                    request: value.clone(),
                    ..asked
                }),
                Decision::Respond { .. } | Decision::Reject | Decision::Ignore => None,
            };
            if let Some(approved) = approved {
                let place = (node.clone(), iteration.clone());
                run.approved.insert(place, approved);
            }
        }
        RunEvent::ClarificationAnswered { question_id, .. }
        | RunEvent::QuestionWithdrawn { question_id, .. } => {
            run.questions.remove(question_id);
        }
        RunEvent::QuestionAssigned {
            node,
            iteration,
            question_id,
            to,
            ..
        } => {
            run.timers.end(node, iteration, Timer::Escalation);
            if let Some(open) = run.questions.get_mut(question_id) {
                open.question.assignees.clone_from(to);
            }
        }
        RunEvent::CostIncurred {
            node,
            iteration,
            input_tokens,
            output_tokens,
            cost_micros,
            ..
        } => {
            let spent = Spent {
                input_tokens: *input_tokens,
                output_tokens: *output_tokens,
                cost_micros: *cost_micros,
            };
            run.spent += spent;
            for (outer, open) in &mut run.coordinations {
                if Coordination::holds(outer, node, iteration) {
                    open.spent += spent;
                }
            }
        }
        RunEvent::CoordinationBegan {
            node,
            iteration,
            brief,
            ..
        } => {
            run.log_bytes += length(brief);
            let open = Coordination {
                brief: brief.clone(),
                ..Coordination::default()
            };
            run.coordinations
                .insert((node.clone(), iteration.clone()), open);
        }
        RunEvent::RoundDecided {
            node,
            iteration,
            round,
            said,
            ..
        } => {
            run.log_bytes += said.len() as u64;
            let key = (node.clone(), iteration.clone());
            if let Some(open) = run.coordinations.get_mut(&key) {
                open.decided = round.saturating_add(1);
                open.evidence.clear();
            }
        }
        RunEvent::ResultTaken {
            node,
            iteration,
            result,
            ..
        } => {
            let state = match result {
                TakenResult::Completed { outputs } => {
                    run.log_bytes += outputs.values().map(length).sum::<u64>();
                    NodeState::Completed(outputs.clone())
                }
                TakenResult::Failed { error } => {
                    let error = Json::of(error).unwrap_or_default();
                    run.log_bytes += length(&error);
                    NodeState::Failed(error)
                }
                TakenResult::Skipped { .. } => NodeState::Skipped,
            };
            run.set_state(node, iteration, state);
        }
        RunEvent::StandInGiven {
            node,
            iteration,
            outputs,
            ..
        } => {
            run.log_bytes += outputs.values().map(length).sum::<u64>();
            if let Some(variant) = &mut run.variant {
                let place = (node.clone(), iteration.clone());
                variant.stand_ins.insert(place, outputs.clone());
            }
        }
        RunEvent::EffectWithheld { request, .. } => run.log_bytes += length(request),
        RunEvent::PlanComputed { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::ApprovalWaived { .. }
        | RunEvent::ChildAbandoned { .. }
        | RunEvent::NodeTested { .. } => {}
        RunEvent::RunCompleted { .. } => end(run, Status::Completed),
        RunEvent::RunFailed { .. } => end(run, Status::Failed),
        RunEvent::RunCancelled { .. } => end(run, Status::Cancelled),
    }
}

/// The run that a log tells of.
#[must_use]
pub fn fold<'a>(identity: Identity, log: impl IntoIterator<Item = &'a RunEvent>) -> Run {
    let mut run = Run::new(identity);
    for event in log {
        evolve(&mut run, event);
    }
    run
}

/// Nothing follows an end, so nothing but the end is kept.
fn end(run: &mut Run, status: Status) {
    run.status = status;
    run.nodes = Default::default();
    run.effects = Default::default();
    run.open_effects = 0;
    run.timers = Default::default();
    run.tries = Default::default();
    run.questions = Default::default();
    run.approved = Default::default();
    run.coordinations = Default::default();
    run.awaited = Default::default();
    run.rules = Default::default();
    if let Some(variant) = &mut run.variant {
        variant.stand_ins = Default::default();
    }
    run.memo = Default::default();
}

fn asked_about(question: &Question) -> u64 {
    match &question.about {
        Subject::Effect { request, .. } => length(request),
        Subject::Value { value, .. } => length(value),
        Subject::Form { .. } => 0,
    }
}

fn length(json: &Json) -> u64 {
    json.as_written().len() as u64
}
