//! Table `api_keys`.

use super::Person;
use chrono::{DateTime, Utc};
use ids::{ApiKeyId, TenantId, UserId};
use sqlx::{FromRow, PgConnection, PgPool, types::Uuid};
use store::Error;

/// An API key as stored.
#[derive(FromRow)]
pub(in crate::identity) struct KeyRow {
    pub(in crate::identity) key_id: Uuid,
    pub(in crate::identity) name: String,
    pub(in crate::identity) scopes: Vec<String>,
    pub(in crate::identity) prefix: String,
    pub(in crate::identity) created_at: DateTime<Utc>,
    pub(in crate::identity) expires_at: Option<DateTime<Utc>>,
    pub(in crate::identity) last_used_at: Option<DateTime<Utc>>,
}

/// A new key.
pub(in crate::identity) struct NewKey<'a> {
    pub(in crate::identity) id: ApiKeyId,
    pub(in crate::identity) tenant: &'a TenantId,
    pub(in crate::identity) acts_as: UserId,
    pub(in crate::identity) name: &'a str,
    pub(in crate::identity) secret_hash: &'a [u8],
    pub(in crate::identity) prefix: &'a str,
    pub(in crate::identity) scopes: Vec<String>,
    pub(in crate::identity) zed_token: &'a str,
    pub(in crate::identity) expires_at: Option<DateTime<Utc>>,
}

pub(in crate::identity) async fn insert_key(
    pool: &PgPool,
    key: NewKey<'_>,
) -> Result<KeyRow, Error> {
    sqlx::query_as(
        "INSERT INTO api_keys (key_id, tenant_id, acts_as, name, secret_hash, prefix, scopes, zed_token, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         RETURNING key_id, name, scopes, prefix, created_at, expires_at, last_used_at",
    )
    .bind(key.id.uuid())
    .bind(key.tenant.as_str())
    .bind(key.acts_as.uuid())
    .bind(key.name)
    .bind(key.secret_hash)
    .bind(key.prefix)
    .bind(key.scopes)
    .bind(key.zed_token)
    .bind(key.expires_at)
    .fetch_one(pool)
    .await
    .map_err(Error::query("store an API key"))
}

/// Keys among `ids` that are older than `before`, newest first. Reader role: row-level security keeps to the tenant.
pub(in crate::identity) async fn keys(
    conn: &mut PgConnection,
    ids: &[Uuid],
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<KeyRow>, Error> {
    sqlx::query_as(
        "SELECT key_id, name, scopes, prefix, created_at, expires_at, last_used_at FROM api_keys
         WHERE key_id = ANY($1) AND ($2::uuid IS NULL OR key_id < $2)
         ORDER BY key_id DESC LIMIT $3",
    )
    .bind(ids)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list API keys"))
}

/// The token since when SpiceDB knows a key of the tenant.
pub(in crate::identity) async fn key_token(
    pool: &PgPool,
    tenant: &TenantId,
    id: ApiKeyId,
) -> Result<Option<String>, Error> {
    sqlx::query_scalar("SELECT zed_token FROM api_keys WHERE tenant_id = $1 AND key_id = $2")
        .bind(tenant.as_str())
        .bind(id.uuid())
        .fetch_optional(pool)
        .await
        .map_err(Error::query("look up an API key"))
}

pub(in crate::identity) async fn delete_key(pool: &PgPool, id: ApiKeyId) -> Result<(), Error> {
    sqlx::query("DELETE FROM api_keys WHERE key_id = $1")
        .bind(id.uuid())
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("remove an API key"))
}

/// A live key: whom it acts as, what for, and the hash of its secret. Notes, at most every minute, that it was used.
#[derive(FromRow)]
pub(in crate::identity) struct LiveKey {
    #[sqlx(flatten)]
    pub(in crate::identity) person: Person,
    pub(in crate::identity) scopes: Vec<String>,
    pub(in crate::identity) secret_hash: Vec<u8>,
    stale: bool,
}

pub(in crate::identity) async fn live_key(
    pool: &PgPool,
    id: ApiKeyId,
) -> Result<Option<LiveKey>, Error> {
    let key: Option<LiveKey> = sqlx::query_as(
        "SELECT p.person_id, p.tenant_id, p.email, p.name, p.zed_token, k.scopes, k.secret_hash,
             k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS stale
         FROM api_keys k JOIN people p ON p.person_id = k.acts_as
         WHERE k.key_id = $1 AND p.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())",
    )
    .bind(id.uuid())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("look up an API key"))?;
    if key.as_ref().is_some_and(|key| key.stale) {
        sqlx::query("UPDATE api_keys SET last_used_at = now() WHERE key_id = $1")
            .bind(id.uuid())
            .execute(pool)
            .await
            .map_err(Error::query("note the use of an API key"))?;
    }
    Ok(key)
}

/// Whether there is a live key; looking is no use of it.
pub(in crate::identity) async fn is_key(pool: &PgPool, id: ApiKeyId) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM api_keys k JOIN people p ON p.person_id = k.acts_as
             WHERE k.key_id = $1 AND p.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()))",
    )
    .bind(id.uuid())
    .fetch_one(pool)
    .await
    .map_err(Error::query("look for an API key"))
}
