//! Tables `prompts` and `prompt_versions`.

use ::store::Error;
use events::{PRODUCTION, Timestamp};
use ids::{PromptId, TenantId};
use sqlx::{FromRow, PgConnection, PgPool, types::Uuid};

/// One advisory lock for all changes of prompts; there are few.
const LOCK: i64 = 0x0073_7470_726f_6d70;

/// A prompt with the version that is in production.
#[derive(FromRow)]
pub(crate) struct Prompt {
    pub(crate) tenant: String,
    pub(crate) name: String,
    pub(crate) production: i32,
    pub(crate) shipped: bool,
    /// The highest version there is.
    pub(crate) latest: i32,
}

/// One version, found by a reference.
#[derive(FromRow)]
pub(crate) struct Version {
    prompt_id: Uuid,
    name: String,
    pub(crate) version: i32,
    pub(crate) text: String,
}

impl Version {
    /// Whose version it is.
    pub(crate) const fn prompt(&self) -> PromptId {
        PromptId::from_uuid(self.prompt_id)
    }

    /// `name@version`.
    pub(crate) fn reference(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// One change at a time, until the transaction ends.
pub(crate) async fn lock(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("lock the prompts"))
}

/// A prompt by its id.
pub(crate) async fn get(
    conn: &mut PgConnection,
    prompt: PromptId,
) -> Result<Option<Prompt>, Error> {
    sqlx::query_as(
        "SELECT p.tenant, p.name, v.version AS production, v.shipped,
             (SELECT max(version) FROM prompt_versions WHERE prompt_id = p.prompt_id) AS latest
         FROM prompts p
         JOIN LATERAL (SELECT version FROM prompt_moves WHERE prompt_id = p.prompt_id AND label = $2
             ORDER BY moved_at DESC LIMIT 1) named ON true
         JOIN prompt_versions v ON v.prompt_id = p.prompt_id AND v.version = named.version
         WHERE p.prompt_id = $1",
    )
    .bind(prompt.uuid())
    .bind(PRODUCTION)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a prompt"))
}

/// The prompt of that name.
pub(crate) async fn named(
    conn: &mut PgConnection,
    tenant: &TenantId,
    name: &str,
) -> Result<Option<PromptId>, Error> {
    let found: Option<Uuid> =
        sqlx::query_scalar("SELECT prompt_id FROM prompts WHERE tenant = $1 AND name = $2")
            .bind(tenant.as_str())
            .bind(name)
            .fetch_optional(conn)
            .await
            .map_err(Error::query("look for a prompt"))?;
    Ok(found.map(PromptId::from_uuid))
}

/// The text that shipped last.
pub(crate) async fn latest_shipped(
    conn: &mut PgConnection,
    prompt: PromptId,
) -> Result<Option<String>, Error> {
    sqlx::query_scalar(
        "SELECT text FROM prompt_versions WHERE prompt_id = $1 AND shipped ORDER BY version DESC LIMIT 1",
    )
    .bind(prompt.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a shipped prompt"))
}

/// Stores a prompt without versions.
pub(crate) async fn create(
    conn: &mut PgConnection,
    prompt: PromptId,
    tenant: &TenantId,
    name: &str,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO prompts (prompt_id, tenant, name) VALUES ($1, $2, $3)")
        .bind(prompt.uuid())
        .bind(tenant.as_str())
        .bind(name)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("store a prompt"))
}

/// Stores a version.
pub(crate) async fn add(
    conn: &mut PgConnection,
    prompt: PromptId,
    version: i32,
    text: &str,
    shipped: bool,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO prompt_versions (prompt_id, version, text, shipped) VALUES ($1, $2, $3, $4)",
    )
    .bind(prompt.uuid())
    .bind(version)
    .bind(text)
    .bind(shipped)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a prompt's version"))
}

/// The newest version with this text.
pub(crate) async fn with_text(
    conn: &mut PgConnection,
    prompt: PromptId,
    text: &str,
) -> Result<Option<i32>, Error> {
    sqlx::query_scalar(
        "SELECT max(version) FROM prompt_versions WHERE prompt_id = $1 AND text = $2",
    )
    .bind(prompt.uuid())
    .bind(text)
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for a prompt's text"))
}

/// Whether there is this version.
pub(crate) async fn has(
    conn: &mut PgConnection,
    prompt: PromptId,
    version: i32,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM prompt_versions WHERE prompt_id = $1 AND version = $2)",
    )
    .bind(prompt.uuid())
    .bind(version)
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for a prompt's version"))
}

/// The version that `name`, `name@label` or `name@3` means: the tenant's own prompt, else the one that shipped. A label is
/// taken as it was at `at`, or as it was first if it did not exist then.
pub(crate) async fn find(
    pool: &PgPool,
    tenant: &TenantId,
    reference: &str,
    at: Timestamp,
) -> Result<Option<Version>, Error> {
    let (name, label) = reference.split_once('@').unwrap_or((reference, PRODUCTION));
    sqlx::query_as(
        "SELECT p.prompt_id, p.name, v.version, v.text
         FROM prompts p JOIN prompt_versions v ON v.prompt_id = p.prompt_id
         LEFT JOIN LATERAL (SELECT version FROM prompt_moves WHERE prompt_id = p.prompt_id AND label = $3
             ORDER BY moved_at <= $5 DESC, abs(extract(epoch FROM moved_at - $5)) LIMIT 1) named ON true
         WHERE p.name = $2 AND p.tenant IN ($1, $4) AND (v.version = named.version OR v.version::text = $3)
         ORDER BY p.tenant = $1 DESC LIMIT 1",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(label)
    .bind(TenantId::default_tenant().as_str())
    .bind(at)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("find a prompt"))
}
