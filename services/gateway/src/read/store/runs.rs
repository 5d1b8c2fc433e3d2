//! Runs and their logs.

use crate::read::{Raw, Run, RunTrigger};
use ::store::Error;
use chrono::{DateTime, Utc};
use events::{Timestamp, Variant};
use ids::{EventId, RunId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    run_id: Uuid,
    workflow_id: Uuid,
    workflow_name: String,
    version: i32,
    status: String,
    trigger_kind: String,
    event_id: Uuid,
    parent_run_id: Option<Uuid>,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    error: Option<Json<Raw>>,
    variant: Option<Json<Variant>>,
}

impl From<Row> for Run {
    fn from(row: Row) -> Self {
        let variant = row.variant.map(|variant| variant.0).unwrap_or_default();
        let (forked_from, forked_at) = match variant.forked_from {
            Some(from) => (Some(from.run_id), from.at),
            None => (None, None),
        };
        Self {
            id: RunId::from_uuid(row.run_id),
            workflow_id: WorkflowId::from_uuid(row.workflow_id),
            workflow_name: row.workflow_name,
            version: row.version,
            status: row.status,
            trigger: RunTrigger {
                kind: row.trigger_kind,
                event_id: EventId::from_uuid(row.event_id),
            },
            parent_run_id: row.parent_run_id.map(RunId::from_uuid),
            started_at: row.started_at,
            ended_at: row.ended_at,
            error: row.error.map(|error| error.0),
            dry: variant.dry,
            forked_from,
            forked_at,
            tested: variant.only,
            usage: None,
            found: Vec::new(),
        }
    }
}

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT r.run_id, r.workflow_id, coalesce(w.name, '') AS workflow_name, coalesce(v.number, 0) AS version,
                 r.status, r.trigger_kind, r.event_id, r.parent_run_id, r.started_at, r.ended_at, r.error, r.variant
             FROM ",
            $from,
            " LEFT JOIN workflows w ON w.workflow_id = r.workflow_id
              LEFT JOIN workflow_versions v ON v.version_id = r.version_id ORDER BY r.run_id DESC"
        )
    };
}

/// One run.
pub(crate) async fn one(conn: &mut PgConnection, id: RunId) -> Result<Option<Run>, Error> {
    let row: Option<Row> = sqlx::query_as(select!(
        "(SELECT * FROM runs WHERE run_id = $1 AND started_at IS NOT NULL) r"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a run"))?;
    Ok(row.map(Run::from))
}

/// A stretch of time as ids of runs, which are in the order in which the runs were asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// The first id that is in it.
    pub(crate) since: Uuid,
    /// The first id that is not.
    pub(crate) until: Uuid,
}

impl Span {
    /// From `since` on and before `until`; where one is left out, it has no end.
    pub(crate) fn between(since: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Self {
        let first = |at: DateTime<Utc>| {
            let milliseconds = u128::try_from(at.timestamp_millis()).unwrap_or_default();
            Uuid::from_u128(milliseconds << 80)
        };
        Self {
            since: since.map_or(Uuid::nil(), first),
            until: until.map_or(Uuid::max(), first),
        }
    }

    /// The part of it that is older than `run`.
    pub(crate) fn before(self, run: Option<Uuid>) -> Self {
        let until = run.map_or(self.until, |run| run.min(self.until));
        Self { until, ..self }
    }
}

/// Runs of these workflows, the newest first. Reads at most `limit` rows of each workflow.
pub(crate) async fn page(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    status: Option<&str>,
    span: Span,
    limit: i64,
) -> Result<Vec<Run>, Error> {
    let query = match status {
        None => sqlx::query_as(select!(
            "(SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM runs WHERE workflow_id = visible.id AND run_id >= $2 AND run_id < $3
                     AND started_at IS NOT NULL
                 ORDER BY run_id DESC LIMIT $4) own
              ORDER BY own.run_id DESC LIMIT $4) r"
        )),
        // So that the small index of runs that did not end well can serve.
        Some(status) if status != "completed" => sqlx::query_as(select!(
            "(SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM runs WHERE workflow_id = visible.id AND run_id >= $2 AND run_id < $3
                     AND started_at IS NOT NULL AND status = $5 AND status <> 'completed'
                 ORDER BY run_id DESC LIMIT $4) own
              ORDER BY own.run_id DESC LIMIT $4) r"
        )),
        Some(_) => sqlx::query_as(select!(
            "(SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM runs WHERE workflow_id = visible.id AND run_id >= $2 AND run_id < $3
                     AND started_at IS NOT NULL AND status = $5
                 ORDER BY run_id DESC LIMIT $4) own
              ORDER BY own.run_id DESC LIMIT $4) r"
        )),
    };
    let query = query
        .bind(workflows)
        .bind(span.since)
        .bind(span.until)
        .bind(limit);
    let query = match status {
        Some(status) => query.bind(status),
        None => query,
    };
    let rows: Vec<Row> = query
        .fetch_all(conn)
        .await
        .map_err(Error::query("list runs"))?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// These runs, the newest first.
pub(crate) async fn several(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Run>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "(SELECT * FROM runs WHERE run_id = ANY($1) AND started_at IS NOT NULL) r"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read runs"))?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// One commit's entries of a run log.
#[derive(sqlx::FromRow)]
pub(crate) struct Frame {
    pub(crate) first_seq: i64,
    pub(crate) last_seq: i64,
    /// A JSON array.
    pub(crate) events: String,
}

/// Runs of these workflows that `parent` waits for, or waited for, the newest first.
pub(crate) async fn children(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    parent: RunId,
    span: Span,
    limit: i64,
) -> Result<Vec<Run>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "(SELECT * FROM runs WHERE parent_run_id = $2 AND workflow_id = ANY($1) AND run_id >= $3 AND run_id < $4
              AND started_at IS NOT NULL ORDER BY run_id DESC LIMIT $5) r"
    ))
    .bind(workflows)
    .bind(parent.uuid())
    .bind(span.since)
    .bind(span.until)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list child runs"))?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// Frames that reach beyond `after`, in order, at most `limit` of them.
pub(crate) async fn frames(
    conn: &mut PgConnection,
    run: RunId,
    after: i64,
    limit: i64,
) -> Result<Vec<Frame>, Error> {
    sqlx::query_as(
        "SELECT first_seq, last_seq, events FROM run_frames WHERE run_id = $1 AND last_seq > $2
         ORDER BY first_seq LIMIT $3",
    )
    .bind(run.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read a run's log"))
}

/// Whether the run has ended; `None` when the tenant has no such run.
pub(crate) async fn ended(conn: &mut PgConnection, run: RunId) -> Result<Option<bool>, Error> {
    sqlx::query_scalar("SELECT ended_at IS NOT NULL FROM runs WHERE run_id = $1")
        .bind(run.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read a run's status"))
}
