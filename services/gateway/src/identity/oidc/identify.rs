//! The way back from a provider: who is it?

use super::{providers::Provider, redirect, state, state::Pending, turned_away};
use crate::{
    App,
    edge::{Path, Problem, Query},
    identity::{cookie, session, setup, store, token},
};
use anyhow::Context;
use authz::Relation;
use axum::{extract::State, http::HeaderMap, response::Response};
use bus::Cause;
use ids::{TenantId, UserId};
use openidconnect::{
    AuthorizationCode, Nonce, PkceCodeVerifier, TokenResponse,
    core::CoreJwsSigningAlgorithm as Algorithm,
};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use utoipa::IntoParams;

/// What a provider says; it may add parameters of its own.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallbackQuery {
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// Who the provider says it is.
struct Claimed {
    issuer: String,
    subject: String,
    email: String,
    name: String,
}

/// Where a provider sends the browser back to
#[utoipa::path(get, path = "/api/v1/auth/oidc/{id}/callback", operation_id = "finish_sign_in", tag = "identity",
    params(("id" = String, Path), CallbackQuery),
    responses((status = 303, description = "signed in, or back to the door with an error"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn finish_sign_in(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Problem> {
    let hash = token::hash(&query.state);
    let pending = state::take(app.database.pool(), &hash).await?;
    let Some(pending) = pending.filter(|pending| is_bound(pending, &id, &headers)) else {
        return Ok(turned_away("oidc.state_unknown"));
    };
    let (Some(provider), Some(code), None) =
        (app.identity.0.oidc.find(&id), query.code, query.error)
    else {
        return Ok(turned_away("oidc.refused"));
    };
    let claimed = match claims(&app, provider, &pending, code).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::warn!(
                provider = id,
                error = format!("{error:#}"),
                "sign-in not believed"
            );
            return Ok(turned_away("oidc.not_believed"));
        }
    };
    let Some(person) = person(&app, claimed).await? else {
        return Ok(turned_away("oidc.not_a_member"));
    };
    let opened = session::open(&app, &headers, person).await?;
    Ok(redirect(
        &pending.return_to,
        [opened, cookie::clear(cookie::SIGN_IN)],
    ))
}

/// Whether this browser began the sign-in, with this provider.
fn is_bound(pending: &Pending, provider: &str, headers: &HeaderMap) -> bool {
    let browser = cookie::value(headers, cookie::SIGN_IN).unwrap_or_default();
    let bound = token::hash(browser).as_slice().ct_eq(&pending.browser_hash);
    pending.provider == provider && bool::from(bound)
}

async fn claims(
    app: &App,
    provider: &Provider,
    pending: &Pending,
    code: String,
) -> anyhow::Result<Claimed> {
    let providers = &app.identity.0.oidc;
    let client = providers.client(provider).await?;
    let tokens = client
        .exchange_code(AuthorizationCode::new(code))
        .context("the provider names no token endpoint")?
        .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier.clone()))
        .request_async(&providers.transport())
        .await
        .context("the code was not exchanged")?;
    let id_token = tokens.id_token().context("the answer has no id_token")?;
    let verifier = client.id_token_verifier().set_allowed_algs([
        Algorithm::RsaSsaPkcs1V15Sha256,
        Algorithm::RsaSsaPssSha256,
        Algorithm::EcdsaP256Sha256,
        Algorithm::EdDsa,
    ]);
    let claims = id_token
        .claims(&verifier, &Nonce::new(pending.nonce.clone()))
        .context("the id_token does not hold")?;
    let email = claims.email().map(|email| email.to_string());
    let name = claims
        .name()
        .and_then(|name| name.get(None))
        .map(|name| name.to_string());
    let subject = claims.subject().to_string();
    Ok(Claimed {
        issuer: claims.issuer().to_string(),
        name: name
            .or_else(|| email.clone())
            .unwrap_or_else(|| subject.clone()),
        email: email.unwrap_or_default(),
        subject,
    })
}

/// The person behind (issuer, subject); a new member where that is allowed and the first account exists.
async fn person(app: &App, claimed: Claimed) -> Result<Option<UserId>, Problem> {
    let tenant = TenantId::default_tenant();
    let mut tx = app.database.begin(Cause::root(tenant.clone())).await?;
    let known = store::by_openid(tx.conn(), &claimed.issuer, &claimed.subject).await?;
    if known.is_some() {
        return Ok(known);
    }
    if !app.identity.0.oidc.signup || store::is_empty(tx.conn(), true).await? {
        return Ok(None);
    }
    let user = UserId::generate();
    let zed_token = setup::enter(app, &tenant, user, &[Relation::Member]).await?;
    let person = store::Person {
        person_id: user.uuid(),
        tenant_id: tenant.to_string(),
        email: claimed.email.to_lowercase(),
        name: claimed.name,
        zed_token,
    };
    store::insert_person(tx.conn(), &person).await?;
    store::insert_openid(tx.conn(), user, &claimed.issuer, &claimed.subject).await?;
    tx.commit().await?;
    tracing::info!(user.id = %user, "somebody joined by OpenID");
    Ok(Some(user))
}
