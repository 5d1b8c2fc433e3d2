//! API keys of a person: made, listed, removed. The secret is shown once.

use super::{api_key::PREFIX, store, token};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Page, PageQuery, Path, Problem, ProblemItem, Query, cursor},
};
use authz::{Filter, Permission, Resource, ResourceKind};
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use ids::ApiKeyId;
use serde::{Deserialize, Serialize};
use sqlx::types::Uuid;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// A key without its secret.
#[derive(Serialize, ToSchema)]
struct ApiKey {
    #[schema(value_type = Id)]
    id: ApiKeyId,
    name: String,
    scopes: Vec<Scope>,
    created_at: DateTime<Utc>,
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
    /// How the secret begins.
    prefix: String,
}

/// A key that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiKey {
    name: String,
    scopes: Vec<Scope>,
    expires_at: Option<DateTime<Utc>>,
}

/// A new key; its secret is never shown again.
#[derive(Serialize, ToSchema)]
struct CreatedApiKey {
    key: ApiKey,
    secret: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::signed_in().scope(Scope::Admin),
            routes!(list_api_keys),
        )
        .add(
            Requires::in_tenant(Permission::Create)
                .scope(Scope::Admin)
                .answers_secret(),
            routes!(create_api_key),
        )
        .add(
            Requires::on(Thing::ApiKey, Permission::Delete).scope(Scope::Admin),
            routes!(delete_api_key),
        )
}

/// List API keys
#[utoipa::path(get, path = "/api/v1/api-keys", operation_id = "list_api_keys", tag = "api-keys", params(PageQuery),
    responses((status = 200, body = Page<ApiKey>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list_api_keys(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ApiKey>>, Problem> {
    let visible = access.visible(&app, ResourceKind::ApiKey).await?;
    let ids: Vec<Uuid> = visible
        .iter()
        .filter_map(|id| id.parse::<ApiKeyId>().ok())
        .map(ApiKeyId::uuid)
        .collect();
    let before = query.after::<ApiKeyId>()?.map(ApiKeyId::uuid);
    let mut tx = app.reader.begin(&access.tenant).await?;
    let rows = store::keys(&mut tx, &ids, before, query.limit()).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == query.limit());
    let items: Vec<ApiKey> = rows.into_iter().map(shown).collect();
    let next_cursor = items.last().filter(|_| full).map(|last| cursor(&last.id));
    Ok(Json(Page { items, next_cursor }))
}

/// Make an API key
#[utoipa::path(post, path = "/api/v1/api-keys", operation_id = "create_api_key", tag = "api-keys", request_body = NewApiKey,
    responses((status = 201, body = CreatedApiKey), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_api_key(
    access: Access,
    State(app): State<App>,
    Body(wanted): Body<NewApiKey>,
) -> Result<(StatusCode, Json<CreatedApiKey>), Problem> {
    check(&access, &wanted)?;
    let (id, secret) = (ApiKeyId::generate(), token::generate());
    let key = Resource::from(id);
    let relations = [
        key.clone().owned_by(access.user),
        key.in_tenant(access.tenant.clone()),
    ];
    let zed_token = app.authz.touch(&relations).await?;
    let shown_part: String = secret.chars().take(4).collect();
    let row = store::insert_key(
        app.database.pool(),
        store::NewKey {
            id,
            tenant: &access.tenant,
            acts_as: access.user,
            name: wanted.name.trim(),
            secret_hash: &token::hash(&secret),
            prefix: &format!("{PREFIX}_{id}_{shown_part}"),
            scopes: wanted
                .scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
            zed_token: zed_token.as_str(),
            expires_at: wanted.expires_at,
        },
    )
    .await?;
    tracing::info!(api_key.id = %id, "API key made");
    let created = CreatedApiKey {
        key: shown(row),
        secret: format!("{PREFIX}_{id}_{secret}"),
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Remove an API key
#[utoipa::path(delete, path = "/api/v1/api-keys/{id}", operation_id = "delete_api_key", tag = "api-keys", params(("id" = Id, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_api_key(
    State(app): State<App>,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    store::delete_key(app.database.pool(), id).await?;
    app.authz.delete(&Filter::of(id.into())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A key never may more than the key that makes it.
fn check(access: &Access, wanted: &NewApiKey) -> Result<(), Problem> {
    let refused = |pointer: &str, code: &str, message: &str| {
        Err(
            Problem::refused("body.invalid", "The API key cannot be made so")
                .item(ProblemItem::new(pointer, code, message)),
        )
    };
    if !(1..=200).contains(&wanted.name.trim().chars().count()) {
        return refused("/name", "name.length", "it must have 1 to 200 characters");
    }
    if wanted.scopes.is_empty() {
        return refused(
            "/scopes",
            "scopes.none",
            "name at least one of read, write, run, admin, tap",
        );
    }
    if wanted.expires_at.is_some_and(|at| at <= Utc::now()) {
        return refused("/expires_at", "expiry.past", "it must be in the future");
    }
    let held = |scope: &Scope| {
        access
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.allow(*scope))
    };
    if !wanted.scopes.iter().all(held) {
        return refused(
            "/scopes",
            "scopes.more",
            "a key cannot make a key that may do more",
        );
    }
    Ok(())
}

fn shown(row: store::KeyRow) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_uuid(row.key_id),
        name: row.name,
        scopes: row
            .scopes
            .iter()
            .filter_map(|name| Scope::named(name))
            .collect(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        prefix: row.prefix,
    }
}
