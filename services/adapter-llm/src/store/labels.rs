//! Table `prompt_moves`: which version a label names.

use ::store::Error;
use chrono::{DateTime, Utc};
use ids::PromptId;
use sqlx::PgConnection;

/// Makes a label name a version from now on; when that is.
pub(crate) async fn place(
    conn: &mut PgConnection,
    prompt: PromptId,
    label: &str,
    version: i32,
) -> Result<DateTime<Utc>, Error> {
    sqlx::query_scalar(
        "INSERT INTO prompt_moves (prompt_id, label, version) VALUES ($1, $2, $3) RETURNING moved_at",
    )
    .bind(prompt.uuid())
    .bind(label)
    .bind(version)
    .fetch_one(conn)
    .await
    .map_err(Error::query("label a prompt's version"))
}

/// The version that a label names now.
pub(crate) async fn current(
    conn: &mut PgConnection,
    prompt: PromptId,
    label: &str,
) -> Result<Option<i32>, Error> {
    sqlx::query_scalar(
        "SELECT version FROM prompt_moves WHERE prompt_id = $1 AND label = $2 ORDER BY moved_at DESC LIMIT 1",
    )
    .bind(prompt.uuid())
    .bind(label)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a label"))
}

/// Whether a label has named this version before.
pub(crate) async fn has_named(
    conn: &mut PgConnection,
    prompt: PromptId,
    label: &str,
    version: i32,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM prompt_moves WHERE prompt_id = $1 AND label = $2 AND version = $3)",
    )
    .bind(prompt.uuid())
    .bind(label)
    .bind(version)
    .fetch_one(conn)
    .await
    .map_err(Error::query("read a label's past"))
}

/// How many labels a prompt has besides this one.
pub(crate) async fn others(
    conn: &mut PgConnection,
    prompt: PromptId,
    label: &str,
) -> Result<i64, Error> {
    sqlx::query_scalar(
        "SELECT count(DISTINCT label) FROM prompt_moves WHERE prompt_id = $1 AND label <> $2",
    )
    .bind(prompt.uuid())
    .bind(label)
    .fetch_one(conn)
    .await
    .map_err(Error::query("count a prompt's labels"))
}
