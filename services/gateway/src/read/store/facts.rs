//! Facts, and that they were forgotten.

use super::{After, split};
use crate::read::facts::{Fact, FactState, Forgetting};
use ::store::Error;
use events::Timestamp;
use ids::{FactId, RunId};
use sqlx::{PgConnection, types::Uuid};

#[derive(sqlx::FromRow)]
struct Row {
    fact_id: Uuid,
    memory_id: Uuid,
    text: String,
    source: String,
    state: String,
    pinned: bool,
    replaces: Option<Uuid>,
    replaced_by: Option<Uuid>,
    run_id: Option<Uuid>,
    uses: i64,
    learned_at: Timestamp,
    changed_at: Timestamp,
}

impl From<Row> for Fact {
    fn from(row: Row) -> Self {
        Self {
            id: FactId::from_uuid(row.fact_id),
            text: row.text,
            source: row.source,
            state: row.state,
            pinned: row.pinned,
            replaces: row.replaces.map(FactId::from_uuid),
            replaced_by: row.replaced_by.map(FactId::from_uuid),
            run_id: row.run_id.map(RunId::from_uuid),
            uses: row.uses,
            learned_at: row.learned_at,
            changed_at: row.changed_at,
            memory: ids::MemoryId::from_uuid(row.memory_id),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT f.fact_id, f.memory_id, f.text, f.source, f.state, f.pinned, f.replaces, f.replaced_by, f.run_id, f.uses,
                 f.learned_at, f.changed_at FROM facts f ",
            $rest
        )
    };
}

/// One fact.
pub(crate) async fn one(conn: &mut PgConnection, id: FactId) -> Result<Option<Fact>, Error> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE f.fact_id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read a fact"))?;
    Ok(row.map(Fact::from))
}

/// Those of these memories behind `after`, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    visible: &[Uuid],
    (state, text): (Option<FactState>, Option<&str>),
    after: After,
    limit: i64,
) -> Result<Vec<Fact>, Error> {
    let (at, id) = split(after);
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE f.memory_id = ANY($1) AND ($2::text IS NULL OR f.state = $2)
           AND ($3::text IS NULL OR strpos(lower(f.text), lower($3)) > 0)
           AND ($4::timestamptz IS NULL OR (f.learned_at, f.fact_id) < ($4, $5))
         ORDER BY f.learned_at DESC, f.fact_id DESC LIMIT $6"
    ))
    .bind(visible)
    .bind(state.map(FactState::as_str))
    .bind(text)
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list facts"))?;
    Ok(rows.into_iter().map(Fact::from).collect())
}

/// A fact with all that it took the place of, and all that took its place, the oldest first.
pub(crate) async fn history(conn: &mut PgConnection, id: FactId) -> Result<Vec<Fact>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "JOIN (WITH RECURSIVE chain (fact_id) AS (
             SELECT $1::uuid
             UNION
             SELECT other.fact_id FROM chain c JOIN facts known ON known.fact_id = c.fact_id
             JOIN facts other ON other.memory_id = known.memory_id
                 AND (other.fact_id IN (known.replaces, known.replaced_by) OR known.fact_id IN (other.replaces, other.replaced_by)))
         SELECT fact_id FROM chain) AS chain USING (fact_id) ORDER BY f.learned_at, f.fact_id"
    ))
    .bind(id.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the history of a fact"))?;
    Ok(rows.into_iter().map(Fact::from).collect())
}

/// That a fact was forgotten, by itself or along with another.
pub(crate) async fn forgetting(
    conn: &mut PgConnection,
    id: FactId,
) -> Result<Option<Forgetting>, Error> {
    let row: Option<(Uuid, Vec<Uuid>, i64, i64, Timestamp)> = sqlx::query_as(
        "SELECT fact_id, also,
             rows_left + (SELECT count(*) FROM facts WHERE fact_id = $1)
                 + (SELECT count(*) FROM recalled_facts WHERE fact_id = $1),
             vectors_left, forgotten_at
         FROM forgettings WHERE fact_id = $1 OR also @> ARRAY[$1::uuid]",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read that a fact was forgotten"))?;
    Ok(row.map(|(fact, also, rows, vectors, at)| Forgetting {
        fact_id: FactId::from_uuid(fact),
        also: also.into_iter().map(FactId::from_uuid).collect(),
        rows_left: rows,
        vectors_left: vectors,
        forgotten_at: at,
    }))
}
