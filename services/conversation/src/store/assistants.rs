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

/// A person's assistant as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assistant {
    pub(crate) workflow: WorkflowId,
    /// Whether it has just been made.
    pub(crate) is_new: bool,
    pub(crate) published: Option<Published>,
}

/// Takes hold of an assistant until the transaction ends; it exists from now on.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    assistant: Uuid,
    tenant: &TenantId,
) -> Result<Assistant, Error> {
    type Row = (Uuid, bool, Option<Uuid>, Option<String>);
    let (workflow, is_new, version, node): Row = sqlx::query_as(
        "INSERT INTO assistants AS known (assistant_id, workflow_id, tenant_id) VALUES ($1, $2, $3)
         ON CONFLICT (assistant_id) DO UPDATE SET tenant_id = known.tenant_id
         RETURNING workflow_id, xmax = 0, version_id, trigger_node",
    )
    .bind(assistant)
    .bind(WorkflowId::generate().uuid())
    .bind(tenant.as_str())
    .fetch_one(conn)
    .await
    .map_err(Error::query("hold an assistant"))?;
    let published = version.zip(node).and_then(|(version, node)| {
        Some(Published {
            version: VersionId::from_uuid(version),
            trigger: node.parse().ok()?,
        })
    });
    Ok(Assistant {
        workflow: WorkflowId::from_uuid(workflow),
        is_new,
        published,
    })
}

/// Whether this workflow is that assistant.
pub(crate) async fn is(
    conn: &mut PgConnection,
    assistant: Uuid,
    workflow: WorkflowId,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM assistants WHERE assistant_id = $1 AND workflow_id = $2)",
    )
    .bind(assistant)
    .bind(workflow.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for an assistant"))
}

/// Runs start from this version now; false when it is nobody's assistant.
pub(crate) async fn publish(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    published: &Published,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE assistants SET version_id = $2, trigger_node = $3 WHERE workflow_id = $1",
    )
    .bind(workflow.uuid())
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
