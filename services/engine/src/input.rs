//! From messages on a shard to inputs of runs.

use bus::{Error, Message};
use engine_core::Input;
use events::{
    AssistantEffectCompleted, AssistantEffectFailed, BridgeEffectCompleted, BridgeEffectFailed,
    EffectFailure, EffectResult, EngineEffectCompleted, EngineEffectFailed, Event,
    HttpEffectCompleted, HttpEffectFailed, Json, LlmEffectCompleted, LlmEffectFailed, Parent,
    QuestionDecided, QuestionDelegated, RunCancelRequested, RunError, RunEventArrived,
    RunRequested, RunTrigger, RunVariantRequested, SmtpEffectCompleted, SmtpEffectFailed,
    TenantRule, Timestamp, TriggerKind, WebhookReceived,
};
use ids::{RunId, VersionId, WorkflowId};

/// A message that a shard can take.
#[derive(Debug)]
pub(crate) enum Inbound {
    Start(Box<Start>),
    /// A fork, a dry run, or a test of one node.
    StartVariant(Box<RunVariantRequested>),
    ToRun {
        run_id: RunId,
        input: Box<Input>,
    },
}

/// A run that is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) version_id: VersionId,
    pub(crate) trigger: RunTrigger,
    pub(crate) payload: Json,
    pub(crate) reply_to: Option<String>,
    pub(crate) parent: Option<Parent>,
    /// When it happened.
    pub(crate) came_at: Timestamp,
    /// Whether trigger and flow control have been asked already.
    pub(crate) decided: bool,
    /// Why it may not go on.
    pub(crate) refused: Option<RunError>,
}

impl Start {
    /// The input that starts the run.
    pub(crate) fn into_input(self, rules: Vec<TenantRule>) -> Input {
        Input::Start {
            trigger: self.trigger,
            payload: self.payload,
            reply_to: self.reply_to,
            parent: self.parent,
            rules,
        }
    }
}

/// Reads a message of `RUN_INPUT`.
///
/// # Errors
/// `Undecodable` when it is none of the engine's inputs.
pub(crate) fn read(message: &Message) -> Result<Inbound, Error> {
    match message.envelope.event_type.as_str() {
        WebhookReceived::TYPE => message.decode().map(webhook),
        RunRequested::TYPE => message.decode().map(requested),
        RunVariantRequested::TYPE => message
            .decode()
            .map(|event| Inbound::StartVariant(Box::new(event))),
        RunCancelRequested::TYPE => message.decode().map(|event: RunCancelRequested| {
            let RunCancelRequested {
                run_id,
                actor,
                reason,
                workflow_id: _,
            } = event;
            let input = Box::new(Input::Cancel { actor, reason });
            Inbound::ToRun { run_id, input }
        }),
        RunEventArrived::TYPE => message.decode().map(arrived),
        QuestionDecided::TYPE => message.decode().map(decided),
        QuestionDelegated::TYPE => message.decode().map(delegated),
        HttpEffectCompleted::TYPE => message.decode().map(|e: HttpEffectCompleted| done(e.0)),
        SmtpEffectCompleted::TYPE => message.decode().map(|e: SmtpEffectCompleted| done(e.0)),
        LlmEffectCompleted::TYPE => message.decode().map(|e: LlmEffectCompleted| done(e.0)),
        BridgeEffectCompleted::TYPE => message.decode().map(|e: BridgeEffectCompleted| done(e.0)),
        HttpEffectFailed::TYPE => message.decode().map(|e: HttpEffectFailed| failed(e.0)),
        SmtpEffectFailed::TYPE => message.decode().map(|e: SmtpEffectFailed| failed(e.0)),
        LlmEffectFailed::TYPE => message.decode().map(|e: LlmEffectFailed| failed(e.0)),
        BridgeEffectFailed::TYPE => message.decode().map(|e: BridgeEffectFailed| failed(e.0)),
        AssistantEffectCompleted::TYPE => message
            .decode()
            .map(|e: AssistantEffectCompleted| done(e.0)),
        AssistantEffectFailed::TYPE => message.decode().map(|e: AssistantEffectFailed| failed(e.0)),
        EngineEffectCompleted::TYPE => message.decode().map(|e: EngineEffectCompleted| done(e.0)),
        EngineEffectFailed::TYPE => message.decode().map(|e: EngineEffectFailed| failed(e.0)),
        other => Err(Error::Undecodable {
            subject: message.subject.clone(),
            cause: format!("{other} is no input of a run"),
        }),
    }
}

fn webhook(event: WebhookReceived) -> Inbound {
    Inbound::Start(Box::new(Start {
        run_id: event.run_id,
        workflow_id: event.workflow_id,
        version_id: event.version_id,
        trigger: RunTrigger {
            kind: TriggerKind::Webhook,
            node: event.node,
            trigger_id: Some(event.trigger_id),
            event_id: event.event_id,
            actor: None,
        },
        payload: event.payload,
        reply_to: event.reply_to,
        parent: None,
        came_at: event.received_at,
        decided: false,
        refused: None,
    }))
}

fn requested(event: RunRequested) -> Inbound {
    Inbound::Start(Box::new(Start {
        run_id: event.run_id,
        workflow_id: event.workflow_id,
        version_id: event.version_id,
        came_at: event.requested_at,
        // Only a person names no trigger, and a run that asks for another.
        decided: event.trigger.trigger_id.is_some() || event.parent.is_some(),
        trigger: event.trigger,
        payload: event.payload,
        reply_to: event.reply_to,
        parent: event.parent,
        refused: event.refused,
    }))
}

fn arrived(event: RunEventArrived) -> Inbound {
    Inbound::ToRun {
        run_id: event.run_id,
        input: Box::new(Input::EventArrived {
            node: event.node,
            iteration: event.iteration,
            event_id: event.event_id,
            payload: event.payload,
        }),
    }
}

fn decided(event: QuestionDecided) -> Inbound {
    Inbound::ToRun {
        run_id: event.run_id,
        input: Box::new(Input::Decided {
            question_id: event.question_id,
            hash: event.hash,
            decision: event.decision,
            actor: event.actor,
            comment: event.comment,
        }),
    }
}

fn delegated(event: QuestionDelegated) -> Inbound {
    Inbound::ToRun {
        run_id: event.run_id,
        input: Box::new(Input::Delegated {
            question_id: event.question_id,
            to: event.to,
            actor: event.actor,
        }),
    }
}

fn done(event: EffectResult) -> Inbound {
    Inbound::ToRun {
        run_id: event.run_id,
        input: Box::new(Input::EffectCompleted {
            effect_key: event.effect_key,
            outcome: event.outcome,
            cost: event.cost,
        }),
    }
}

fn failed(event: EffectFailure) -> Inbound {
    Inbound::ToRun {
        run_id: event.run_id,
        input: Box::new(Input::EffectFailed {
            effect_key: event.effect_key,
            error: event.error,
            cost: event.cost,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::INPUTS;
    use bus::Cause;
    use ids::{EventId, TenantId};

    #[test]
    fn whatever_the_engine_listens_for_it_reads() {
        let event = RunCancelRequested {
            run_id: RunId::from_u128(1),
            workflow_id: WorkflowId::from_u128(2),
            actor: None,
            reason: String::new(),
        };
        let cause = Cause::root(TenantId::default_tenant());
        let id = EventId::from_u128(3);
        let mut message =
            Message::encode("test", &cause, &event, id, Timestamp::default()).unwrap();
        for input in INPUTS {
            input.clone_into(&mut message.envelope.event_type);
            // Its fields may be missing here; its type may not be unknown.
            let read = read(&message).map_or_else(|error| error.to_string(), |_| String::new());
            assert!(!read.contains("no input of a run"), "{read}");
        }
    }
}
