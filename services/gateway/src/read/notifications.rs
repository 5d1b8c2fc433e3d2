//! What runs told people.

use super::{filter, store::notifications as rows};
use crate::{
    App,
    access::Access,
    edge::{Body, Id, Page, PageQuery, Path, Problem, Query},
    projection::{self, Change},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use bus::Cause;
use chrono::{DateTime, Utc};
use ids::{InboxItemId, NotificationId, RunId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A run wants a person's attention.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Notification {
    #[schema(value_type = Id)]
    pub id: NotificationId,
    pub title: String,
    pub body: String,
    /// low, normal or high.
    pub urgency: String,
    pub created_at: DateTime<Utc>,
    pub read: bool,
    #[schema(value_type = Id)]
    pub run_id: RunId,
    #[schema(value_type = Id)]
    pub workflow_id: WorkflowId,
    /// What the run is about, when mail or a message started it.
    #[schema(value_type = Option<Id>)]
    pub inbox_item_id: Option<InboxItemId>,
}

/// What a person changes of a notification.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationPatch {
    pub read: bool,
}

/// The notifications of the workflows that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/notifications", operation_id = "list_notifications", tag = "notifications", params(PageQuery),
    responses((status = 200, body = Page<Notification>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_notifications(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Notification>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Workflow).await?;
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, query.after()?, limit + 1).await?;
    let key = |row: &Notification| row.id.uuid();
    let resource = |row: &Notification| row.workflow_id.into();
    filter::page(&app, &access, found, limit, key, resource)
        .await
        .map(Json)
}

/// Marks a notification as read, or as not read.
#[utoipa::path(
    patch, path = "/api/v1/notifications/{id}", operation_id = "update_notification", tag = "notifications",
    params(("id" = Id, Path)), request_body = NotificationPatch,
    responses((status = 200, body = Notification),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn update_notification(
    access: Access,
    State(app): State<App>,
    Path(id): Path<NotificationId>,
    Body(patch): Body<NotificationPatch>,
) -> Result<Json<Notification>, Problem> {
    let tenant = &access.tenant;
    let mut tx = app.database.begin(Cause::root(tenant.clone())).await?;
    let marked =
        projection::store::inbox::mark_notification(tx.conn(), tenant, id, patch.read).await?;
    let workflow = filter::found(marked, "notification")?;
    let change = Change::notification(workflow, id);
    projection::store::feed::append(tx.conn(), tenant, &[change]).await?;
    tx.wake(app.live.committed());
    tx.commit().await?;
    let mut tx = app.reader.begin(tenant).await?;
    filter::found(rows::one(&mut tx, id).await?, "notification").map(Json)
}
