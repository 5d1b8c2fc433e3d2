//! How far each workflow is known, and which of its triggers were switched since.

use ::store::Error;
use chrono::{DateTime, Utc};
use ids::{TriggerId, WorkflowId};
use sqlx::{PgConnection, types::Uuid};

/// What is known of a workflow.
pub(crate) struct Known {
    /// When the version was published whose triggers the schedules are.
    pub(crate) published_at: Option<DateTime<Utc>>,
    pub(crate) deleted: bool,
}

/// A trigger that was switched on or off.
pub(crate) struct Switch {
    pub(crate) trigger_id: TriggerId,
    pub(crate) enabled: bool,
    pub(crate) at: DateTime<Utc>,
}

/// What is known of a workflow; locked until the transaction ends.
pub(crate) async fn lock(conn: &mut PgConnection, workflow: WorkflowId) -> Result<Known, Error> {
    let (published_at, deleted) = sqlx::query_as(
        "INSERT INTO publications (workflow_id) VALUES ($1)
         ON CONFLICT (workflow_id) DO UPDATE SET workflow_id = excluded.workflow_id RETURNING published_at, deleted",
    )
    .bind(workflow.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("read what is known of a workflow"))?;
    Ok(Known {
        published_at,
        deleted,
    })
}

/// Notes a publication, and forgets the switches that it includes.
pub(crate) async fn published(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query("UPDATE publications SET published_at = $2 WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .bind(at)
        .execute(&mut *conn)
        .await
        .map_err(Error::query("note a publication"))?;
    sqlx::query(
        "DELETE FROM switches WHERE workflow_id = $1 AND switched_at < date_trunc('milliseconds', $2::timestamptz)",
    )
    .bind(workflow.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("forget older switches"))
}

/// Notes that a workflow is gone for good.
pub(crate) async fn deleted(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("UPDATE publications SET deleted = true WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(&mut *conn)
        .await
        .map_err(Error::query("note that a workflow is gone"))?;
    sqlx::query("DELETE FROM switches WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("forget the switches of a workflow"))
}

/// Notes a switch; false when a later one of this trigger is known.
pub(crate) async fn note_switch(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    switch: &Switch,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO switches AS s (trigger_id, workflow_id, enabled, switched_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (trigger_id) DO UPDATE SET enabled = excluded.enabled, switched_at = excluded.switched_at
         WHERE s.switched_at <= excluded.switched_at",
    )
    .bind(switch.trigger_id.uuid())
    .bind(workflow.uuid())
    .bind(switch.enabled)
    .bind(switch.at)
    .execute(conn)
    .await
    .map_err(Error::query("note a switch"))?;
    Ok(done.rows_affected() == 1)
}

/// The switches that are newer than a workflow's publication.
pub(crate) async fn switches_of(
    conn: &mut PgConnection,
    workflow: WorkflowId,
) -> Result<Vec<Switch>, Error> {
    let rows: Vec<(Uuid, bool, DateTime<Utc>)> = sqlx::query_as(
        "SELECT trigger_id, enabled, switched_at FROM switches WHERE workflow_id = $1",
    )
    .bind(workflow.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the switches of a workflow"))?;
    let switch = |(trigger, enabled, at)| Switch {
        trigger_id: TriggerId::from_uuid(trigger),
        enabled,
        at,
    };
    Ok(rows.into_iter().map(switch).collect())
}
