//! Table `assistants`.

use ::store::Error;
use ids::{NodeId, TenantId, VersionId, WorkflowId};
use sqlx::{PgConnection, types::Uuid};

/// What a run of an assistant starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) version: VersionId,
    pub(crate) trigger: NodeId,
}

/// What is known of an assistant.
pub(crate) struct Assistant {
    /// Of the document that was asked for last.
    pub(crate) hash: String,
    pub(crate) number: Option<u32>,
    pub(crate) published: Option<Published>,
}

/// The assistant of this id, if there is one; nobody else changes it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    workflow: WorkflowId,
) -> Result<Option<Assistant>, Error> {
    type Row = (String, Option<i64>, Option<Uuid>, Option<String>);
    let row: Option<Row> = sqlx::query_as(
        "SELECT hash, version, version_id, trigger_node FROM assistants WHERE workflow_id = $1 FOR UPDATE",
    )
    .bind(workflow.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read an assistant"))?;
    Ok(row.map(|(hash, number, version, node)| Assistant {
        hash,
        number: number.and_then(|number| u32::try_from(number).ok()),
        published: version.zip(node).and_then(|(version, node)| {
            Some(Published {
                version: VersionId::from_uuid(version),
                trigger: node.parse().ok()?,
            })
        }),
    }))
}

/// Notes that this document is asked for; false when somebody else did so at the same time.
pub(crate) async fn ask_for(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    tenant: &TenantId,
    hash: &str,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO assistants AS known (workflow_id, tenant_id, hash) VALUES ($1, $2, $3)
         ON CONFLICT (workflow_id) DO UPDATE SET hash = excluded.hash WHERE known.hash <> excluded.hash",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .bind(hash)
    .execute(conn)
    .await
    .map_err(Error::query("ask for an assistant"))?;
    Ok(done.rows_affected() == 1)
}

/// Runs start from this version now; false when it is nobody's assistant.
pub(crate) async fn publish(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    number: u32,
    published: &Published,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE assistants SET version = $2, version_id = $3, trigger_node = $4 WHERE workflow_id = $1",
    )
    .bind(workflow.uuid())
    .bind(i64::from(number))
    .bind(published.version.uuid())
    .bind(published.trigger.as_str())
    .execute(conn)
    .await
    .map_err(Error::query("publish an assistant"))?;
    Ok(done.rows_affected() == 1)
}

/// The person has deleted it; the next message makes another.
pub(crate) async fn forget(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM assistants WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("forget an assistant"))
}
