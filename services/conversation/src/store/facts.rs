//! Tables `memories`, `facts` and `recalls`.

use crate::recall::{Found, Measured};
use ::store::Error;
use embedding::Embedding;
use events::{Fact, FactSource, FactState, Recalled, Timestamp};
use ids::{FactId, MemoryId, RunId, TenantId};
use sqlx::{FromRow, PgConnection, types::Uuid};

/// Facts that may always be in context are read as far as this; more would not fit any model.
const ALWAYS: i64 = 200;
/// Of each way of searching.
const CANDIDATES: i64 = 20;
/// Words shorter than this are in every sentence.
const SHORTEST_WORD: i32 = 4;

#[derive(FromRow)]
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
    uses: i32,
    learned_at: Timestamp,
    changed_at: Timestamp,
    #[sqlx(default)]
    score: Option<f32>,
}

impl Row {
    fn measured(self) -> Result<Measured, Error> {
        let unknown = |word: &str| Error::Stored {
            what: "fact",
            cause: format!("`{word}`"),
        };
        let fact = Fact {
            fact_id: FactId::from_uuid(self.fact_id),
            memory_id: MemoryId::from_uuid(self.memory_id),
            text: self.text,
            source: match self.source.as_str() {
                "explicit" => FactSource::Explicit,
                "inferred" => FactSource::Inferred,
                other => return Err(unknown(other)),
            },
            state: match self.state.as_str() {
                "proposed" => FactState::Proposed,
                "held" => FactState::Held,
                "superseded" => FactState::Superseded,
                other => return Err(unknown(other)),
            },
            pinned: self.pinned,
            replaces: self.replaces.map(FactId::from_uuid),
            replaced_by: self.replaced_by.map(FactId::from_uuid),
            run_id: self.run_id.map(RunId::from_uuid),
            uses: u32::try_from(self.uses).unwrap_or_default(),
            learned_at: self.learned_at,
            changed_at: self.changed_at,
        };
        Ok((fact, self.score))
    }

    fn fact(self) -> Result<Fact, Error> {
        Ok(self.measured()?.0)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT fact_id, memory_id, text, source, state, pinned, replaces, replaced_by, run_id, uses, learned_at, changed_at ",
            $rest
        )
    };
}

/// Takes hold of a memory until the transaction ends; it exists from now on.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    memory: MemoryId,
    tenant: &TenantId,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO memories AS known (memory_id, tenant_id) VALUES ($1, $2)
         ON CONFLICT (memory_id) DO UPDATE SET tenant_id = known.tenant_id",
    )
    .bind(memory.uuid())
    .bind(tenant.as_str())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("hold a memory"))
}

/// True the first time: whose memory it is must be told along with what is learned now.
pub(crate) async fn tell(conn: &mut PgConnection, memory: MemoryId) -> Result<bool, Error> {
    let done =
        sqlx::query("UPDATE memories SET is_told = true WHERE memory_id = $1 AND NOT is_told")
            .bind(memory.uuid())
            .execute(conn)
            .await
            .map_err(Error::query("note that a memory is told of"))?;
    Ok(done.rows_affected() == 1)
}

/// Whether there is anything in a memory.
pub(crate) async fn has_any(conn: &mut PgConnection, memory: MemoryId) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM facts WHERE memory_id = $1)")
        .bind(memory.uuid())
        .fetch_one(conn)
        .await
        .map_err(Error::query("look into a memory"))
}

/// One fact of a memory.
pub(crate) async fn one(
    conn: &mut PgConnection,
    memory: MemoryId,
    id: FactId,
) -> Result<Option<Fact>, Error> {
    let row: Option<Row> =
        sqlx::query_as(select!("FROM facts WHERE memory_id = $1 AND fact_id = $2"))
            .bind(memory.uuid())
            .bind(id.uuid())
            .fetch_optional(conn)
            .await
            .map_err(Error::query("read a fact"))?;
    row.map(Row::fact).transpose()
}

/// The same words, whatever their case, as long as they count.
pub(crate) async fn with_text(
    conn: &mut PgConnection,
    memory: MemoryId,
    text: &str,
) -> Result<Option<Fact>, Error> {
    let row: Option<Row> = sqlx::query_as(select!(
        "FROM facts WHERE memory_id = $1 AND state <> 'superseded' AND lower(text) = lower($2) ORDER BY fact_id LIMIT 1"
    ))
    .bind(memory.uuid())
    .bind(text)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for a fact"))?;
    row.map(Row::fact).transpose()
}

/// How many suppositions wait, and how many facts there are.
pub(crate) async fn counts(conn: &mut PgConnection, memory: MemoryId) -> Result<(i64, i64), Error> {
    sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 'proposed'), count(*) FROM facts WHERE memory_id = $1",
    )
    .bind(memory.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("count facts"))
}

/// Stores a new fact.
pub(crate) async fn add(
    conn: &mut PgConnection,
    fact: &Fact,
    embedding: Option<&Embedding>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO facts (fact_id, memory_id, text, source, state, pinned, replaces, run_id, learned_at, changed_at,
             vector, vector_model)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::halfvec, $12)",
    )
    .bind(fact.fact_id.uuid())
    .bind(fact.memory_id.uuid())
    .bind(&fact.text)
    .bind(fact.source.as_str())
    .bind(fact.state.as_str())
    .bind(fact.pinned)
    .bind(fact.replaces.map(FactId::uuid))
    .bind(fact.run_id.map(RunId::uuid))
    .bind(fact.learned_at)
    .bind(fact.changed_at)
    .bind(embedding.map(written))
    .bind(embedding.map(|embedding| embedding.model.as_str()))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a fact"))
}

/// Stores where a fact stands now.
pub(crate) async fn update(conn: &mut PgConnection, fact: &Fact) -> Result<(), Error> {
    sqlx::query(
        "UPDATE facts SET source = $2, state = $3, pinned = $4, replaced_by = $5, uses = $6, changed_at = $7
         WHERE fact_id = $1",
    )
    .bind(fact.fact_id.uuid())
    .bind(fact.source.as_str())
    .bind(fact.state.as_str())
    .bind(fact.pinned)
    .bind(fact.replaced_by.map(FactId::uuid))
    .bind(i32::try_from(fact.uses).unwrap_or(i32::MAX))
    .bind(fact.changed_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("change a fact"))
}

/// What a memory has for a question. Vectors of another model say nothing about this one's.
pub(crate) async fn search(
    conn: &mut PgConnection,
    memory: MemoryId,
    question: &str,
    embedding: Option<&Embedding>,
) -> Result<Found, Error> {
    let vector = embedding.map(written);
    let model = embedding.map(|embedding| embedding.model.as_str());
    let always: Vec<Row> = sqlx::query_as(select!(
        ", CASE WHEN vector_model = $3 THEN (1 - (vector <=> $2::text::halfvec))::real END AS score
         FROM facts WHERE memory_id = $1 AND state = 'held' AND (pinned OR source = 'explicit')
         ORDER BY pinned DESC, score DESC NULLS LAST, fact_id DESC LIMIT $4"
    ))
    .bind(memory.uuid())
    .bind(&vector)
    .bind(model)
    .bind(ALWAYS)
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("read what is always in context"))?;
    let near: Vec<Row> = sqlx::query_as(select!(
        ", (1 - (vector <=> $2::text::halfvec))::real AS score
         FROM facts WHERE memory_id = $1 AND vector_model = $3
           AND NOT pinned AND (state = 'proposed' OR state = 'held' AND source = 'inferred')
         ORDER BY vector <=> $2::text::halfvec LIMIT $4"
    ))
    .bind(memory.uuid())
    .bind(&vector)
    .bind(model)
    .bind(CANDIDATES)
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("read what is near a question"))?;
    let worded: Vec<Row> = sqlx::query_as(select!(
        ", CASE WHEN vector_model = $3 THEN (1 - (vector <=> $4::text::halfvec))::real END AS score
         FROM facts, (SELECT websearch_to_tsquery('simple', string_agg(word, ' or ')) AS query
             FROM unnest(tsvector_to_array(to_tsvector('simple', $2))) AS word WHERE length(word) >= $6) AS asked
         WHERE memory_id = $1 AND words @@ query
           AND NOT pinned AND (state = 'proposed' OR state = 'held' AND source = 'inferred')
         ORDER BY ts_rank(words, query) DESC, fact_id DESC LIMIT $5"
    ))
    .bind(memory.uuid())
    .bind(question)
    .bind(model)
    .bind(&vector)
    .bind(CANDIDATES)
    .bind(SHORTEST_WORD)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what has the words of a question"))?;
    Ok(Found {
        always: measured(always)?,
        near: measured(near)?,
        worded: measured(worded)?,
    })
}

fn measured(rows: Vec<Row>) -> Result<Vec<Measured>, Error> {
    rows.into_iter().map(Row::measured).collect()
}

/// Notes what an answer can rest on.
pub(crate) async fn recalled(
    conn: &mut PgConnection,
    run: RunId,
    facts: &[Recalled],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = facts.iter().map(|fact| fact.fact_id.uuid()).collect();
    let why: Vec<&str> = facts.iter().map(|fact| fact.why.as_str()).collect();
    sqlx::query(
        "INSERT INTO recalls (run_id, fact_id, why) SELECT $1, * FROM unnest($2::uuid[], $3::text[])",
    )
    .bind(run.uuid())
    .bind(&ids)
    .bind(&why)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note what was recalled"))
}

/// The related facts of an answer, which nobody else changes meanwhile.
pub(crate) async fn used_by(conn: &mut PgConnection, run: RunId) -> Result<Vec<Fact>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "FROM facts WHERE fact_id IN (SELECT fact_id FROM recalls WHERE run_id = $1 AND why = 'related')
         ORDER BY fact_id FOR UPDATE"
    ))
    .bind(run.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what an answer used"))?;
    rows.into_iter().map(Row::fact).collect()
}

/// Removes a fact, and suppositions that came of answers with it in their context; those.
pub(crate) async fn forget(
    conn: &mut PgConnection,
    memory: MemoryId,
    id: FactId,
) -> Result<Vec<FactId>, Error> {
    let gone: Vec<Uuid> = sqlx::query_scalar(
        "WITH RECURSIVE derived (fact_id) AS (
             SELECT $2::uuid
             UNION
             SELECT f.fact_id FROM derived d JOIN recalls r ON r.fact_id = d.fact_id JOIN facts f ON f.run_id = r.run_id
             WHERE f.memory_id = $1 AND f.source = 'inferred')
         DELETE FROM facts USING derived WHERE facts.fact_id = derived.fact_id AND memory_id = $1
         RETURNING facts.fact_id",
    )
    .bind(memory.uuid())
    .bind(id.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("forget a fact"))?;
    Ok(gone.into_iter().map(FactId::from_uuid).collect())
}

/// Rows that still name one of these facts, and vectors of them.
pub(crate) async fn left(conn: &mut PgConnection, gone: &[FactId]) -> Result<(i64, i64), Error> {
    let gone: Vec<Uuid> = gone.iter().map(|id| id.uuid()).collect();
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM facts WHERE fact_id = ANY($1) OR replaces = ANY($1) OR replaced_by = ANY($1))
             + (SELECT count(*) FROM recalls WHERE fact_id = ANY($1)),
             (SELECT count(*) FROM facts WHERE fact_id = ANY($1) AND vector IS NOT NULL)",
    )
    .bind(&gone)
    .fetch_one(conn)
    .await
    .map_err(Error::query("count what is left of a fact"))
}

/// Facts whose vector is not this model's.
pub(crate) async fn stale(
    conn: &mut PgConnection,
    model: &str,
    limit: i64,
) -> Result<Vec<(Uuid, String)>, Error> {
    sqlx::query_as(
        "SELECT fact_id, text FROM facts WHERE vector_model IS DISTINCT FROM $1 ORDER BY fact_id LIMIT $2",
    )
    .bind(model)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("look for facts without a vector"))
}

/// Gives a fact its vector.
pub(crate) async fn embed(
    conn: &mut PgConnection,
    id: Uuid,
    embedding: &Embedding,
) -> Result<(), Error> {
    sqlx::query("UPDATE facts SET vector = $2::text::halfvec, vector_model = $3 WHERE fact_id = $1")
        .bind(id)
        .bind(written(embedding))
        .bind(&embedding.model)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("store a vector"))
}

/// Whether anything is known of anybody.
pub(crate) async fn any(conn: &mut PgConnection) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM facts)")
        .fetch_one(conn)
        .await
        .map_err(Error::query("look for facts"))
}

/// As pgvector reads it.
fn written(embedding: &Embedding) -> String {
    let numbers: Vec<String> = embedding.vector.iter().map(f32::to_string).collect();
    format!("[{}]", numbers.join(","))
}
