//! Routes follow workflow events, in the projection's transaction, so that a new version never leaves a path without one.

use super::store::{self, NewRoute};
use ::store::Error;
use events::{TriggerKind, WorkflowPublished};
use ids::{TenantId, TriggerId, WorkflowId};
use sqlx::PgConnection;
use workflow::config::{Respond, WebhookConfig};

/// Replaces the routes of a workflow by those of its published version. An older publication changes nothing.
///
/// # Errors
/// `Query`; retryable. `Stored` when a trigger's config is none.
pub async fn published(
    conn: &mut PgConnection,
    tenant: &TenantId,
    event: &WorkflowPublished,
) -> Result<(), Error> {
    if !store::clear(conn, event.workflow_id, event.published_at).await? {
        return Ok(());
    }
    let webhooks = event
        .triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::Webhook);
    for trigger in webhooks {
        let config: WebhookConfig =
            serde_json::from_value(trigger.config.clone()).map_err(|error| Error::Stored {
                what: "webhook trigger",
                cause: error.to_string(),
            })?;
        let route = NewRoute {
            trigger: trigger.trigger_id,
            tenant,
            workflow: event.workflow_id,
            version: event.version_id,
            node: trigger.node.as_str(),
            path: &config.path,
            method: config.method.as_str(),
            waits: config.respond == Some(Respond::Last),
            auth: config.auth,
            enabled: trigger.enabled,
            published_at: event.published_at,
        };
        store::insert(conn, route).await?;
    }
    store::announce(conn).await
}

/// Switches a route on or off; a trigger that is no webhook has none.
///
/// # Errors
/// `Query`; retryable.
pub async fn switched(
    conn: &mut PgConnection,
    trigger: TriggerId,
    enabled: bool,
) -> Result<(), Error> {
    store::switch(conn, trigger, enabled).await?;
    store::announce(conn).await
}

/// Takes a workflow's routes away, and their secrets.
///
/// # Errors
/// `Query`; retryable.
pub async fn deleted(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    store::forget(conn, workflow).await?;
    store::delete(conn, workflow).await?;
    store::announce(conn).await
}
