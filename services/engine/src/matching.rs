//! From schedules and integration events to runs: every match starts one run or has a recorded reason why not.

use crate::{
    refusal::{DISABLED, Refusal, live},
    store::{
        decisions,
        triggers::{self, TriggerRow},
    },
};
use async_trait::async_trait;
use bus::{Envelope, Received};
use events::{
    EmailReceived, Event, Json, MessageReceived, RunRequested, RunTrigger, ScheduleFired,
    TriggerDeclined, TriggerKind,
};
use expressions::Expression;
use ids::{AccountId, EventId, RunId, TriggerId, WorkflowId};
use serde_json::{Value, json};
use store::{Apply, Failure, Tx};

/// Handles the events of the consumer group `matching`.
pub struct Matching;

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
        start(tx, trigger, fired.event_id, Json::from(payload))
    }
}

#[async_trait]
impl Apply<EmailReceived> for Matching {
    async fn apply(&self, tx: &mut Tx, received: &Received<EmailReceived>) -> Result<(), Failure> {
        integration(tx, received, received.event.account_id).await
    }
}

#[async_trait]
impl Apply<MessageReceived> for Matching {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<MessageReceived>,
    ) -> Result<(), Failure> {
        integration(tx, received, received.event.account_id).await
    }
}

async fn integration<E: Event>(
    tx: &mut Tx,
    received: &Received<E>,
    account: AccountId,
) -> Result<(), Failure> {
    let envelope = &received.envelope;
    let waiting = triggers::waiting_for(tx.conn(), &envelope.tenant, E::TYPE, account).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let payload = Json::of(&received.event).map_err(Failure::poison)?;
    for trigger in waiting {
        let off = || (!trigger.enabled).then(|| (DISABLED.code, DISABLED.message.to_owned()));
        match filtered(&trigger, envelope, &payload).or_else(off) {
            None => start(tx, &trigger, envelope.id, payload.clone())?,
            Some(reason) => {
                let (workflow, id) = (trigger.workflow_id, trigger.trigger_id);
                decline(tx, envelope, workflow, id, envelope.id, reason).await?;
            }
        }
    }
    Ok(())
}

/// Why the trigger's filter keeps the event out; `None` when it lets it in.
fn filtered(
    trigger: &TriggerRow,
    envelope: &Envelope,
    payload: &Json,
) -> Option<(&'static str, String)> {
    let filter = trigger.config.get("filter")?.as_str()?;
    let input = payload.value();
    let mut about = input.clone();
    if let Value::Object(fields) = &mut about {
        fields.insert(
            "type".to_owned(),
            json!(TriggerKind::IntegrationEvent.as_str()),
        );
        fields.insert("event_id".to_owned(), json!(envelope.id));
    }
    let context = json!({ "input": input, "trigger": about });
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

/// Wants the version that is published now.
fn start(
    tx: &mut Tx,
    trigger: &TriggerRow,
    event_id: EventId,
    payload: Json,
) -> Result<(), Failure> {
    tx.emit(&RunRequested {
        run_id: RunId::derive(trigger.trigger_id, event_id),
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
    })?;
    Ok(())
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
    if decisions::record(tx.conn(), &envelope.tenant, &declined).await? {
        tx.emit(&declined)?;
    }
    Ok(())
}
