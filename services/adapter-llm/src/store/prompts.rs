//! Tables `prompts`, `prompt_versions` and `prompt_labels`.

use ::store::Error;
use ids::{PromptId, TenantId};
use sqlx::{FromRow, PgConnection, PgPool, types::Uuid};

/// The label that a bare name means.
const PRODUCTION: &str = "production";
/// One advisory lock for all changes of prompts; there are few.
const LOCK: i64 = 0x0073_7470_726f_6d70;

/// A prompt with the version that is in production.
#[derive(FromRow)]
pub(crate) struct Prompt {
    pub(crate) tenant: String,
    pub(crate) name: String,
    pub(crate) production: i32,
    pub(crate) text: String,
    pub(crate) shipped: bool,
    /// The highest version there is.
    pub(crate) latest: i32,
}

/// One version, found by a reference.
#[derive(FromRow)]
pub(crate) struct Version {
    name: String,
    version: i32,
    pub(crate) text: String,
}

impl Version {
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
        "SELECT p.tenant, p.name, v.version AS production, v.text, v.shipped,
             (SELECT max(version) FROM prompt_versions WHERE prompt_id = p.prompt_id) AS latest
         FROM prompts p
         JOIN prompt_labels l ON l.prompt_id = p.prompt_id AND l.label = $2
         JOIN prompt_versions v ON v.prompt_id = p.prompt_id AND v.version = l.version
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

/// Makes a version the one that the bare name means.
pub(crate) async fn put_into_production(
    conn: &mut PgConnection,
    prompt: PromptId,
    version: i32,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO prompt_labels (prompt_id, label, version) VALUES ($1, $2, $3)
         ON CONFLICT (prompt_id, label) DO UPDATE SET version = excluded.version",
    )
    .bind(prompt.uuid())
    .bind(PRODUCTION)
    .bind(version)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("label a prompt's version"))
}

/// The version that `name`, `name@label` or `name@3` means: the tenant's own prompt, else the one that shipped.
pub(crate) async fn find(
    pool: &PgPool,
    tenant: &TenantId,
    reference: &str,
) -> Result<Option<Version>, Error> {
    let (name, label) = reference.split_once('@').unwrap_or((reference, PRODUCTION));
    sqlx::query_as(
        "SELECT p.name, v.version, v.text
         FROM prompts p JOIN prompt_versions v ON v.prompt_id = p.prompt_id
         LEFT JOIN prompt_labels l ON l.prompt_id = v.prompt_id AND l.version = v.version AND l.label = $3
         WHERE p.name = $2 AND p.tenant IN ($1, $4) AND (l.label IS NOT NULL OR v.version::text = $3)
         ORDER BY p.tenant = $1 DESC LIMIT 1",
    )
    .bind(tenant.as_str())
    .bind(name)
    .bind(label)
    .bind(TenantId::default_tenant().as_str())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("find a prompt"))
}
