//! Prompts.

use super::{filter, store::prompts as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Page, PageQuery, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{PromptId, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A prompt as it is in use.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Prompt {
    #[schema(value_type = Id)]
    pub id: PromptId,
    pub name: String,
    /// Which version workflows get that name none.
    pub label: String,
    pub version: i32,
    pub text: String,
    pub updated_at: DateTime<Utc>,
    /// The numbers of all versions.
    pub versions: Vec<i32>,
    /// What each label names; `production` is what a prompt's bare name means.
    #[schema(value_type = Object)]
    pub labels: BTreeMap<String, i32>,
    /// People correct the answers of a version more often than those before it; null when that is not so.
    #[schema(required)]
    pub drift: Option<Drift>,
}

/// The figures that show it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Drift {
    pub version: i32,
    pub answers: i64,
    pub wrong: i64,
    /// Of all versions before.
    pub answers_before: i64,
    pub wrong_before: i64,
}

/// One version of a prompt; it never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PromptVersion {
    pub version: i32,
    pub text: String,
    pub saved_at: DateTime<Utc>,
}

/// The `version` of a path.
#[derive(Debug, Deserialize)]
pub(crate) struct VersionPath {
    id: PromptId,
    version: i32,
}

/// A prompt, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn prompt(
    app: &App,
    tenant: &TenantId,
    id: PromptId,
) -> Result<Option<Prompt>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// The prompts that the person may view, by name.
#[utoipa::path(
    get, path = "/api/v1/prompts", operation_id = "list_prompts", tag = "prompts", params(PageQuery),
    responses((status = 200, body = Page<Prompt>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_prompts(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Prompt>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Prompt).await?;
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, query.after()?, limit + 1).await?;
    let key = |row: &Prompt| (row.name.clone(), row.id.uuid());
    filter::page(&app, &access, found, limit, key, |row: &Prompt| {
        row.id.into()
    })
    .await
    .map(Json)
}

/// A prompt.
#[utoipa::path(
    get, path = "/api/v1/prompts/{id}", operation_id = "get_prompt", tag = "prompts", params(("id" = Id, Path)),
    responses((status = 200, body = Prompt),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_prompt(
    access: Access,
    State(app): State<App>,
    Path(id): Path<PromptId>,
) -> Result<Json<Prompt>, Problem> {
    let found = prompt(&app, &access.tenant, id).await?;
    filter::found(found, "prompt").map(Json)
}

/// A version of a prompt.
#[utoipa::path(
    get, path = "/api/v1/prompts/{id}/versions/{version}", operation_id = "get_prompt_version", tag = "prompts",
    params(("id" = Id, Path), ("version" = i32, Path)),
    responses((status = 200, body = PromptVersion),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_prompt_version(
    access: Access,
    State(app): State<App>,
    Path(path): Path<VersionPath>,
) -> Result<Json<PromptVersion>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::version(&mut tx, path.id, path.version).await?;
    filter::found(found, "prompt_version").map(Json)
}
