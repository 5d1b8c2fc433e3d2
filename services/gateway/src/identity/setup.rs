//! The first account, made once with a token that only the operator has.

use super::{limits, me::Me, session, store, token};
use crate::{
    App,
    access::{Requires, Routes},
    edge::{Body, Problem, ProblemItem},
};
use authz::{Grantee, Relation, Resource};
use axum::{
    Json,
    extract::State,
    http::{Extensions, HeaderMap, StatusCode, header::SET_COOKIE},
    response::IntoResponse,
};
use bus::Cause;
use ids::{TenantId, UserId};
use seal::Secret;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// What the door shows.
#[derive(Serialize, ToSchema)]
struct SetupState {
    needs_first_account: bool,
    oidc: Vec<OidcProvider>,
}

/// A provider to sign in with: `GET /auth/oidc/{id}/start`.
#[derive(Serialize, ToSchema)]
pub(super) struct OidcProvider {
    pub(super) id: String,
    pub(super) name: String,
}

/// The first person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetupRequest {
    /// From the operator: the link that the start prints.
    #[schema(value_type = String)]
    token: Secret,
    email: String,
    name: String,
    #[schema(value_type = String)]
    password: Secret,
}

pub(super) fn routes(routes: Routes) -> Routes {
    let reason = "before the first account there is nobody to be";
    routes.add(
        Requires::anyone(reason),
        routes!(get_setup, create_first_account),
    )
}

/// What the door shows
#[utoipa::path(get, path = "/api/v1/setup", operation_id = "get_setup", tag = "identity",
    responses((status = 200, body = SetupState), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get_setup(State(app): State<App>) -> Result<Json<SetupState>, Problem> {
    let mut conn = app
        .database
        .pool()
        .acquire()
        .await
        .map_err(::store::Error::query("look for accounts"))?;
    Ok(Json(SetupState {
        needs_first_account: store::is_empty(&mut conn, false).await?,
        oidc: app.identity.0.oidc.shown(),
    }))
}

/// Make the first account
#[utoipa::path(post, path = "/api/v1/setup", operation_id = "create_first_account", tag = "identity", request_body = SetupRequest,
    responses((status = 201, body = Me), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_first_account(
    State(app): State<App>,
    headers: HeaderMap,
    extensions: Extensions,
    Body(request): Body<SetupRequest>,
) -> Result<impl IntoResponse, Problem> {
    let identity = &app.identity.0;
    identity
        .limits
        .address(limits::address(&app, &headers, &extensions))?;
    if !is_token(identity.setup_token.as_ref(), &request.token) {
        return Err(wrong_token());
    }
    let email = email(&request.email)?;
    let name = name(&request.name)?;
    let hash = identity.passwords.hash(request.password).await?;
    let tenant = TenantId::default_tenant();
    let mut tx = app.database.begin(Cause::root(tenant.clone())).await?;
    if !store::is_empty(tx.conn(), true).await? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "setup.done",
            "The first account exists already",
        )
        .hint("sign in with it"));
    }
    let user = UserId::generate();
    let zed_token = enter(&app, &tenant, user, &[Relation::Admin, Relation::Member]).await?;
    let person = store::Person {
        person_id: user.uuid(),
        tenant_id: tenant.to_string(),
        email: email.clone(),
        name,
        zed_token,
    };
    store::insert_person(tx.conn(), &person).await?;
    store::insert_password(tx.conn(), user, &email, &hash).await?;
    tx.commit().await?;
    tracing::info!(user.id = %user, "first account made");
    let cookie = session::open(&app, &headers, user).await?;
    let me = Json(Me::of(&app, person).await?);
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], me))
}

/// Writes a person's relations to their tenant. Before the row: a relation of nobody grants nothing.
pub(super) async fn enter(
    app: &App,
    tenant: &TenantId,
    user: UserId,
    relations: &[Relation],
) -> Result<String, Problem> {
    let touch: Vec<_> = relations
        .iter()
        .map(|relation| Resource::from(tenant).granted(*relation, Grantee::User(user)))
        .collect();
    let token = app.authz.touch(&touch).await?;
    Ok(token.as_str().to_owned())
}

fn is_token(expected: Option<&[u8; 32]>, given: &Secret) -> bool {
    let given = given.expose_str().map(token::hash).unwrap_or_default();
    expected.is_some_and(|expected| expected.ct_eq(&given).into())
}

fn wrong_token() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "setup.wrong_token",
        "The setup token is not right",
    )
    .hint("open the link that the start printed, or read the file of SETUP_TOKEN_FILE")
    .item(ProblemItem::new(
        "/token",
        "setup.wrong_token",
        "it is not the token of this installation",
    ))
}

fn email(given: &str) -> Result<String, Problem> {
    let email = given.trim().to_lowercase();
    let plausible = email.len() <= 254
        && !email.contains(char::is_whitespace)
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    plausible
        .then_some(email)
        .ok_or_else(|| refused("/email", "email.invalid", "it is not an e-mail address"))
}

fn name(given: &str) -> Result<String, Problem> {
    let name = given.trim();
    (1..=200)
        .contains(&name.chars().count())
        .then(|| name.to_owned())
        .ok_or_else(|| refused("/name", "name.length", "it must have 1 to 200 characters"))
}

fn refused(pointer: &str, code: &str, message: &str) -> Problem {
    Problem::refused("body.invalid", "The account cannot be made so")
        .item(ProblemItem::new(pointer, code, message))
}
