//! Who an API key acts as.

use super::{store, token};
use crate::{
    App,
    access::{Access, Credential, Guarded, Scope, Scopes},
    edge::Problem,
};
use authz::ZedToken;
use axum::http::{HeaderMap, StatusCode, header};
use ids::{ApiKeyId, TenantId};
use subtle::ConstantTimeEq;

/// What every key begins with, so that scanners recognise one that leaked.
pub(super) const PREFIX: &str = "st";

/// The bearer token of a request, whatever it is.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The person whom the key `st_<id>_<secret>` acts as.
///
/// # Errors
/// 401 when it is no key, or not any more.
pub(crate) async fn by_api_key(app: &App, key: &str) -> Result<Access, Problem> {
    let (id, secret) = parts(key).ok_or_else(unknown)?;
    let key = store::live_key(app.database.pool(), id)
        .await?
        .ok_or_else(unknown)?;
    let given = token::hash(secret);
    if !bool::from(given.as_slice().ct_eq(&key.secret_hash)) {
        return Err(unknown());
    }
    let scopes = key.scopes.iter().filter_map(|name| Scope::named(name));
    Ok(Access {
        user: key.person.id(),
        tenant: key.person.tenant()?,
        scopes: Some(Scopes(scopes.collect())),
        since: Some(ZedToken::from(key.person.zed_token)),
        credential: Credential::ApiKey(id),
    })
}

/// Whether what proved who somebody is still does. Notes no use of it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn holds(app: &App, credential: &Credential) -> Result<bool, ::store::Error> {
    let pool = app.database.pool();
    match credential {
        Credential::Session(hash) => store::is_session(pool, hash).await,
        Credential::ApiKey(id) => store::is_key(pool, *id).await,
        Credential::Run => Ok(true),
    }
}

/// What decides about a key of the tenant.
pub(crate) async fn guarded_key(
    app: &App,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Guarded>, Problem> {
    let Ok(id) = id.parse::<ApiKeyId>() else {
        return Ok(None);
    };
    let token = store::key_token(app.database.pool(), tenant, id).await?;
    Ok(token.map(|token| Guarded {
        resource: id.into(),
        zed_token: Some(token.into()),
    }))
}

fn parts(key: &str) -> Option<(ApiKeyId, &str)> {
    let rest = key.strip_prefix(PREFIX)?.strip_prefix('_')?;
    let (id, secret) = rest.split_once('_')?;
    Some((id.parse().ok()?, secret))
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "api_key.unknown",
        "The API key is not valid",
    )
    .hint("it may have expired or been removed; make a new one in the settings")
}
