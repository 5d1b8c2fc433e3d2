//! Notifications.

use crate::read::Notification;
use ::store::Error;
use events::Timestamp;
use ids::{InboxItemId, NotificationId, RunId, WorkflowId};
use sqlx::{PgConnection, types::Uuid};

#[derive(sqlx::FromRow)]
struct Row {
    notification_id: Uuid,
    title: String,
    body: String,
    urgency: String,
    raised_at: Timestamp,
    read: bool,
    run_id: Uuid,
    workflow_id: Uuid,
    item_id: Option<Uuid>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        Self {
            id: NotificationId::from_uuid(row.notification_id),
            title: row.title,
            body: row.body,
            urgency: row.urgency,
            created_at: row.raised_at,
            read: row.read,
            run_id: RunId::from_uuid(row.run_id),
            workflow_id: WorkflowId::from_uuid(row.workflow_id),
            inbox_item_id: row.item_id.map(InboxItemId::from_uuid),
        }
    }
}

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT n.notification_id, n.title, n.body, n.urgency, n.raised_at, n.read, n.run_id, n.workflow_id, i.item_id
             FROM ",
            $from,
            " LEFT JOIN runs r ON r.run_id = n.run_id
              LEFT JOIN inbox_items i ON i.item_id = r.event_id AND i.account_id IS NOT NULL
              ORDER BY n.notification_id DESC"
        )
    };
}

/// Notifications of these workflows older than `before`, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Notification>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "(SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
             SELECT * FROM notifications WHERE workflow_id = visible.id AND notification_id < $2
             ORDER BY notification_id DESC LIMIT $3) own
          ORDER BY own.notification_id DESC LIMIT $3) n"
    ))
    .bind(workflows)
    .bind(before.unwrap_or_else(Uuid::max))
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list notifications"))?;
    Ok(rows.into_iter().map(Notification::from).collect())
}

/// One notification.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: NotificationId,
) -> Result<Option<Notification>, Error> {
    let row: Option<Row> = sqlx::query_as(select!(
        "(SELECT * FROM notifications WHERE notification_id = $1) n"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a notification"))?;
    Ok(row.map(Notification::from))
}
