//! From schedules and integration events to runs: every match starts one run or has a recorded reason why not.

mod failures;

use crate::{
    pace::{
        Bell,
        arrive::{Arrival, about, arrive},
        flow_of,
    },
    refusal::{DISABLED, NOT_PERMITTED, Refusal, live},
    store::{
        decisions,
        triggers::{self, TriggerRow},
        waits,
    },
};
use async_trait::async_trait;
use authz::{Authz, Permission, editors_may};
use bus::{Envelope, Received};
use events::{
    EmailReceived, Event, Json, MessageReceived, RunEventArrived, RunRequested, RunTrigger,
    ScheduleFired, Timestamp, TriggerDeclined, TriggerKind,
};
use expressions::Expression;
use ids::{AccountId, EventId, RunId, TriggerId, WorkflowId};
use serde_json::json;
use std::sync::Arc;
use store::{Apply, Failure, Tx};

/// Handles the events of the consumer group `matching`.
pub struct Matching {
    /// For those whose events wait.
    pub bell: Bell,
    /// Who may hear of what.
    pub authz: Arc<dyn Authz>,
}

#[async_trait]
impl Apply<ScheduleFired> for Matching {
    async fn apply(&self, tx: &mut Tx, received: &Received<ScheduleFired>) -> Result<(), Failure> {
        let (fired, envelope) = (&received.event, &received.envelope);
        let row = triggers::find(tx.conn(), fired.trigger_id).await?;
        let (tenant, workflow, kind) = (&envelope.tenant, fired.workflow_id, TriggerKind::Schedule);
        let trigger = match live(row.as_ref(), tenant, workflow, kind) {
            Ok(trigger) => trigger,
            Err(Refusal { code, message, .. }) => {
                let reason = (*code, (*message).to_owned());
                let (trigger, event) = (fired.trigger_id, fired.event_id);
                return decline(tx, envelope, workflow, trigger, event, reason).await;
            }
        };
        let payload = json!({ "due_at": fired.due_at, "fired_at": fired.fired_at });
        self.start(
            tx,
            trigger,
            fired.event_id,
            envelope.time,
            Json::from(payload),
        )
        .await
    }
}

#[async_trait]
impl Apply<EmailReceived> for Matching {
    async fn apply(&self, tx: &mut Tx, received: &Received<EmailReceived>) -> Result<(), Failure> {
        self.integration(tx, received, received.event.account_id)
            .await
    }
}

#[async_trait]
impl Apply<MessageReceived> for Matching {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<MessageReceived>,
    ) -> Result<(), Failure> {
        self.integration(tx, received, received.event.account_id)
            .await
    }
}

impl Matching {
    /// Starts what an event of an account starts, and wakes what waits for it.
    async fn integration<E: Event>(
        &self,
        tx: &mut Tx,
        received: &Received<E>,
        account: AccountId,
    ) -> Result<(), Failure> {
        let envelope = &received.envelope;
        let payload = Json::of(&received.event).map_err(Failure::poison)?;
        let waiting = triggers::waiting_for(tx.conn(), &envelope.tenant, E::TYPE, account).await?;
        for trigger in waiting {
            let off = || (!trigger.enabled).then(|| (DISABLED.code, DISABLED.message.to_owned()));
            let mut reason = filtered(&trigger, envelope, &payload).or_else(off);
            if reason.is_none() && !self.may_use(trigger.workflow_id, account).await? {
                reason = Some((NOT_PERMITTED.code, NOT_PERMITTED.message.to_owned()));
            }
            match reason {
                None => {
                    let payload = payload.clone();
                    self.start(tx, &trigger, envelope.id, envelope.time, payload)
                        .await?;
                }
                Some(reason) => {
                    let (workflow, id) = (trigger.workflow_id, trigger.trigger_id);
                    decline(tx, envelope, workflow, id, envelope.id, reason).await?;
                }
            }
        }
        self.wake(tx, envelope, E::TYPE, account, &payload).await
    }

    /// Tells the runs that wait for this event.
    async fn wake(
        &self,
        tx: &mut Tx,
        envelope: &Envelope,
        event_type: &str,
        account: AccountId,
        payload: &Json,
    ) -> Result<(), Failure> {
        const KIND: TriggerKind = TriggerKind::IntegrationEvent;
        let (tenant, value) = (&envelope.tenant, payload.value());
        let waiting = waits::waiting_for(tx.conn(), tenant, event_type, account, &value).await?;
        for wait in waiting {
            let filter = wait.filter.as_deref();
            let is_kept_out =
                filter.is_some_and(|f| kept_out(f, KIND, envelope, payload).is_some());
            if is_kept_out || !self.may_use(wait.workflow_id, account).await? {
                continue;
            }
            waits::end(tx.conn(), &wait).await?;
            tx.emit(&RunEventArrived {
                run_id: wait.run_id,
                workflow_id: wait.workflow_id,
                node: wait.node,
                iteration: wait.iteration,
                event_id: envelope.id,
                payload: payload.clone(),
            })?;
        }
        Ok(())
    }

    /// Whether a workflow may see what arrives in an account.
    async fn may_use(&self, workflow: WorkflowId, account: AccountId) -> Result<bool, Failure> {
        let account = account.into();
        let may = editors_may(self.authz.as_ref(), workflow, Permission::Use, &account);
        may.await.map_err(Failure::retry)
    }
    /// Wants the version that is published now; at once, or when flow control lets it.
    async fn start(
        &self,
        tx: &mut Tx,
        trigger: &TriggerRow,
        event_id: EventId,
        came_at: Timestamp,
        payload: Json,
    ) -> Result<(), Failure> {
        let run_id = RunId::derive(trigger.trigger_id, event_id);
        if let Some(flow) = flow_of(trigger) {
            let arrival = Arrival {
                trigger_id: trigger.trigger_id,
                event_id,
                run_id,
                workflow_id: trigger.workflow_id,
                node: trigger.node.clone(),
                kind: trigger.kind,
                actor: None,
                reply_to: None,
                payload,
                came_at,
            };
            let cause = tx.cause().clone();
            arrive(tx.conn(), &flow, arrival, &trigger.tenant, &cause).await?;
            tx.wake(self.bell.arrived());
            return Ok(());
        }
        tx.emit(&RunRequested {
            run_id,
            workflow_id: trigger.workflow_id,
            version_id: trigger.version_id,
            trigger: RunTrigger {
                kind: trigger.kind,
                node: trigger.node.clone(),
                trigger_id: Some(trigger.trigger_id),
                event_id,
                actor: None,
            },
            payload,
            requested_at: chrono::Utc::now(),
            reply_to: None,
            refused: None,
            parent: None,
        })?;
        Ok(())
    }
}

/// Why the trigger's filter keeps the event out; `None` when it lets it in.
fn filtered(
    trigger: &TriggerRow,
    envelope: &Envelope,
    payload: &Json,
) -> Option<(&'static str, String)> {
    let filter = trigger.config.get("filter")?.as_str()?;
    kept_out(filter, trigger.kind, envelope, payload)
}

/// Why a filter keeps an event out; `None` when it lets it in.
fn kept_out(
    filter: &str,
    kind: TriggerKind,
    envelope: &Envelope,
    payload: &Json,
) -> Option<(&'static str, String)> {
    let context = about(kind, envelope.id, payload);
    let given = expressions::Given {
        now_ms: envelope.time.timestamp_millis(),
        seed: 0,
    };
    match Expression::parse(filter).and_then(|filter| filter.eval_bool(&context, &given)) {
        Ok(true) => None,
        Ok(false) => Some(("filtered", format!("{filter} is false"))),
        Err(error) => Some(("filter_failed", error.to_string())),
    }
}

async fn decline(
    tx: &mut Tx,
    envelope: &Envelope,
    workflow_id: WorkflowId,
    trigger_id: TriggerId,
    event_id: EventId,
    (code, message): (&str, String),
) -> Result<(), Failure> {
    let declined = TriggerDeclined {
        workflow_id,
        trigger_id,
        event_id,
        code: code.to_owned(),
        message,
    };
    Ok(decisions::decline(tx, &envelope.tenant, &declined).await?)
}
