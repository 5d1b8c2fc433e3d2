//! Triggers with their plans and reasons.

use crate::read::{Trigger, TriggerReason};
use ::store::Error;
use events::Timestamp;
use ids::{TriggerId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    trigger_id: Uuid,
    workflow_id: Uuid,
    workflow_name: String,
    node: String,
    kind: String,
    enabled: bool,
    path: Option<String>,
    cron: Option<String>,
    timezone: Option<String>,
    event_type: Option<String>,
    auth: Option<String>,
    secret_set: bool,
    next_fires: Option<Vec<Timestamp>>,
    reason: Option<Json<TriggerReason>>,
}

impl From<Row> for Trigger {
    fn from(row: Row) -> Self {
        Self {
            id: TriggerId::from_uuid(row.trigger_id),
            workflow_id: WorkflowId::from_uuid(row.workflow_id),
            workflow_name: row.workflow_name,
            node_id: row.node,
            auth: (row.kind == "webhook").then(|| row.auth.unwrap_or_else(|| "none".to_owned())),
            secret_set: row.secret_set,
            webhook_url: row.path.filter(|_| row.kind == "webhook"),
            kind: row.kind,
            enabled: row.enabled,
            next_fires: row.next_fires.unwrap_or_default(),
            cron: row.cron,
            timezone: row.timezone,
            event_type: row.event_type,
            last_reason: row.reason.map(|reason| reason.0),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT t.trigger_id, t.workflow_id, coalesce(w.name, '') AS workflow_name, t.node, t.kind, t.enabled,
                 t.config->>'path' AS path, t.config->>'cron' AS cron, t.config->>'timezone' AS timezone,
                 t.config->>'event_type' AS event_type, t.config#>>'{auth,kind}' AS auth,
                 EXISTS (SELECT FROM webhook_secrets s WHERE s.trigger_id = t.trigger_id) AS secret_set,
                 p.next_fires, r.reason
             FROM triggers t LEFT JOIN workflows w USING (workflow_id)
             LEFT JOIN trigger_plans p ON p.trigger_id = t.trigger_id
             LEFT JOIN LATERAL (
                 SELECT json_build_object('code', code, 'message', message, 'count', count, 'at', at) AS reason
                 FROM trigger_reasons WHERE trigger_id = t.trigger_id AND NOT held ORDER BY at DESC LIMIT 1) r ON true ",
            $rest
        )
    };
}

/// All triggers of these workflows.
pub(crate) async fn of_workflows(
    conn: &mut PgConnection,
    workflows: &[Uuid],
) -> Result<Vec<Trigger>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE t.workflow_id = ANY($1) ORDER BY t.trigger_id"
    ))
    .bind(workflows)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read triggers"))?;
    Ok(rows.into_iter().map(Trigger::from).collect())
}

/// One trigger.
pub(crate) async fn one(conn: &mut PgConnection, id: TriggerId) -> Result<Option<Trigger>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE t.trigger_id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read a trigger"))?;
    Ok(row.map(Trigger::from))
}

/// Triggers of these workflows behind `after`.
pub(crate) async fn page(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Trigger>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE t.workflow_id = ANY($1) AND ($2::uuid IS NULL OR t.trigger_id > $2) ORDER BY t.trigger_id LIMIT $3"
    ))
    .bind(workflows)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list triggers"))?;
    Ok(rows.into_iter().map(Trigger::from).collect())
}
