//! What the assistant knows of a person.

use super::{filter, store::facts as rows};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Page, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{FactId, MemoryId, RunId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One thing that the assistant knows, in a sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Fact {
    #[schema(value_type = Id)]
    pub id: FactId,
    pub text: String,
    /// explicit (the person's own word) or inferred (a model's).
    pub source: String,
    /// proposed (waits until it is confirmed), held or superseded.
    pub state: String,
    /// Always in the context of an answer.
    pub pinned: bool,
    /// The fact whose place it takes, or would take.
    #[schema(value_type = Option<Id>, required)]
    pub replaces: Option<FactId>,
    /// The fact that took its place.
    #[schema(value_type = Option<Id>, required)]
    pub replaced_by: Option<FactId>,
    /// The run that learned it; null when the person wrote it down.
    #[schema(value_type = Option<Id>, required)]
    pub run_id: Option<RunId>,
    /// Answers it was in the context of because it had to do with the question.
    pub uses: i64,
    pub learned_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    #[serde(skip)]
    pub memory: MemoryId,
}

/// That a fact was forgotten; what it said is gone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Forgetting {
    #[schema(value_type = Id)]
    pub fact_id: FactId,
    /// Suppositions that went along, because they came of answers with this fact in their context.
    #[schema(value_type = Vec<Id>)]
    pub also: Vec<FactId>,
    /// Rows that still held or named it afterwards.
    pub rows_left: i64,
    /// Vectors of it that were left.
    pub vectors_left: i64,
    pub forgotten_at: DateTime<Utc>,
}

/// A fact and what came before and after it, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactHistory {
    pub items: Vec<Fact>,
}

/// Where a fact stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FactState {
    Proposed,
    Held,
    Superseded,
}

impl FactState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Held => "held",
            Self::Superseded => "superseded",
        }
    }
}

/// Which facts are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FactQuery {
    /// Only proposed, held or superseded ones.
    #[param(inline)]
    state: Option<FactState>,
    /// Only those with this text, in any case.
    q: Option<String>,
    /// Items per page, 1 to 200; 50 when left out.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A fact, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn fact(
    app: &App,
    tenant: &TenantId,
    id: FactId,
) -> Result<Option<Fact>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// That a fact was forgotten, if it was.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn forgetting(
    app: &App,
    tenant: &TenantId,
    id: FactId,
) -> Result<Option<Forgetting>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::forgetting(&mut tx, id).await
}

/// What the assistant knows of the person, the newest first.
#[utoipa::path(
    get, path = "/api/v1/facts", operation_id = "list_facts", tag = "memory", params(FactQuery),
    responses((status = 200, body = Page<Fact>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_facts(
    access: Access,
    State(app): State<App>,
    Query(query): Query<FactQuery>,
) -> Result<Json<Page<Fact>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Memory).await?;
    let limit = edge::limit(query.limit);
    let after = edge::after(query.cursor.as_deref())?;
    let text = query.q.as_deref().filter(|text| !text.is_empty());
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, (query.state, text), after, limit + 1).await?;
    let key = |row: &Fact| (row.learned_at, row.id.uuid());
    let resource = |row: &Fact| row.memory.into();
    filter::page(&app, &access, found, limit, key, resource)
        .await
        .map(Json)
}

/// A fact.
#[utoipa::path(
    get, path = "/api/v1/facts/{id}", operation_id = "get_fact", tag = "memory", params(("id" = Id, Path)),
    responses((status = 200, body = Fact),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_fact(
    access: Access,
    State(app): State<App>,
    Path(id): Path<FactId>,
) -> Result<Json<Fact>, Problem> {
    let found = fact(&app, &access.tenant, id).await?;
    filter::found(found, "fact").map(Json)
}

/// What a fact took the place of, and what took its place, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/facts/{id}/history", operation_id = "get_fact_history", tag = "memory",
    params(("id" = Id, Path)),
    responses((status = 200, body = FactHistory),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_fact_history(
    access: Access,
    State(app): State<App>,
    Path(id): Path<FactId>,
) -> Result<Json<FactHistory>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let items = rows::history(&mut tx, id).await?;
    Ok(Json(FactHistory { items }))
}

/// That a fact was forgotten, and what is left of it.
#[utoipa::path(
    get, path = "/api/v1/facts/{id}/forgetting", operation_id = "get_forgetting", tag = "memory",
    params(("id" = Id, Path)),
    responses((status = 200, body = Forgetting),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_forgetting(
    access: Access,
    State(app): State<App>,
    Path(id): Path<FactId>,
) -> Result<Json<Forgetting>, Problem> {
    let found = forgetting(&app, &access.tenant, id).await?;
    filter::found(found, "forgetting").map(Json)
}
