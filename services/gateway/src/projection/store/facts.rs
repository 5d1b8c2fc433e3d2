//! What assistants know, what they forgot, and what answers rest on.

use super::changed;
use ::store::Error;
use bus::Envelope;
use events::{Fact, FactForgotten, Recalled};
use ids::{FactId, MessageId, RunId, TenantId};
use sqlx::{PgConnection, types::Uuid};

/// A fact as it is now; false when something newer is known, or it was forgotten meanwhile.
pub(crate) async fn put(
    conn: &mut PgConnection,
    envelope: &Envelope,
    fact: &Fact,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "INSERT INTO facts AS f (fact_id, tenant_id, memory_id, text, source, state, pinned, replaces, replaced_by, run_id,
             uses, learned_at, changed_at, zed_token)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
         WHERE NOT EXISTS (SELECT FROM forgettings WHERE fact_id = $1 OR also @> ARRAY[$1])
         ON CONFLICT (fact_id) DO UPDATE SET source = excluded.source, state = excluded.state, pinned = excluded.pinned,
             replaced_by = excluded.replaced_by, uses = excluded.uses, changed_at = excluded.changed_at,
             zed_token = coalesce(excluded.zed_token, f.zed_token)
         WHERE f.changed_at <= excluded.changed_at",
    )
    .bind(fact.fact_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(fact.memory_id.uuid())
    .bind(&fact.text)
    .bind(fact.source.as_str())
    .bind(fact.state.as_str())
    .bind(fact.pinned)
    .bind(fact.replaces.map(FactId::uuid))
    .bind(fact.replaced_by.map(FactId::uuid))
    .bind(fact.run_id.map(RunId::uuid))
    .bind(i64::from(fact.uses))
    .bind(fact.learned_at)
    .bind(fact.changed_at)
    .bind(&envelope.zed_token)
    .execute(conn)
    .await;
    changed(result, "store a fact")
}

/// A fact is gone, and what went along.
pub(crate) async fn forget(
    conn: &mut PgConnection,
    tenant: &TenantId,
    forgotten: &FactForgotten,
) -> Result<(), Error> {
    let also: Vec<Uuid> = forgotten.also.iter().map(|id| id.uuid()).collect();
    sqlx::query(
        "WITH forgotten AS (
             INSERT INTO forgettings (fact_id, tenant_id, memory_id, also, rows_left, vectors_left, forgotten_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING),
         unlinked AS (
             UPDATE facts SET replaces = CASE WHEN replaces = ANY($1 || $4) THEN NULL ELSE replaces END,
                 replaced_by = CASE WHEN replaced_by = ANY($1 || $4) THEN NULL ELSE replaced_by END
             WHERE (replaces = ANY($1 || $4) OR replaced_by = ANY($1 || $4)) AND fact_id <> ALL($1 || $4)),
         unread AS (DELETE FROM recalled_facts WHERE fact_id = ANY($1 || $4))
         DELETE FROM facts WHERE fact_id = ANY($1 || $4)",
    )
    .bind(forgotten.fact_id.uuid())
    .bind(tenant.as_str())
    .bind(forgotten.memory_id.uuid())
    .bind(&also)
    .bind(i64::try_from(forgotten.rows_left).unwrap_or(i64::MAX))
    .bind(i64::try_from(forgotten.vectors_left).unwrap_or(i64::MAX))
    .bind(forgotten.forgotten_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("forget a fact"))
}

/// What an answer could rest on.
pub(crate) async fn recalled(
    conn: &mut PgConnection,
    tenant: &TenantId,
    message: MessageId,
    facts: &[Recalled],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = facts.iter().map(|fact| fact.fact_id.uuid()).collect();
    let why: Vec<&str> = facts.iter().map(|fact| fact.why.as_str()).collect();
    let scores: Vec<Option<f32>> = facts.iter().map(|fact| fact.score).collect();
    sqlx::query(
        "INSERT INTO recalled_facts (message_id, position, tenant_id, fact_id, why, score)
         SELECT $1, position, $2, fact, why, score
         FROM unnest($3::uuid[], $4::text[], $5::real[]) WITH ORDINALITY AS t (fact, why, score, position)
         ON CONFLICT DO NOTHING",
    )
    .bind(message.uuid())
    .bind(tenant.as_str())
    .bind(&ids)
    .bind(&why)
    .bind(&scores)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note what an answer rests on"))
}
