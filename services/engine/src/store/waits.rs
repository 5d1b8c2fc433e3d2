//! Runs that wait for an event, as rows.

use events::Iteration;
use ids::{AccountId, NodeId, RunId, Shard, TenantId, WorkflowId};
use serde_json::Value;
use sqlx::{PgConnection, Row, postgres::PgRow};
use store::Error;

/// A wait that a flush makes durable.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitRow {
    pub shard: Shard,
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub tenant: TenantId,
    pub node: NodeId,
    pub iteration: Iteration,
    pub event_type: String,
    pub account: Option<AccountId>,
    /// JSON.
    pub matching: String,
    pub filter: Option<String>,
}

/// A wait that an event may end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) node: NodeId,
    pub(crate) iteration: Iteration,
    pub(crate) filter: Option<String>,
}

/// The waits of a tenant that an event with this payload has everything for, their filters aside.
pub(crate) async fn waiting_for(
    conn: &mut PgConnection,
    tenant: &TenantId,
    event_type: &str,
    account: AccountId,
    payload: &Value,
) -> Result<Vec<Waiting>, Error> {
    let rows = sqlx::query(
        "SELECT run_id, workflow_id, node_id, iteration, filter FROM event_waits
         WHERE tenant_id = $1 AND event_type = $2 AND (account_id IS NULL OR account_id = $3) AND $4 @> matching
         ORDER BY run_id, node_id, iteration FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(event_type)
    .bind(account.uuid())
    .bind(payload)
    .fetch_all(conn)
    .await
    .map_err(Error::query("match waits"))?;
    rows.iter().map(read).collect()
}

/// Ends a wait.
pub(crate) async fn end(conn: &mut PgConnection, wait: &Waiting) -> Result<(), Error> {
    let iteration = places(&wait.iteration);
    sqlx::query("DELETE FROM event_waits WHERE run_id = $1 AND node_id = $2 AND iteration = $3")
        .bind(wait.run_id.uuid())
        .bind(wait.node.as_str())
        .bind(iteration)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("end a wait"))
}

/// Clears away the waits of runs that have ended.
pub(crate) async fn clear(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM event_waits AS w
         WHERE NOT EXISTS (SELECT FROM runs AS r WHERE r.run_id = w.run_id AND r.status = 'running')",
    )
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("clear waits"))
}

/// An iteration as the database stores it.
pub(crate) fn places(iteration: &[u32]) -> Vec<i32> {
    let places = iteration.iter().map(|turn| i32::try_from(*turn));
    places.map(|turn| turn.unwrap_or(i32::MAX)).collect()
}

fn read(row: &PgRow) -> Result<Waiting, Error> {
    let (node, iteration): (String, Vec<i32>) = (row.get("node_id"), row.get("iteration"));
    let turns = iteration.into_iter().map(u32::try_from);
    Ok(Waiting {
        run_id: RunId::from_uuid(row.get("run_id")),
        workflow_id: WorkflowId::from_uuid(row.get("workflow_id")),
        node: node
            .parse()
            .map_err(|error: ids::InvalidId| Error::Stored {
                what: "node",
                cause: error.to_string(),
            })?,
        iteration: turns.map(Result::unwrap_or_default).collect(),
        filter: row.get("filter"),
    })
}
