//! Statements of the search in run logs: a bounded stretch of runs at a time, the newest first.

use super::runs::Span;
use ::store::Error;
use sqlx::{PgConnection, types::Uuid};

/// The ids of runs of these workflows, the newest first.
pub(crate) async fn stretch(
    conn: &mut PgConnection,
    workflows: &[Uuid],
    status: Option<&str>,
    span: Span,
    limit: i64,
) -> Result<Vec<Uuid>, Error> {
    sqlx::query_scalar(
        "SELECT own.run_id FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
             SELECT run_id FROM runs WHERE workflow_id = visible.id AND run_id >= $2 AND run_id < $3
                 AND started_at IS NOT NULL AND ($5::text IS NULL OR status = $5)
             ORDER BY run_id DESC LIMIT $4) own
         ORDER BY own.run_id DESC LIMIT $4",
    )
    .bind(workflows)
    .bind(span.since)
    .bind(span.until)
    .bind(limit)
    .bind(status)
    .fetch_all(conn)
    .await
    .map_err(Error::query("find runs to search in"))
}

/// Those of `runs` whose log has `text`, given in lower case, somewhere. Letters beyond ASCII are compared in any case only
/// when `folds`, which costs more.
pub(crate) async fn with_text(
    conn: &mut PgConnection,
    runs: &[Uuid],
    text: &str,
    folds: bool,
) -> Result<Vec<Uuid>, Error> {
    let statement = match folds {
        true => {
            "SELECT DISTINCT run_id FROM run_frames
             WHERE run_id = ANY($1) AND position($2 IN lower(events)) > 0 ORDER BY run_id DESC"
        }
        false => {
            "SELECT DISTINCT run_id FROM run_frames
             WHERE run_id = ANY($1) AND position($2 IN lower(events COLLATE \"C\")) > 0 ORDER BY run_id DESC"
        }
    };
    sqlx::query_scalar(statement)
        .bind(runs)
        .bind(text)
        .fetch_all(conn)
        .await
        .map_err(Error::query("search run logs"))
}
