//! Statements of what assistants look up.

use ::store::Error;
use ids::{InboxItemId, MessageId, RunId, TenantId};
use sqlx::{PgConnection, types::Uuid};

/// Something that an answer may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Run(RunId),
    Item(InboxItemId),
}

/// Those of these workflows whose name has this in it, in any case.
pub(super) async fn named(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    name: &str,
) -> Result<Vec<Uuid>, Error> {
    sqlx::query_scalar(
        "SELECT workflow_id FROM workflows WHERE workflow_id = ANY($1) AND strpos(lower(name), lower($2)) > 0",
    )
    .bind(workflows)
    .bind(name)
    .fetch_all(conn)
    .await
    .map_err(Error::query("find workflows by name"))
}

/// The first and the last frame of a run's log, each a JSON array.
#[derive(sqlx::FromRow)]
pub(super) struct Ends {
    #[sqlx(rename = "run_id")]
    pub(super) run: Uuid,
    pub(super) first: String,
    pub(super) last: String,
}

/// How these runs began and ended.
pub(super) async fn ends(conn: &mut PgConnection, runs: &[Uuid]) -> Result<Vec<Ends>, Error> {
    sqlx::query_as(
        "SELECT r.run_id, first.events AS first, last.events AS last FROM unnest($1::uuid[]) AS r (run_id)
         CROSS JOIN LATERAL (SELECT events FROM run_frames f WHERE f.run_id = r.run_id ORDER BY first_seq LIMIT 1) first
         CROSS JOIN LATERAL (SELECT events FROM run_frames f WHERE f.run_id = r.run_id ORDER BY first_seq DESC LIMIT 1) last",
    )
    .bind(runs)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read how runs began and ended"))
}

/// Notes what an answer was shown.
pub(super) async fn note(
    conn: &mut PgConnection,
    tenant: &TenantId,
    answer: MessageId,
    sources: &[Source],
) -> Result<(), Error> {
    let (kinds, ids): (Vec<&str>, Vec<Uuid>) = sources
        .iter()
        .map(|source| match source {
            Source::Run(id) => ("run", id.uuid()),
            Source::Item(id) => ("item", id.uuid()),
        })
        .unzip();
    sqlx::query(
        "INSERT INTO answer_sources (message_id, kind, thing_id, tenant_id)
         SELECT $1, kind, thing, $2 FROM unnest($3::text[], $4::uuid[]) AS t (kind, thing) ON CONFLICT DO NOTHING",
    )
    .bind(answer.uuid())
    .bind(tenant.as_str())
    .bind(&kinds)
    .bind(&ids)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note what an answer was shown"))
}
