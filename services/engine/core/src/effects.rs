//! What the world must be told of events that are durable.

use crate::{
    key,
    node::SAID,
    request::AdapterRequest,
    run::{OpenEffect, Run},
};
use events::{
    ConversationReplied, EffectFailure, EffectOrigin, EffectResult, ErrorClass, Json,
    NotificationRaised, Question, RunCancelRequested, RunError, RunEvent, RunResponded, Timestamp,
    Urgency, WebhookAnswer, WorkflowCancelled, WorkflowCompleted, WorkflowFailed,
};
use ids::{NodeId, PortName};
use serde_json::json;
use std::collections::BTreeMap;
use workflow::{
    NodeType,
    config::{self, HttpResponse, Notify, Reply},
};

/// One thing to tell, after the commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Work for an adapter.
    Request(AdapterRequest),
    /// A person's attention.
    Notify(NotificationRaised),
    /// An answer in a conversation.
    Reply(ConversationReplied),
    /// The answer to a client that waits; worthless later.
    Respond(RunResponded),
    Completed(WorkflowCompleted),
    Failed(WorkflowFailed),
    Cancelled(WorkflowCancelled),
    /// To the run that waits for this one: it has ended well.
    ChildCompleted(EffectResult),
    /// To the run that waits for this one: it has not.
    ChildFailed(EffectFailure),
    /// To a run that this one waits for no more.
    CancelChild(RunCancelRequested),
}

/// What follows from `events`, the first of which has number `first_seq`; each effect with the `seq` it follows from.
///
/// `run` has evolved over them, and perhaps further. A dry run has none.
#[must_use]
pub fn effects(run: &Run, first_seq: u64, events: &[RunEvent]) -> Vec<(u64, Effect)> {
    let mut effects = Vec::new();
    if run.is_dry() {
        return effects;
    }
    for (seq, event) in (first_seq..).zip(events) {
        of_event(run, seq, event, &mut |effect| effects.push((seq, effect)));
    }
    effects
}

impl Run {
    /// An effect that may have to be asked for again.
    #[must_use]
    pub fn request(&self, effect_key: &str, open: &OpenEffect) -> Option<AdapterRequest> {
        let origin = origin(self, &open.node, effect_key);
        AdapterRequest::read(&open.protocol, &open.request, &origin)
    }
}

fn of_event(run: &Run, seq: u64, event: &RunEvent, tell: &mut impl FnMut(Effect)) {
    let identity = run.identity;
    match event {
        RunEvent::EffectRequested {
            node,
            effect_key,
            protocol,
            request,
            ..
        } => {
            let origin = origin(run, node, effect_key);
            AdapterRequest::read(protocol, request, &origin)
                .map(Effect::Request)
                .into_iter()
                .for_each(tell);
        }
        RunEvent::NodeCompleted {
            at_ms,
            node,
            iteration,
            node_type,
            outputs,
        } => {
            let said = said(outputs);
            match NodeType::named(node_type) {
                Some(NodeType::Notify) => said
                    .and_then(|said| notification(run, *at_ms, node, iteration, said))
                    .map(Effect::Notify)
                    .into_iter()
                    .for_each(tell),
                Some(NodeType::HttpResponse) if run.answered_at == Some(seq) => said
                    .and_then(|said| said.read::<HttpResponse>().ok())
                    .and_then(|response| respond(run, answer(response)))
                    .into_iter()
                    .for_each(tell),
                Some(NodeType::Reply) => said
                    .and_then(|said| reply(run, said))
                    .into_iter()
                    .for_each(tell),
                Some(_) | None => {}
            }
        }
        RunEvent::ApprovalRequested {
            at_ms,
            node,
            iteration,
            question,
        }
        | RunEvent::ClarificationNeeded {
            at_ms,
            node,
            iteration,
            question,
        } => tell(Effect::Notify(asked(
            run, *at_ms, node, iteration, question,
        ))),
        RunEvent::ApprovalWaived {
            at_ms,
            node,
            iteration,
            confidence,
            told: true,
        } => tell(Effect::Notify(waived(
            run,
            *at_ms,
            node,
            iteration,
            *confidence,
        ))),
        RunEvent::ChildAbandoned {
            run_id,
            workflow_id,
            ..
        } => tell(Effect::CancelChild(RunCancelRequested {
            run_id: *run_id,
            workflow_id: *workflow_id,
            actor: None,
            reason: format!("run {} waits for it no more", identity.run_id),
        })),
        RunEvent::RunCompleted { output, .. } => {
            child_ended(run, Ok(output))
                .into_iter()
                .for_each(&mut *tell);
            tell(Effect::Completed(WorkflowCompleted {
                run_id: identity.run_id,
                workflow_id: identity.workflow_id,
                version_id: identity.version_id,
            }));
            ended(run, None).into_iter().for_each(tell);
        }
        RunEvent::RunFailed { error, .. } => {
            child_ended(run, Err(error.clone()))
                .into_iter()
                .for_each(&mut *tell);
            tell(Effect::Failed(WorkflowFailed {
                run_id: identity.run_id,
                workflow_id: identity.workflow_id,
                version_id: identity.version_id,
                error: error.clone(),
            }));
            ended(run, Some(error.clone())).into_iter().for_each(tell);
        }
        RunEvent::RunCancelled { actor, reason, .. } => {
            child_ended(run, Err(cancelled(reason)))
                .into_iter()
                .for_each(&mut *tell);
            tell(Effect::Cancelled(WorkflowCancelled {
                run_id: identity.run_id,
                workflow_id: identity.workflow_id,
                version_id: identity.version_id,
                actor: *actor,
            }));
            ended(run, None).into_iter().for_each(tell);
        }
        RunEvent::RunStarted { .. }
        | RunEvent::PlanComputed { .. }
        | RunEvent::NodeStarted { .. }
        | RunEvent::NodeFailed { .. }
        | RunEvent::NodeSkipped { .. }
        | RunEvent::EffectCompleted { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::LoopStopped { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::TimerFired { .. }
        | RunEvent::EventAwaited { .. }
        | RunEvent::EventArrived { .. }
        | RunEvent::ApprovalDecided { .. }
        | RunEvent::ApprovalWaived { told: false, .. }
        | RunEvent::ClarificationAnswered { .. }
        | RunEvent::QuestionAssigned { .. }
        | RunEvent::QuestionWithdrawn { .. }
        | RunEvent::CostIncurred { .. }
        | RunEvent::ResultTaken { .. }
        | RunEvent::StandInGiven { .. }
        | RunEvent::EffectWithheld { .. }
        | RunEvent::NodeTested { .. }
        | RunEvent::CoordinationBegan { .. }
        | RunEvent::RoundDecided { .. } => {}
    }
}

/// The end of a run, as the effect of the run that waits for it.
fn child_ended(run: &Run, end: Result<&Json, RunError>) -> Option<Effect> {
    let parent = run.parent.as_ref()?;
    Some(match end {
        Ok(output) => Effect::ChildCompleted(EffectResult {
            run_id: parent.run_id,
            workflow_id: parent.workflow_id,
            effect_key: parent.effect_key.clone(),
            outcome: output.clone(),
            cost: run.cost(),
        }),
        Err(error) => Effect::ChildFailed(EffectFailure {
            run_id: parent.run_id,
            workflow_id: parent.workflow_id,
            effect_key: parent.effect_key.clone(),
            error: RunError {
                node: None,
                detail: Some(json!({
                    "run_id": run.identity.run_id,
                    "workflow_id": run.identity.workflow_id,
                    "node": error.node,
                })),
                ..error
            },
            cost: run.cost(),
        }),
    })
}

fn cancelled(reason: &str) -> RunError {
    let message = format!("the sub-workflow's run was cancelled: {reason}");
    RunError::new(ErrorClass::Stated, "child.cancelled", message)
}

fn asked(
    run: &Run,
    at_ms: i64,
    node: &NodeId,
    path: &[u32],
    question: &Question,
) -> NotificationRaised {
    NotificationRaised {
        notification_id: key::notification(run.identity.run_id, node, path, at_ms),
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        node: node.clone(),
        title: question.title.clone(),
        body: question.text.clone(),
        urgency: Urgency::Normal,
        raised_at: Timestamp::from_timestamp_millis(at_ms).unwrap_or_default(),
    }
}

fn waived(
    run: &Run,
    at_ms: i64,
    node: &NodeId,
    path: &[u32],
    confidence: u32,
) -> NotificationRaised {
    NotificationRaised {
        notification_id: key::notification(run.identity.run_id, node, path, at_ms),
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        node: node.clone(),
        title: format!("`{node}` went ahead without approval"),
        body: format!("The workflow was {} % sure.", confidence / 10),
        urgency: Urgency::Low,
        raised_at: Timestamp::from_timestamp_millis(at_ms).unwrap_or_default(),
    }
}

fn origin(run: &Run, node: &NodeId, effect_key: &str) -> EffectOrigin {
    EffectOrigin {
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        node: node.clone(),
        effect_key: effect_key.to_owned(),
    }
}

fn said(outputs: &BTreeMap<PortName, Json>) -> Option<&Json> {
    outputs
        .iter()
        .find_map(|(name, value)| (name.as_str() == SAID).then_some(value))
}

fn notification(
    run: &Run,
    at_ms: i64,
    node: &NodeId,
    path: &[u32],
    said: &Json,
) -> Option<NotificationRaised> {
    let Notify {
        title,
        body,
        urgency,
    } = said.read().ok()?;
    Some(NotificationRaised {
        notification_id: key::notification(run.identity.run_id, node, path, at_ms),
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        node: node.clone(),
        title,
        body,
        urgency: match urgency {
            config::Urgency::Low => Urgency::Low,
            config::Urgency::Normal => Urgency::Normal,
            config::Urgency::High => Urgency::High,
        },
        raised_at: Timestamp::from_timestamp_millis(at_ms).unwrap_or_default(),
    })
}

fn reply(run: &Run, said: &Json) -> Option<Effect> {
    let Reply { to, text } = said.read().ok()?;
    Some(Effect::Reply(ConversationReplied {
        conversation_id: to.conversation_id,
        message_id: to.message_id,
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        text,
    }))
}

fn answer(response: HttpResponse) -> WebhookAnswer {
    WebhookAnswer::Response {
        status: response.status,
        headers: response.headers,
        body: Json::from(response.body),
    }
}

fn respond(run: &Run, answer: WebhookAnswer) -> Option<Effect> {
    let replica = run.reply_to.clone()?;
    Some(Effect::Respond(RunResponded {
        run_id: run.identity.run_id,
        workflow_id: run.identity.workflow_id,
        replica,
        answer,
    }))
}

/// A run that ends without an HTTP response answers with its end.
fn ended(run: &Run, failed: Option<RunError>) -> Option<Effect> {
    match run.answered_at {
        Some(_) => None,
        None => respond(run, WebhookAnswer::Ended { failed }),
    }
}
