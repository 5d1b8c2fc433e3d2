//! Sign-ins that wait for a provider's answer. Worker role.

use sqlx::{FromRow, PgPool};
use store::Error;

/// A sign-in on its way.
#[derive(FromRow)]
pub(super) struct Pending {
    pub(super) browser_hash: Vec<u8>,
    pub(super) provider: String,
    pub(super) nonce: String,
    pub(super) pkce_verifier: String,
    pub(super) return_to: String,
}

pub(super) async fn keep(pool: &PgPool, state_hash: &[u8], pending: &Pending) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO oidc_states (state_hash, browser_hash, provider, nonce, pkce_verifier, return_to, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + interval '10 minutes')",
    )
    .bind(state_hash)
    .bind(&pending.browser_hash)
    .bind(&pending.provider)
    .bind(&pending.nonce)
    .bind(&pending.pkce_verifier)
    .bind(&pending.return_to)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("keep a sign-in"))
}

/// Takes a sign-in: it can be finished once.
pub(super) async fn take(pool: &PgPool, state_hash: &[u8]) -> Result<Option<Pending>, Error> {
    sqlx::query_as(
        "DELETE FROM oidc_states WHERE state_hash = $1 AND expires_at > now()
         RETURNING browser_hash, provider, nonce, pkce_verifier, return_to",
    )
    .bind(state_hash)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("take a sign-in"))
}
