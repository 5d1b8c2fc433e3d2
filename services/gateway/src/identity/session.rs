//! Sessions: opaque, kept here, revocable.

use super::{cookie, store, token};
use crate::{
    App,
    access::{Access, Credential},
    edge::Problem,
};
use authz::ZedToken;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use ids::UserId;

const SECONDS_PER_DAY: i64 = 86_400;

/// The person whose browser sent the request.
///
/// # Errors
/// 401 when there is no session, or not any more.
pub(crate) async fn by_session(app: &App, headers: &HeaderMap) -> Result<Access, Problem> {
    let token = cookie::value(headers, cookie::SESSION)
        .filter(|token| !token.is_empty())
        .ok_or_else(Access::missing)?;
    let hash = token::hash(token);
    let person = store::by_session(app.database.pool(), &hash)
        .await?
        .ok_or_else(expired)?;
    Ok(Access {
        user: person.id(),
        tenant: person.tenant()?,
        scopes: None,
        since: Some(ZedToken::from(person.zed_token)),
        credential: Credential::Session(hash.as_slice().into()),
    })
}

/// Opens a session for `person` under a new token, and ends the one that the browser had.
pub(super) async fn open(
    app: &App,
    headers: &HeaderMap,
    person: UserId,
) -> Result<HeaderValue, Problem> {
    let cause = bus::Cause::root(ids::TenantId::default_tenant());
    let mut tx = app.database.begin(cause).await?;
    if let Some(old) = cookie::value(headers, cookie::SESSION) {
        store::delete_session(tx.conn(), &token::hash(old)).await?;
    }
    let token = token::generate();
    store::insert_session(tx.conn(), &token::hash(&token), person).await?;
    tx.commit().await?;
    let seconds = i64::from(store::ABSOLUTE_DAYS) * SECONDS_PER_DAY;
    Ok(cookie::set(cookie::SESSION, token, seconds))
}

fn expired() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "session.expired",
        "The session has ended",
    )
    .hint("sign in again")
}
