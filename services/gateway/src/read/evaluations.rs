//! How versions of prompts did on the answers that people corrected.

use super::{Raw, filter, store::evaluations as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Page, PageQuery, Path, Problem, Query},
};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{EvaluationId, PromptId, TenantId};
use serde::Serialize;
use utoipa::ToSchema;

/// One version on the cases of its prompt, beside the one in production.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluation {
    #[schema(value_type = Id)]
    pub id: EvaluationId,
    #[schema(value_type = Id)]
    pub prompt_id: PromptId,
    pub version: i32,
    /// The version in production.
    pub against: i32,
    /// The label that was to move to it.
    #[schema(required)]
    pub label: Option<String>,
    /// `{feedback_id, passed, passed_before}` of each.
    #[schema(value_type = Vec<Object>)]
    pub cases: Raw,
    pub passed: i64,
    pub passed_before: i64,
    /// Why the version could not be tried, or the label stayed.
    #[schema(required)]
    pub problem: Option<String>,
    /// Hundredths of a US dollar.
    pub cost_cents: f64,
    pub evaluated_at: DateTime<Utc>,
}

/// An evaluation, if it has ended.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn evaluation(
    app: &App,
    tenant: &TenantId,
    id: EvaluationId,
) -> Result<Option<Evaluation>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// How versions of a prompt did, the newest first.
#[utoipa::path(
    get, path = "/api/v1/prompts/{id}/evaluations", operation_id = "list_prompt_evaluations", tag = "prompts",
    params(("id" = Id, Path), PageQuery),
    responses((status = 200, body = Page<Evaluation>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_prompt_evaluations(
    access: Access,
    State(app): State<App>,
    Path(id): Path<PromptId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Evaluation>>, Problem> {
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, id, query.after()?, limit + 1).await?;
    let key = |row: &Evaluation| row.id.uuid();
    filter::page(&app, &access, found, limit, key, |row| row.prompt_id.into())
        .await
        .map(Json)
}
