//! Triggers: on or off, when next, and why not.

use super::changed;
use ::store::Error;
use bus::{Envelope, Received};
use events::{SchedulePlanned, TriggerSwitched};
use ids::{EventId, RunId, TriggerId, WorkflowId};
use sqlx::PgConnection;

/// A trigger is on or off; false when something newer is known.
pub(crate) async fn switched(
    conn: &mut PgConnection,
    received: &Received<TriggerSwitched>,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "UPDATE triggers SET enabled = $2, changed_at = $3 WHERE trigger_id = $1 AND changed_at <= $3",
    )
    .bind(received.event.trigger_id.uuid())
    .bind(received.event.enabled)
    .bind(received.envelope.time)
    .execute(conn)
    .await;
    changed(result, "switch a trigger")
}

/// When a schedule fires next; an older plan changes nothing.
pub(crate) async fn planned(
    conn: &mut PgConnection,
    received: &Received<SchedulePlanned>,
) -> Result<bool, Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    let result = sqlx::query(
        "INSERT INTO trigger_plans AS p (trigger_id, tenant_id, next_fires, planned_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (trigger_id) DO UPDATE SET next_fires = excluded.next_fires, planned_at = excluded.planned_at
         WHERE p.planned_at <= excluded.planned_at",
    )
    .bind(event.trigger_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.next)
    .bind(envelope.time)
    .execute(conn)
    .await;
    changed(result, "store a schedule's plan")
}

/// Why a trigger did not start a run.
pub(crate) struct Reason<'a> {
    pub(crate) trigger: TriggerId,
    pub(crate) workflow: WorkflowId,
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    pub(crate) count: u64,
    /// The event that the trigger was given.
    pub(crate) about: Option<EventId>,
    /// The run that the event waits for; none when it will have none.
    pub(crate) held: Option<RunId>,
}

/// Notes a reason; a repeat changes nothing.
pub(crate) async fn note(
    conn: &mut PgConnection,
    envelope: &Envelope,
    reason: &Reason<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO trigger_reasons (event_id, tenant_id, trigger_id, workflow_id, code, message, count, at,
             trigger_event_id, run_id, held)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10 IS NOT NULL) ON CONFLICT DO NOTHING",
    )
    .bind(envelope.id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(reason.trigger.uuid())
    .bind(reason.workflow.uuid())
    .bind(reason.code)
    .bind(reason.message)
    .bind(i64::try_from(reason.count).unwrap_or(i64::MAX))
    .bind(envelope.time)
    .bind(reason.about.map(EventId::uuid))
    .bind(reason.held.map(RunId::uuid))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note why a trigger did not start a run"))
}
