//! Connected accounts. Credentials never come back.

use super::{Raw, filter, store::accounts as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Page, PageQuery, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{AccountId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A configured connection to an outside service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Account {
    #[schema(value_type = Id)]
    pub id: AccountId,
    /// imap, smtp, llm, http or bridge.
    pub adapter: String,
    pub name: String,
    /// Host, port, user name: everything that is no secret.
    #[schema(value_type = Object)]
    pub settings: Raw,
    pub status: AccountStatus,
    pub created_at: DateTime<Utc>,
}

/// How an account does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct AccountStatus {
    /// connecting, healthy, degraded or `reauth_needed`.
    pub state: String,
    /// Stable, such as `imap.unreachable`.
    pub code: Option<String>,
    pub reason: Option<String>,
    pub since: DateTime<Utc>,
}

/// An account, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn account(
    app: &App,
    tenant: &TenantId,
    id: AccountId,
) -> Result<Option<Account>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// The accounts that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/accounts", operation_id = "list_accounts", tag = "accounts", params(PageQuery),
    responses((status = 200, body = Page<Account>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_accounts(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Account>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::IntegrationAccount).await?;
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, query.after()?, limit + 1).await?;
    let key = |row: &Account| row.id.uuid();
    filter::page(&app, &access, found, limit, key, |row: &Account| {
        row.id.into()
    })
    .await
    .map(Json)
}

/// An account.
#[utoipa::path(
    get, path = "/api/v1/accounts/{id}", operation_id = "get_account", tag = "accounts", params(("id" = Id, Path)),
    responses((status = 200, body = Account),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_account(
    access: Access,
    State(app): State<App>,
    Path(id): Path<AccountId>,
) -> Result<Json<Account>, Problem> {
    let found = account(&app, &access.tenant, id).await?;
    filter::found(found, "account").map(Json)
}
