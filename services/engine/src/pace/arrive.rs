//! An event reaches a trigger with flow control.

use crate::store::pace::{self, PacedEvent};
use bus::Cause;
use events::{Json, Timestamp, TriggerKind};
use expressions::{Expression, Given};
use ids::{EventId, NodeId, RunId, TenantId, TriggerId, UserId, WorkflowId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use store::Error;
use workflow::config::{FlowControl, Priority};

/// The longest key that is kept as it is, in bytes.
const KEY_BYTES: usize = 200;

/// An event that would start a run at once, were it not for flow control.
pub(crate) struct Arrival {
    pub(crate) trigger_id: TriggerId,
    pub(crate) event_id: EventId,
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) node: NodeId,
    pub(crate) kind: TriggerKind,
    pub(crate) actor: Option<UserId>,
    pub(crate) reply_to: Option<String>,
    pub(crate) payload: Json,
    /// When it happened: events are put in this order.
    pub(crate) came_at: Timestamp,
}

/// Takes an event in, to be settled by [`super::Pace`]; false when it has its run, or its reason.
pub(crate) async fn arrive(
    conn: &mut PgConnection,
    flow: &FlowControl,
    arrival: Arrival,
    tenant: &TenantId,
    cause: &Cause,
) -> Result<bool, Error> {
    let about = about(arrival.kind, arrival.event_id, &arrival.payload);
    let (key, fault) = match key(flow, &about) {
        Ok(key) => (key, None),
        Err(fault) => (String::new(), Some(fault)),
    };
    let event = PacedEvent {
        priority: priority(flow, &about),
        key,
        fault,
        trigger_id: arrival.trigger_id,
        event_id: arrival.event_id,
        tenant: tenant.clone(),
        run_id: arrival.run_id,
        workflow_id: arrival.workflow_id,
        node: arrival.node,
        kind: arrival.kind,
        actor: arrival.actor,
        reply_to: arrival.reply_to,
        payload: arrival.payload,
        correlation_id: cause.correlation_id.unwrap_or(arrival.event_id),
        causation_id: cause.causation_id.unwrap_or(arrival.event_id),
        traceparent: cause.traceparent.clone(),
        came_at: arrival.came_at,
    };
    pace::take_in(conn, &event).await
}

/// What an expression over an event may name: `input` is its payload, `trigger` the same with type and event id.
pub(crate) fn about(kind: TriggerKind, event: EventId, payload: &Json) -> Value {
    let input = payload.value();
    let mut trigger = input.clone();
    if let Value::Object(fields) = &mut trigger {
        fields.insert("type".to_owned(), json!(kind.as_str()));
        fields.insert("event_id".to_owned(), json!(event));
    }
    json!({ "input": input, "trigger": trigger })
}

fn key(flow: &FlowControl, about: &Value) -> Result<String, String> {
    let Some(text) = &flow.key else {
        return Ok(String::new());
    };
    let value = value(text, about)?.to_string();
    if value.len() > KEY_BYTES {
        let hash = Sha256::digest(value.as_bytes());
        let hex = hash.iter().map(|byte| format!("{byte:02x}"));
        return Ok(hex.collect());
    }
    Ok(value)
}

/// An expression that gives no number orders nothing: the event waits in its turn.
fn priority(flow: &FlowControl, about: &Value) -> f64 {
    let number = match &flow.priority {
        None => None,
        Some(Priority::Number(number)) => Some(*number),
        Some(Priority::Expression(text)) => value(text, about).ok().and_then(|v| v.as_f64()),
    };
    number.filter(|number| number.is_finite()).unwrap_or(0.0)
}

fn value(text: &str, about: &Value) -> Result<Value, String> {
    let given = Given {
        now_ms: chrono::Utc::now().timestamp_millis(),
        seed: 0,
    };
    Expression::parse(text)
        .and_then(|expression| expression.eval(about, &given))
        .map_err(|error| error.to_string())
}
