//! The way to a provider.

use super::{
    redirect,
    state::{self, Pending},
    turned_away,
};
use crate::{
    App,
    edge::{Path, Problem, Query},
    identity::{cookie, token},
};
use axum::{extract::State, response::Response};
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, Scope, core::CoreAuthenticationFlow};
use serde::Deserialize;
use utoipa::IntoParams;

const TEN_MINUTES: i64 = 600;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StartQuery {
    /// Where the browser goes afterwards: a path of this site.
    return_to: Option<String>,
}

/// Sign in with a provider: sends the browser there
#[utoipa::path(get, path = "/api/v1/auth/oidc/{id}/start", operation_id = "start_sign_in", tag = "identity",
    params(("id" = String, Path), StartQuery),
    responses((status = 303, description = "to the provider"), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn start_sign_in(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<StartQuery>,
) -> Result<Response, Problem> {
    let providers = &app.identity.0.oidc;
    let provider = providers
        .find(&id)
        .ok_or_else(|| Problem::not_found("oidc.unknown", "There is no such provider"))?;
    let client = match providers.client(provider).await {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(
                provider = id,
                error = format!("{error:#}"),
                "provider not reached"
            );
            return Ok(turned_away("oidc.unreachable"));
        }
    };
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (to, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let browser = token::generate();
    let pending = Pending {
        browser_hash: token::hash(&browser).to_vec(),
        provider: id,
        nonce: nonce.secret().clone(),
        pkce_verifier: verifier.secret().clone(),
        return_to: own_path(query.return_to),
    };
    let hash = token::hash(state.secret());
    state::keep(app.database.pool(), &hash, &pending).await?;
    let bound = cookie::set(cookie::SIGN_IN, browser, TEN_MINUTES);
    Ok(redirect(to.as_str(), [bound]))
}

/// Only a path of this site: anything else would send people wherever a link says.
fn own_path(wanted: Option<String>) -> String {
    wanted
        .filter(|path| {
            let mut bytes = path.bytes();
            bytes.next() == Some(b'/')
                && !matches!(bytes.next(), Some(b'/' | b'\\'))
                && path.bytes().all(|b| b.is_ascii_graphic())
        })
        .unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_returns_to_this_site_only() {
        assert_eq!(own_path(Some("/runs/1?x=2".to_owned())), "/runs/1?x=2");
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a\nb",
        ] {
            assert_eq!(own_path(Some(bad.to_owned())), "/", "{bad:?}");
        }
    }
}
