//! The inbox.

use super::{filter, store::inbox as rows};
use crate::{
    App,
    access::Access,
    edge::{self, Body, Id, Page, Path, Problem, Query},
    projection::{self, Change},
};
use authz::{Resource, ResourceKind};
use axum::{Json, extract::State};
use bus::Cause;
use chrono::{DateTime, Utc};
use ids::{AccountId, InboxItemId, RunId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Something that waits for a person's eyes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct InboxItem {
    #[schema(value_type = Id)]
    pub id: InboxItemId,
    /// email or message.
    pub kind: String,
    #[schema(value_type = Id)]
    pub account_id: AccountId,
    pub from: Address,
    pub subject: String,
    /// The first 200 characters on one line.
    pub preview: String,
    pub received_at: DateTime<Utc>,
    /// What a workflow's Classify node said.
    #[schema(required)]
    pub category: Option<String>,
    /// 0 to 1.
    #[schema(required)]
    pub confidence: Option<f64>,
    /// A workflow raised a notification of high urgency about it.
    pub urgent: bool,
    /// The run behind it.
    #[schema(value_type = Option<Id>, required)]
    pub run_id: Option<RunId>,
    #[schema(value_type = Option<Id>, required)]
    pub workflow_id: Option<WorkflowId>,
    pub workflow_name: Option<String>,
    pub read: bool,
    pub archived: bool,
    /// Left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Who sent something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Address {
    #[schema(required)]
    pub name: Option<String>,
    pub address: String,
}

/// One page of the inbox.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct InboxPage {
    pub items: Vec<InboxItem>,
    /// For `?cursor=`; `null` on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Of what is not archived.
    pub categories: Vec<CategoryCount>,
}

/// How many items are of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct CategoryCount {
    pub category: String,
    pub count: i64,
}

/// What a person changes of an item.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InboxPatch {
    pub archived: Option<bool>,
    pub read: Option<bool>,
}

/// Which items are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxQuery {
    /// Only those of this category.
    pub category: Option<String>,
    /// What is archived instead of what is not.
    #[serde(default)]
    pub archived: Option<bool>,
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What came in on the accounts that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/inbox", operation_id = "list_inbox", tag = "inbox", params(InboxQuery),
    responses((status = 200, body = InboxPage),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_inbox(
    access: Access,
    State(app): State<App>,
    Query(query): Query<InboxQuery>,
) -> Result<Json<InboxPage>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::IntegrationAccount).await?;
    let limit = edge::limit(query.limit);
    let wanted = rows::Wanted {
        accounts: &visible,
        archived: query.archived.unwrap_or_default(),
        category: query.category.as_deref(),
        after: edge::after(query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &wanted).await?;
    let key = |row: &InboxItem| (row.received_at, row.id.uuid());
    let resource = |row: &InboxItem| row.account_id.into();
    let Page {
        mut items,
        next_cursor,
    } = filter::page(&app, &access, found, limit, key, resource).await?;
    hide_runs(&app, &access, &mut items).await?;
    let accounts = visible.iter().map(|id| AccountId::from_uuid(*id));
    let checked = filter::may_view(&app, &access, accounts.map(Resource::from)).await?;
    let counted: Vec<_> = visible
        .iter()
        .filter(|id| {
            let resource = Resource::from(AccountId::from_uuid(**id));
            checked.get(&resource).copied().unwrap_or_default()
        })
        .copied()
        .collect();
    let categories = rows::categories(&mut tx, &counted).await?;
    Ok(Json(InboxPage {
        items,
        next_cursor,
        categories,
    }))
}

/// One item with its text.
#[utoipa::path(
    get, path = "/api/v1/inbox/{id}", operation_id = "get_inbox_item", tag = "inbox", params(("id" = Id, Path)),
    responses((status = 200, body = InboxItem),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_inbox_item(
    access: Access,
    State(app): State<App>,
    Path(id): Path<InboxItemId>,
) -> Result<Json<InboxItem>, Problem> {
    read(&app, &access, id).await.map(Json)
}

/// Marks an item as read or archived, or takes the mark away.
#[utoipa::path(
    patch, path = "/api/v1/inbox/{id}", operation_id = "update_inbox_item", tag = "inbox", params(("id" = Id, Path)),
    request_body = InboxPatch,
    responses((status = 200, body = InboxItem),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn update_inbox_item(
    access: Access,
    State(app): State<App>,
    Path(id): Path<InboxItemId>,
    Body(patch): Body<InboxPatch>,
) -> Result<Json<InboxItem>, Problem> {
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    let marked = projection::store::inbox::mark_item(
        tx.conn(),
        &access.tenant,
        id,
        patch.read,
        patch.archived,
    )
    .await?;
    let account = filter::found(marked, "inbox_item")?;
    let change = Change::inbox(account, id);
    projection::store::feed::append(tx.conn(), &access.tenant, &[change]).await?;
    tx.wake(app.live.committed());
    tx.commit().await?;
    read(&app, &access, id).await.map(Json)
}

async fn read(app: &App, access: &Access, id: InboxItemId) -> Result<InboxItem, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::one(&mut tx, id).await?;
    let mut item = [filter::found(found, "inbox_item")?];
    hide_runs(app, access, &mut item).await?;
    let [item] = item;
    Ok(item)
}

/// Who may view an account need not know of another's workflow that looks at it.
async fn hide_runs(app: &App, access: &Access, items: &mut [InboxItem]) -> Result<(), Problem> {
    let workflows = items.iter().filter_map(|item| item.workflow_id);
    let checked = filter::may_view(app, access, workflows.map(Resource::from)).await?;
    for item in items {
        let shown = item
            .workflow_id
            .and_then(|id| checked.get(&Resource::from(id)).copied());
        if !shown.unwrap_or_default() {
            (item.run_id, item.workflow_id, item.workflow_name) = (None, None, None);
        }
    }
    Ok(())
}
