//! Signing in and out.

use super::{cookie, limits, me::Me, session, store};
use crate::{
    App,
    access::{Access, Credential, Requires, Routes},
    edge::{Body, Problem},
};
use axum::{
    Json,
    extract::State,
    http::{Extensions, HeaderMap, StatusCode, header::SET_COOKIE},
    response::IntoResponse,
};
use seal::Secret;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// Who signs in, and the proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInRequest {
    email: String,
    #[schema(value_type = String)]
    password: Secret,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::anyone("signing in is how somebody becomes known"),
            routes!(sign_in),
        )
        .add(Requires::signed_in(), routes!(sign_out))
}

/// Sign in
#[utoipa::path(post, path = "/api/v1/session", operation_id = "sign_in", tag = "identity", request_body = SignInRequest,
    responses((status = 200, body = Me), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    extensions: Extensions,
    Body(request): Body<SignInRequest>,
) -> Result<impl IntoResponse, Problem> {
    let identity = &app.identity.0;
    let email = request.email.trim().to_lowercase();
    identity
        .limits
        .address(limits::address(&app, &headers, &extensions))?;
    identity.limits.account(&email)?;
    let found = store::by_email(app.database.pool(), &email).await?;
    let (person, hash) = found.unzip();
    let proven = identity.passwords.verify(request.password, hash).await?;
    let person = person.filter(|_| proven).ok_or_else(bad_credentials)?;
    let cookie = session::open(&app, &headers, person.id()).await?;
    Ok(([(SET_COOKIE, cookie)], Json(Me::of(&app, person).await?)))
}

/// Sign out
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "sign_out", tag = "identity",
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn sign_out(access: Access, State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    if let Credential::Session(hash) = &access.credential {
        let mut tx = app.database.begin(bus::Cause::root(access.tenant)).await?;
        store::delete_session(tx.conn(), hash).await?;
        tx.commit().await?;
    }
    let cleared = [(SET_COOKIE, cookie::clear(cookie::SESSION))];
    Ok((StatusCode::NO_CONTENT, cleared))
}

fn bad_credentials() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "session.bad_credentials",
        "E-mail or password is wrong",
    )
    .detail("The e-mail or the password is not right.")
}
