//! Inbox items and notifications.

use super::changed;
use ::store::Error;
use bus::Received;
use events::{NotificationRaised, Timestamp, Urgency};
use ids::{AccountId, InboxItemId, NotificationId, TenantId};
use sqlx::{PgConnection, types::Uuid};

/// What came in.
pub(crate) struct Item<'a> {
    pub(crate) id: InboxItemId,
    pub(crate) tenant: &'a TenantId,
    pub(crate) account: AccountId,
    /// `email` or `message`.
    pub(crate) kind: &'static str,
    pub(crate) from_name: Option<&'a str>,
    pub(crate) from_address: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) preview: String,
    pub(crate) body: &'a str,
    pub(crate) received_at: Timestamp,
}

/// Stores what came in; what its run said already stays.
pub(crate) async fn received(conn: &mut PgConnection, item: &Item<'_>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO inbox_items (item_id, tenant_id, account_id, kind, from_name, from_address, subject, preview, body,
             received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (item_id) DO UPDATE SET account_id = excluded.account_id, kind = excluded.kind,
             from_name = excluded.from_name, from_address = excluded.from_address, subject = excluded.subject,
             preview = excluded.preview, body = excluded.body, received_at = excluded.received_at",
    )
    .bind(item.id.uuid())
    .bind(item.tenant.as_str())
    .bind(item.account.uuid())
    .bind(item.kind)
    .bind(item.from_name)
    .bind(item.from_address)
    .bind(item.subject)
    .bind(&item.preview)
    .bind(item.body)
    .bind(item.received_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store an inbox item"))
}

/// Stores a notification; false when it is known.
pub(crate) async fn raised(
    conn: &mut PgConnection,
    received: &Received<NotificationRaised>,
) -> Result<bool, Error> {
    let event = &received.event;
    let urgency = match event.urgency {
        Urgency::Low => "low",
        Urgency::Normal => "normal",
        Urgency::High => "high",
    };
    let result = sqlx::query(
        "INSERT INTO notifications (notification_id, tenant_id, workflow_id, run_id, node, title, body, urgency, raised_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(event.notification_id.uuid())
    .bind(received.envelope.tenant.as_str())
    .bind(event.workflow_id.uuid())
    .bind(event.run_id.uuid())
    .bind(event.node.as_str())
    .bind(&event.title)
    .bind(&event.body)
    .bind(urgency)
    .bind(event.raised_at)
    .execute(conn)
    .await;
    changed(result, "store a notification")
}

/// Marks an item as a person did; what is absent stays. Returns its account, or `None` when there is no such item.
pub(crate) async fn mark_item(
    conn: &mut PgConnection,
    tenant: &TenantId,
    item: InboxItemId,
    read: Option<bool>,
    archived: Option<bool>,
) -> Result<Option<AccountId>, Error> {
    let account: Option<Uuid> = sqlx::query_scalar(
        "UPDATE inbox_items SET read = coalesce($3, read), archived = coalesce($4, archived)
         WHERE item_id = $1 AND tenant_id = $2 AND account_id IS NOT NULL RETURNING account_id",
    )
    .bind(item.uuid())
    .bind(tenant.as_str())
    .bind(read)
    .bind(archived)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("mark an inbox item"))?;
    Ok(account.map(AccountId::from_uuid))
}

/// Marks a notification as read or not; returns its workflow, or `None` when there is no such notification.
pub(crate) async fn mark_notification(
    conn: &mut PgConnection,
    tenant: &TenantId,
    notification: NotificationId,
    read: bool,
) -> Result<Option<ids::WorkflowId>, Error> {
    let workflow: Option<Uuid> = sqlx::query_scalar(
        "UPDATE notifications SET read = $3 WHERE notification_id = $1 AND tenant_id = $2 RETURNING workflow_id",
    )
    .bind(notification.uuid())
    .bind(tenant.as_str())
    .bind(read)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("mark a notification"))?;
    Ok(workflow.map(ids::WorkflowId::from_uuid))
}
