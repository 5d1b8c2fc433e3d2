//! One key: decided on, and what follows made durable, in one transaction.

use super::{
    Pace,
    decide::{self, Decided, Key, Step, decide},
};
use crate::{
    manifest::SERVICE,
    refusal::{Refusal, live},
    store::{
        decisions,
        pace::{self, KeyOf, PacedEvent},
        triggers::{self, TriggerRow},
    },
};
use bus::{Cause, Message};
use events::{
    ErrorClass, Json, RunCancelRequested, RunError, RunRequested, RunResponded, RunTrigger,
    TriggerDeclined, TriggerHeld, TriggerKind, WebhookAnswer,
};
use ids::{EventId, RunId, VersionId};
use store::{Error, Tx};
use workflow::config::FlowControl;

/// The end of a run that a newer event replaces.
const REPLACED: &str = "a newer event of the same key took its place";

impl Pace {
    /// Decides what becomes of a key's events; false when another replica is at it.
    pub(super) async fn settle(&self, key: &KeyOf) -> Result<bool, Error> {
        let mut tx = self.database.begin(Cause::root(key.tenant.clone())).await?;
        let Some(locked) = pace::lock(tx.conn(), key).await? else {
            return Ok(false);
        };
        let trigger = triggers::find(tx.conn(), key.trigger_id).await?;
        let flow = trigger.as_ref().and_then(flow_of).unwrap_or_default();
        let waiting = pace::waiting(tx.conn(), key).await?;
        let found = Key {
            now_ms: locked.now_ms,
            since_ms: locked.since_ms,
            starts_ms: locked.starts_ms,
            running: pace::running(tx.conn(), key, flow.counts_runs()).await?,
            waiting,
        };
        let live = match found.waiting.first().map(|first| first.event) {
            None => trigger.ok_or(&crate::refusal::REMOVED),
            Some(first) => {
                let first = pace::read(tx.conn(), key.trigger_id, &[first]).await?;
                let live = first.first().map(|event| {
                    let (tenant, workflow) = (&event.tenant, event.workflow_id);
                    live(trigger.as_ref(), tenant, workflow, event.kind).cloned()
                });
                live.unwrap_or(Err(&crate::refusal::REMOVED))
            }
        };
        let decided = match &live {
            Ok(_) => decide(&flow, found),
            Err(refusal) => let_go(found, refusal),
        };
        let mut work = Work {
            key,
            trigger: live.ok(),
            tx,
            answers: Vec::new(),
        };
        for step in &decided.steps {
            work.take(step).await?;
        }
        let Work {
            mut tx, answers, ..
        } = work;
        pace::leave(
            tx.conn(),
            key,
            decided.since_ms,
            &decided.starts_ms,
            decided.look_at_ms,
        )
        .await?;
        tx.commit().await?;
        for answer in answers {
            crate::lane::answer(&self.bus, answer).await;
        }
        Ok(true)
    }
}

/// The flow control of a published trigger.
pub(crate) fn flow_of(trigger: &TriggerRow) -> Option<FlowControl> {
    let flow = trigger.config.get("flow")?;
    serde_json::from_value(flow.clone())
        .inspect_err(
            |error| tracing::error!(trigger.id = %trigger.trigger_id, %error, "flow control cannot be read"),
        )
        .ok()
}

/// The trigger is off or gone: what waits will not start.
fn let_go(found: Key, refusal: &Refusal) -> Decided {
    let declined = found
        .waiting
        .into_iter()
        .map(|event| Step::Decline(event.event, refusal.code, refusal.message.to_owned()));
    let nobody_waits = FlowControl::default();
    let mut steps: Vec<Step> = declined.collect();
    let rest = Key {
        waiting: Vec::new(),
        ..found
    };
    let mut decided = decide::decide(&nobody_waits, rest);
    steps.append(&mut decided.steps);
    Decided { steps, ..decided }
}

struct Work<'k> {
    key: &'k KeyOf,
    /// There is one when anything starts.
    trigger: Option<TriggerRow>,
    tx: Tx,
    answers: Vec<Message>,
}

impl Work<'_> {
    async fn take(&mut self, step: &Step) -> Result<(), Error> {
        let trigger = self.key.trigger_id;
        match step {
            Step::Forget(event) => pace::forget(self.tx.conn(), trigger, &[*event]).await,
            Step::Cancel(event, run) => self.cancel(*event, *run).await,
            Step::Decline(event, code, message) => {
                for event in pace::read(self.tx.conn(), trigger, &[*event]).await? {
                    self.decline(&event, code, message.clone()).await?;
                }
                pace::forget(self.tx.conn(), trigger, &[*event]).await
            }
            Step::Hold(event, code, message) => {
                for event in pace::read(self.tx.conn(), trigger, &[*event]).await? {
                    self.tx.set_cause(cause(&event));
                    self.tx.emit(&TriggerHeld {
                        workflow_id: event.workflow_id,
                        trigger_id: event.trigger_id,
                        event_id: event.event_id,
                        run_id: event.run_id,
                        code: (*code).to_owned(),
                        message: message.clone(),
                    })?;
                }
                pace::held(self.tx.conn(), trigger, *event).await
            }
            Step::Start(events) => self.start(events).await,
        }
    }

    async fn start(&mut self, ids: &[EventId]) -> Result<(), Error> {
        let trigger = self.key.trigger_id;
        let mut events = pace::read(self.tx.conn(), trigger, ids).await?;
        let (Some(published), Some(mut last)) = (self.trigger.clone(), events.pop()) else {
            return Ok(());
        };
        if is_batched(&published) {
            let mut payloads: Vec<&Json> = events.iter().map(|event| &event.payload).collect();
            payloads.push(&last.payload);
            let batch = Json::of(&serde_json::json!({ "events": payloads }));
            last.payload = batch.unwrap_or_default();
        }
        self.tx.set_cause(cause(&last));
        let asked = self.tx.emit(&requested(&last, published.version_id));
        if let Err(error) = asked {
            // The event is larger than the bus carries: nobody can start it.
            self.decline(&last, "too_large", error.to_string()).await?;
            return pace::forget(self.tx.conn(), trigger, &[last.event_id]).await;
        }
        for event in &events {
            let message = format!(
                "run {} took it together with {} others",
                last.run_id,
                events.len()
            );
            self.decline(event, "batched", message).await?;
        }
        let gone: Vec<EventId> = events.iter().map(|event| event.event_id).collect();
        pace::forget(self.tx.conn(), trigger, &gone).await?;
        pace::started(self.tx.conn(), trigger, last.event_id).await
    }

    async fn cancel(&mut self, event: EventId, run_id: RunId) -> Result<(), Error> {
        let trigger = self.key.trigger_id;
        if let Some(published) = &self.trigger {
            self.tx.emit(&RunCancelRequested {
                run_id,
                workflow_id: published.workflow_id,
                actor: None,
                reason: REPLACED.to_owned(),
            })?;
        }
        pace::cancelled(self.tx.conn(), trigger, event).await
    }

    /// Records the reason; a person who was promised a run finds it, failed, and a caller who waits is told.
    async fn decline(
        &mut self,
        event: &PacedEvent,
        code: &str,
        message: String,
    ) -> Result<(), Error> {
        let declined = TriggerDeclined {
            workflow_id: event.workflow_id,
            trigger_id: event.trigger_id,
            event_id: event.event_id,
            code: code.to_owned(),
            message,
        };
        self.tx.set_cause(cause(event));
        decisions::decline(&mut self.tx, &event.tenant, &declined).await?;
        let TriggerDeclined { code, message, .. } = declined;
        if let (TriggerKind::Manual, Some(published)) = (event.kind, &self.trigger) {
            self.tx.emit(&RunRequested {
                refused: Some(RunError::new(
                    ErrorClass::Rejected,
                    format!("start.{code}"),
                    message.clone(),
                )),
                ..requested(event, published.version_id)
            })?;
        }
        if let Some(replica) = &event.reply_to {
            let said = RunResponded {
                run_id: event.run_id,
                workflow_id: event.workflow_id,
                replica: replica.clone(),
                answer: WebhookAnswer::Refused {
                    class: ErrorClass::Rejected,
                    message,
                },
            };
            let (cause, now) = (cause(event), chrono::Utc::now());
            let message = Message::encode(SERVICE, &cause, &said, EventId::generate(), now)?;
            self.answers.push(message);
        }
        Ok(())
    }
}

fn is_batched(trigger: &TriggerRow) -> bool {
    flow_of(trigger).is_some_and(|flow| flow.batch.is_some())
}

/// The run that the event is to start.
fn requested(event: &PacedEvent, version_id: VersionId) -> RunRequested {
    RunRequested {
        run_id: event.run_id,
        workflow_id: event.workflow_id,
        version_id,
        trigger: RunTrigger {
            kind: event.kind,
            node: event.node.clone(),
            trigger_id: Some(event.trigger_id),
            event_id: event.event_id,
            actor: event.actor,
        },
        payload: event.payload.clone(),
        requested_at: chrono::Utc::now(),
        parent: None,
        reply_to: event.reply_to.clone(),
        refused: None,
    }
}

fn cause(event: &PacedEvent) -> Cause {
    Cause {
        tenant: event.tenant.clone(),
        correlation_id: Some(event.correlation_id),
        causation_id: Some(event.causation_id),
        traceparent: event.traceparent.clone(),
    }
}
