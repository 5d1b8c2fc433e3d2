//! Prompts.

use crate::read::{
    Prompt,
    prompts::{Drift, PromptVersion},
};
use ::store::Error;
use events::{PRODUCTION, Timestamp};
use ids::PromptId;
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    prompt_id: Uuid,
    name: String,
    version: i32,
    text: String,
    updated_at: Timestamp,
    versions: Vec<i32>,
    labels: Json<BTreeMap<String, i32>>,
    drift: Option<Json<Drift>>,
}

impl From<Row> for Prompt {
    fn from(row: Row) -> Self {
        Self {
            id: PromptId::from_uuid(row.prompt_id),
            name: row.name,
            label: PRODUCTION.to_owned(),
            version: row.version,
            text: row.text,
            updated_at: row.updated_at,
            versions: row.versions,
            labels: row.labels.0,
            // What was put right since is no news.
            drift: row
                .drift
                .map(|Json(drift)| drift)
                .filter(|drift| drift.version == row.version),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.prompt_id, p.name, p.version, p.text, p.updated_at,
                 ARRAY(SELECT v.version FROM prompt_versions v WHERE v.prompt_id = p.prompt_id ORDER BY 1) AS versions,
                 coalesce((SELECT json_object_agg(l.label, l.version) FROM prompt_labels l WHERE l.prompt_id = p.prompt_id), '{}')
                     AS labels, p.drift
             FROM prompts p ",
            $rest
        )
    };
}

/// One prompt.
pub(crate) async fn one(conn: &mut PgConnection, id: PromptId) -> Result<Option<Prompt>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE p.prompt_id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read a prompt"))?;
    Ok(row.map(Prompt::from))
}

/// Those of `visible` behind `after`, by name.
pub(crate) async fn page(
    conn: &mut PgConnection,
    visible: &[Uuid],
    after: Option<(String, Uuid)>,
    limit: i64,
) -> Result<Vec<Prompt>, Error> {
    let (name, id) = after.unzip();
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE p.prompt_id = ANY($1) AND ($2::text IS NULL OR (p.name, p.prompt_id) > ($2, $3))
         ORDER BY p.name, p.prompt_id LIMIT $4"
    ))
    .bind(visible)
    .bind(name)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list prompts"))?;
    Ok(rows.into_iter().map(Prompt::from).collect())
}

/// One version.
pub(crate) async fn version(
    conn: &mut PgConnection,
    id: PromptId,
    version: i32,
) -> Result<Option<PromptVersion>, Error> {
    let row: Option<(String, Timestamp)> = sqlx::query_as(
        "SELECT text, saved_at FROM prompt_versions WHERE prompt_id = $1 AND version = $2",
    )
    .bind(id.uuid())
    .bind(version)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a prompt's version"))?;
    Ok(row.map(|(text, saved_at)| PromptVersion {
        version,
        text,
        saved_at,
    }))
}
