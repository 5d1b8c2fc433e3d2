//! What a person tells their assistant to know, to be sure of, and to forget.

use super::{Correlation, Prefer, conversations::bounded, submit::submit_for};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{FactChangeRequested, FactForgetRequested, FactRememberRequested};
use ids::{FactId, MemoryId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

const MAX_TEXT: usize = 500;

/// Something that the assistant is to know.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFact {
    /// 1 to 500 characters.
    text: String,
    /// Always in the context of an answer.
    #[serde(default)]
    pinned: bool,
    /// The fact that it takes the place of; both are kept.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    replaces: Option<FactId>,
}

/// What is decided about a fact.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FactChange {
    /// `held`: it is so.
    #[serde(default)]
    #[schema(inline)]
    state: Option<Confirmed>,
    /// Whether it is always in the context of an answer.
    #[serde(default)]
    pinned: Option<bool>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Confirmed {
    Held,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::in_tenant(Permission::Create),
            routes!(create_fact),
        )
        .add(
            Requires::on(Thing::Fact, Permission::Edit),
            routes!(update_fact),
        )
        .add(
            Requires::on(Thing::Fact, Permission::Delete),
            routes!(forget_fact),
        )
}

/// Tell the assistant something
#[utoipa::path(post, path = "/api/v1/facts", operation_id = "create_fact", tag = "memory", request_body = NewFact,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Fact), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_fact(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wanted): Body<NewFact>,
) -> Result<Response, Problem> {
    let text = bounded("/text", wanted.text.trim(), 1, MAX_TEXT)?;
    let fact_id = FactId::from_u128(correlation.as_u128());
    let event = FactRememberRequested {
        fact_id,
        memory_id: MemoryId::of(&access.tenant, access.user),
        text,
        pinned: wanted.pinned,
        replaces: wanted.replaces,
        actor: access.user,
    };
    let location = format!("/api/v1/facts/{fact_id}");
    let found = read::fact(&app, &access.tenant, fact_id);
    let (how, at) = (
        (correlation, prefer),
        (StatusCode::CREATED, location.as_str()),
    );
    submit_for(&app, &access, how, &event, at, found).await
}

/// Confirm a fact, or pin it
#[utoipa::path(patch, path = "/api/v1/facts/{id}", operation_id = "update_fact", tag = "memory", request_body = FactChange,
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Fact), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update_fact(
    access: Access,
    State(app): State<App>,
    Path(fact_id): Path<FactId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(change): Body<FactChange>,
) -> Result<Response, Problem> {
    if change.state.is_none() && change.pinned.is_none() {
        let item = ProblemItem::new(
            "",
            "fact.nothing_to_change",
            "`state` or `pinned` is needed",
        );
        return Err(Problem::refused("body.invalid", "Nothing is to be changed").item(item));
    }
    let event = FactChangeRequested {
        fact_id,
        memory_id: memory_of(&app, &access, fact_id).await?,
        confirmed: change.state.is_some(),
        pinned: change.pinned,
        actor: access.user,
    };
    let location = format!("/api/v1/facts/{fact_id}");
    let found = read::fact(&app, &access.tenant, fact_id);
    let (how, at) = ((correlation, prefer), (StatusCode::OK, location.as_str()));
    submit_for(&app, &access, how, &event, at, found).await
}

/// Forget a fact
///
/// With its vector, and with what was only supposed because of it. Runs that read it keep what they read until they are as old
/// as runs are kept.
#[utoipa::path(delete, path = "/api/v1/facts/{id}", operation_id = "forget_fact", tag = "memory",
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Forgetting), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn forget_fact(
    access: Access,
    State(app): State<App>,
    Path(fact_id): Path<FactId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let event = FactForgetRequested {
        fact_id,
        memory_id: memory_of(&app, &access, fact_id).await?,
        actor: access.user,
    };
    let location = format!("/api/v1/facts/{fact_id}/forgetting");
    let found = read::forgetting(&app, &access.tenant, fact_id);
    let (how, at) = ((correlation, prefer), (StatusCode::OK, location.as_str()));
    submit_for(&app, &access, how, &event, at, found).await
}

async fn memory_of(app: &App, access: &Access, id: FactId) -> Result<MemoryId, Problem> {
    let fact = read::fact(app, &access.tenant, id).await?;
    let gone = || Problem::not_found("fact.not_found", "There is no such fact");
    Ok(fact.ok_or_else(gone)?.memory)
}
