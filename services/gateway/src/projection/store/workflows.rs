//! Workflows and their versions.

use super::{changed, history, json};
use ::store::Error;
use bus::Received;
use events::{Timestamp, WorkflowDeleted, WorkflowPublished, WorkflowSaved};
use ids::{TenantId, WorkflowId};
use sqlx::PgConnection;

/// A draft was stored; an older one changes only the list of versions.
pub(crate) async fn saved(
    conn: &mut PgConnection,
    received: &Received<WorkflowSaved>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    let version = &event.version;
    sqlx::query(
        "INSERT INTO workflow_versions (version_id, tenant_id, workflow_id, number, hash, name, document, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7::json, $8) ON CONFLICT DO NOTHING",
    )
    .bind(version.version_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(event.workflow_id.uuid())
    .bind(number(version.number))
    .bind(&version.hash)
    .bind(&version.name)
    .bind(json(&version.document))
    .bind(version.saved_at)
    .execute(&mut *conn)
    .await
    .map_err(Error::query("store a workflow version"))?;
    sqlx::query(
        "INSERT INTO workflows AS w (workflow_id, tenant_id, name, description, draft_version, updated_at, zed_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workflow_id) DO UPDATE SET name = excluded.name, description = excluded.description,
             draft_version = excluded.draft_version, updated_at = greatest(w.updated_at, excluded.updated_at),
             zed_token = coalesce(excluded.zed_token, w.zed_token)
         WHERE w.draft_version < excluded.draft_version",
    )
    .bind(event.workflow_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&version.name)
    .bind(&version.description)
    .bind(number(version.number))
    .bind(version.saved_at)
    .bind(&envelope.zed_token)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a workflow's draft"))
}

/// A version is live. False when a later publication, or the workflow's end, is known already.
pub(crate) async fn published(
    conn: &mut PgConnection,
    tenant: &TenantId,
    event: &WorkflowPublished,
) -> Result<bool, Error> {
    sqlx::query(
        "INSERT INTO publications (version_id, tenant_id, published_at) VALUES ($1, $2, $3)
         ON CONFLICT (version_id) DO UPDATE SET published_at = least(publications.published_at, excluded.published_at)",
    )
    .bind(event.version_id.uuid())
    .bind(tenant.as_str())
    .bind(event.published_at)
    .execute(&mut *conn)
    .await
    .map_err(Error::query("note a publication"))?;
    let result = sqlx::query(
        "INSERT INTO workflows AS w (workflow_id, tenant_id, name, published_version, published_id, published_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (workflow_id) DO UPDATE SET published_version = excluded.published_version,
             published_id = excluded.published_id, published_at = excluded.published_at,
             updated_at = greatest(w.updated_at, excluded.updated_at)
         WHERE w.deleted_at IS NULL AND (w.published_at IS NULL OR w.published_at <= excluded.published_at)",
    )
    .bind(event.workflow_id.uuid())
    .bind(tenant.as_str())
    .bind(&event.name)
    .bind(number(event.version))
    .bind(event.version_id.uuid())
    .bind(event.published_at)
    .execute(conn)
    .await;
    changed(result, "store a workflow's publication")
}

/// A workflow is gone.
pub(crate) async fn deleted(
    conn: &mut PgConnection,
    received: &Received<WorkflowDeleted>,
) -> Result<(), Error> {
    let envelope = &received.envelope;
    sqlx::query(
        "INSERT INTO workflows AS w (workflow_id, tenant_id, updated_at, deleted_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (workflow_id) DO UPDATE SET deleted_at = excluded.deleted_at",
    )
    .bind(received.event.workflow_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(envelope.time)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("mark a workflow as deleted"))
}

/// Replaces a workflow's triggers by those of the version that is live since `at`.
pub(crate) async fn replace_triggers(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
    triggers: &[events::Trigger],
    at: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<_> = triggers
        .iter()
        .map(|trigger| trigger.trigger_id.uuid())
        .collect();
    let nodes: Vec<&str> = triggers
        .iter()
        .map(|trigger| trigger.node.as_str())
        .collect();
    let kinds: Vec<&str> = triggers
        .iter()
        .map(|trigger| trigger.kind.as_str())
        .collect();
    let enabled: Vec<bool> = triggers.iter().map(|trigger| trigger.enabled).collect();
    let configs: Vec<String> = triggers
        .iter()
        .map(|trigger| json(&trigger.config))
        .collect();
    let kept: Vec<_> = triggers.iter().map(|trigger| trigger.trigger_id).collect();
    history::removed(&mut *conn, workflow, &kept, at).await?;
    let state = |trigger: &events::Trigger| {
        let state = if trigger.enabled { "on" } else { "off" };
        (trigger.trigger_id, state)
    };
    let states: Vec<_> = triggers.iter().map(state).collect();
    history::triggers(&mut *conn, tenant, &states, at).await?;
    sqlx::query("DELETE FROM triggers WHERE workflow_id = $1 AND trigger_id <> ALL($2)")
        .bind(workflow.uuid())
        .bind(&ids)
        .execute(&mut *conn)
        .await
        .map_err(Error::query("remove triggers"))?;
    sqlx::query(
        "INSERT INTO triggers AS t (trigger_id, tenant_id, workflow_id, node, kind, enabled, config, changed_at)
         SELECT id, $1, $2, node, kind, enabled, config::json, $3
         FROM unnest($4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::text[]) AS n (id, node, kind, enabled, config)
         ON CONFLICT (trigger_id) DO UPDATE SET node = excluded.node, kind = excluded.kind, config = excluded.config,
             enabled = CASE WHEN t.changed_at <= excluded.changed_at THEN excluded.enabled ELSE t.enabled END,
             changed_at = greatest(t.changed_at, excluded.changed_at)",
    )
    .bind(tenant.as_str())
    .bind(workflow.uuid())
    .bind(at)
    .bind(&ids)
    .bind(&nodes)
    .bind(&kinds)
    .bind(&enabled)
    .bind(&configs)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store triggers"))
}

/// Version numbers fit an `integer` for as long as people save drafts.
fn number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
