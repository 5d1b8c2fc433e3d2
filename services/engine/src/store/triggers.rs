//! Trigger nodes of published versions, as rows.

use events::TriggerKind;
use ids::{AccountId, NodeId, TenantId, TriggerId, VersionId, WorkflowId};
use serde_json::Value;
use sqlx::{PgConnection, Row, postgres::PgRow};
use store::Error;

/// A trigger as matching needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TriggerRow {
    pub(crate) trigger_id: TriggerId,
    pub(crate) tenant: TenantId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) version_id: VersionId,
    pub(crate) node: NodeId,
    pub(crate) kind: TriggerKind,
    pub(crate) enabled: bool,
    pub(crate) config: Value,
}

/// What a trigger is found by.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Columns {
    pub(crate) cron_expression: Option<String>,
    pub(crate) webhook_path: Option<String>,
    pub(crate) event_type: Option<String>,
    pub(crate) account_id: Option<AccountId>,
}

/// Makes `node` a trigger of this version; a node that was one before keeps its id and its switch.
pub(crate) async fn put(
    conn: &mut PgConnection,
    row: &TriggerRow,
    columns: &Columns,
) -> Result<(TriggerId, bool), Error> {
    let row = sqlx::query(
        "INSERT INTO triggers (trigger_id, tenant_id, workflow_id, version_id, node_id, trigger_type, cron_expression,
             webhook_path, event_type, integration_account_id, config, enabled)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)
         ON CONFLICT (workflow_id, node_id) DO UPDATE SET version_id = excluded.version_id,
             trigger_type = excluded.trigger_type, cron_expression = excluded.cron_expression,
             webhook_path = excluded.webhook_path, event_type = excluded.event_type,
             integration_account_id = excluded.integration_account_id, config = excluded.config
         RETURNING trigger_id, enabled",
    )
    .bind(row.trigger_id.uuid())
    .bind(row.tenant.as_str())
    .bind(row.workflow_id.uuid())
    .bind(row.version_id.uuid())
    .bind(row.node.as_str())
    .bind(row.kind.as_str())
    .bind(&columns.cron_expression)
    .bind(&columns.webhook_path)
    .bind(&columns.event_type)
    .bind(columns.account_id.map(AccountId::uuid))
    .bind(&row.config)
    .fetch_one(conn)
    .await
    .map_err(Error::query("write a trigger"))?;
    Ok((
        TriggerId::from_uuid(row.get("trigger_id")),
        row.get("enabled"),
    ))
}

/// Removes the triggers of nodes that the workflow no longer has.
pub(crate) async fn keep_only(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    nodes: &[String],
) -> Result<(), Error> {
    sqlx::query("DELETE FROM triggers WHERE workflow_id = $1 AND node_id <> ALL($2)")
        .bind(workflow.uuid())
        .bind(nodes)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("remove old triggers"))
}

/// Who else answers this webhook path.
pub(crate) async fn path_owner(
    conn: &mut PgConnection,
    path: &str,
    except: WorkflowId,
) -> Result<Option<WorkflowId>, Error> {
    let found = sqlx::query_scalar(
        "SELECT workflow_id FROM triggers
         WHERE trigger_type = 'webhook' AND webhook_path = $1 AND workflow_id <> $2",
    )
    .bind(path)
    .bind(except.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for a webhook path"))?;
    Ok(found.map(WorkflowId::from_uuid))
}

/// Switches a trigger; false when the workflow has no such trigger.
pub(crate) async fn switch(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    trigger: TriggerId,
    enabled: bool,
) -> Result<bool, Error> {
    let done =
        sqlx::query("UPDATE triggers SET enabled = $3 WHERE workflow_id = $1 AND trigger_id = $2")
            .bind(workflow.uuid())
            .bind(trigger.uuid())
            .bind(enabled)
            .execute(conn)
            .await
            .map_err(Error::query("switch a trigger"))?;
    Ok(done.rows_affected() > 0)
}

/// One trigger.
pub(crate) async fn find(
    conn: &mut PgConnection,
    trigger: TriggerId,
) -> Result<Option<TriggerRow>, Error> {
    let row = sqlx::query(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, trigger_type, enabled, config
         FROM triggers WHERE trigger_id = $1",
    )
    .bind(trigger.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a trigger"))?;
    row.map(|row| read(&row)).transpose()
}

/// The trigger that a node of the published version is.
pub(crate) async fn of_node(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    node: &NodeId,
) -> Result<Option<TriggerRow>, Error> {
    let row = sqlx::query(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, trigger_type, enabled, config
         FROM triggers WHERE workflow_id = $1 AND node_id = $2",
    )
    .bind(workflow.uuid())
    .bind(node.as_str())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read the trigger of a node"))?;
    row.map(|row| read(&row)).transpose()
}

/// The triggers of a tenant that wait for events of this type, of this account or of any.
pub(crate) async fn waiting_for(
    conn: &mut PgConnection,
    tenant: &TenantId,
    event_type: &str,
    account: AccountId,
) -> Result<Vec<TriggerRow>, Error> {
    let rows = sqlx::query(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, trigger_type, enabled, config FROM triggers
         WHERE trigger_type = 'integration_event' AND tenant_id = $1 AND event_type = $2
           AND (integration_account_id IS NULL OR integration_account_id = $3)
         ORDER BY trigger_id",
    )
    .bind(tenant.as_str())
    .bind(event_type)
    .bind(account.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("match triggers"))?;
    rows.iter().map(read).collect()
}

pub(super) fn read(row: &PgRow) -> Result<TriggerRow, Error> {
    let stored = |what: &'static str| {
        move |error: ids::InvalidId| Error::Stored {
            what,
            cause: error.to_string(),
        }
    };
    let (tenant, node): (String, String) = (row.get("tenant_id"), row.get("node_id"));
    Ok(TriggerRow {
        trigger_id: TriggerId::from_uuid(row.get("trigger_id")),
        tenant: tenant.parse().map_err(stored("tenant"))?,
        workflow_id: WorkflowId::from_uuid(row.get("workflow_id")),
        version_id: VersionId::from_uuid(row.get("version_id")),
        node: node.parse().map_err(stored("node"))?,
        kind: kind(row.get("trigger_type"))?,
        enabled: row.get("enabled"),
        config: row.get("config"),
    })
}

pub(super) fn kind(text: &str) -> Result<TriggerKind, Error> {
    let kinds = [
        TriggerKind::Manual,
        TriggerKind::Webhook,
        TriggerKind::Schedule,
        TriggerKind::IntegrationEvent,
        TriggerKind::Workflow,
        TriggerKind::Error,
    ];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| Error::Stored {
        what: "trigger",
        cause: format!("there is no kind `{text}`"),
    })
}
