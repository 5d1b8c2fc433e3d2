//! Runs and their logs, many at a time.

use crate::projection::runs::{FrameRow, RunRow};
use ::store::Error;
use ids::{AccountId, InboxItemId, TenantId};
use sqlx::{PgConnection, Row, types::Uuid};

/// Appends frames; those that are there already stay.
pub(crate) async fn append_frames(
    conn: &mut PgConnection,
    frames: &[FrameRow<'_>],
) -> Result<(), Error> {
    let runs: Vec<Uuid> = frames.iter().map(|frame| frame.run_id.uuid()).collect();
    let first: Vec<i64> = frames.iter().map(|frame| frame.first_seq).collect();
    let last: Vec<i64> = frames.iter().map(|frame| frame.last_seq).collect();
    let tenants: Vec<&str> = frames.iter().map(|frame| frame.tenant.as_str()).collect();
    let events: Vec<&str> = frames.iter().map(|frame| frame.events.as_str()).collect();
    sqlx::query(
        "INSERT INTO run_frames (run_id, first_seq, last_seq, tenant_id, events)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
         ON CONFLICT DO NOTHING",
    )
    .bind(&runs)
    .bind(&first)
    .bind(&last)
    .bind(&tenants)
    .bind(&events)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("append run frames"))
}

/// An inbox item that changed because of its run; without an account its mail is not known yet.
pub(crate) struct ChangedItem {
    pub(crate) item: InboxItemId,
    pub(crate) tenant: TenantId,
    pub(crate) account: Option<AccountId>,
}

/// Merges what is known of some runs, each named once, and carries it on to the inbox items that caused them.
///
/// Of several runs of one item, the first that classified it speaks for it, or else the first; dry runs do not speak.
pub(crate) async fn merge(
    conn: &mut PgConnection,
    runs: &[RunRow],
) -> Result<Vec<ChangedItem>, Error> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    macro_rules! column {
        ($row:ident => $value:expr) => {
            runs.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    let rows = sqlx::query(MERGE)
        .bind(column!(run => run.run_id.uuid()))
        .bind(column!(run => run.tenant.as_str()))
        .bind(column!(run => run.workflow_id.uuid()))
        .bind(column!(run => run.end.as_ref().map_or("running", |end| end.status)))
        .bind(column!(run => run.version_id.map(ids::VersionId::uuid)))
        .bind(column!(run => run.start.as_ref().map(|start| start.trigger.kind.as_str())))
        .bind(column!(run => run.start.as_ref().map(|start| start.trigger.node.as_str())))
        .bind(column!(run => run.start.as_ref().and_then(|start| Some(start.trigger.trigger_id?.uuid()))))
        .bind(column!(run => run.start.as_ref().map(|start| start.trigger.event_id.uuid())))
        .bind(column!(run => run.start.as_ref().map(|start| start.at)))
        .bind(column!(run => run.end.as_ref().map(|end| end.at)))
        .bind(column!(run => run.end.as_ref().and_then(|end| end.error.as_deref())))
        .bind(column!(run => run.verdict.as_ref().map(|verdict| verdict.category.as_str())))
        .bind(column!(run => run.verdict.as_ref().and_then(|verdict| verdict.confidence)))
        .bind(column!(run => run.verdict.as_ref().map(|verdict| verdict.seq)))
        .bind(column!(run => run.urgent))
        .bind(column!(run => run.start.as_ref().and_then(|start| Some(start.parent?.uuid()))))
        .bind(column!(run => run.start.as_ref().and_then(|start| start.variant.as_deref())))
        .fetch_all(conn)
        .await
        .map_err(Error::query("merge runs"))?;
    rows.iter()
        .map(|row| {
            let tenant: String = row.try_get(1)?;
            Ok(ChangedItem {
                item: InboxItemId::from_uuid(row.try_get(0)?),
                tenant: tenant
                    .parse()
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                account: row.try_get::<Option<Uuid>, _>(2)?.map(AccountId::from_uuid),
            })
        })
        .collect::<Result<_, sqlx::Error>>()
        .map_err(Error::query("read changed inbox items"))
}

const MERGE: &str = "
WITH merged AS (
    INSERT INTO runs AS r (run_id, tenant_id, workflow_id, status, version_id, trigger_kind, trigger_node, trigger_id,
        event_id, started_at, ended_at, error, category, confidence, category_seq, urgent, parent_run_id, variant)
    SELECT run_id, tenant_id, workflow_id, status, version_id, trigger_kind, trigger_node, trigger_id, event_id,
        started_at, ended_at, error::json, category, confidence, category_seq, urgent, parent_run_id, variant::json
    FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[],
        $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::float8[], $15::bigint[],
        $16::boolean[], $17::uuid[], $18::text[])
        AS t (run_id, tenant_id, workflow_id, status, version_id, trigger_kind, trigger_node, trigger_id, event_id,
        started_at, ended_at, error, category, confidence, category_seq, urgent, parent_run_id, variant)
    ON CONFLICT (run_id) DO UPDATE SET
        status = CASE WHEN excluded.ended_at IS NULL THEN r.status ELSE excluded.status END,
        version_id = coalesce(r.version_id, excluded.version_id),
        trigger_kind = coalesce(r.trigger_kind, excluded.trigger_kind),
        trigger_node = coalesce(r.trigger_node, excluded.trigger_node),
        trigger_id = coalesce(r.trigger_id, excluded.trigger_id),
        event_id = coalesce(r.event_id, excluded.event_id),
        started_at = coalesce(r.started_at, excluded.started_at),
        ended_at = coalesce(r.ended_at, excluded.ended_at),
        error = coalesce(r.error, excluded.error),
        category = CASE WHEN excluded.category_seq > coalesce(r.category_seq, 0) THEN excluded.category ELSE r.category END,
        confidence = CASE WHEN excluded.category_seq > coalesce(r.category_seq, 0)
            THEN excluded.confidence ELSE r.confidence END,
        category_seq = greatest(r.category_seq, excluded.category_seq),
        urgent = r.urgent OR excluded.urgent,
        parent_run_id = coalesce(r.parent_run_id, excluded.parent_run_id),
        variant = coalesce(r.variant, excluded.variant)
    RETURNING run_id, tenant_id, workflow_id, trigger_kind, event_id, category, confidence, urgent, variant),
caused AS (
    SELECT DISTINCT ON (event_id) event_id, tenant_id, run_id, workflow_id, category, confidence,
        bool_or(urgent) OVER (PARTITION BY event_id) AS urgent
    FROM merged WHERE trigger_kind = 'integration_event' AND coalesce(variant->>'dry', '') <> 'true'
    ORDER BY event_id, category IS NULL, run_id)
INSERT INTO inbox_items AS i (item_id, tenant_id, run_id, workflow_id, category, confidence, urgent)
SELECT event_id, tenant_id, run_id, workflow_id, category, confidence, urgent FROM caused
ON CONFLICT (item_id) DO UPDATE SET
    run_id = CASE WHEN i.run_id IS NULL OR i.run_id = excluded.run_id
        OR (excluded.category IS NULL, excluded.run_id) < (i.category IS NULL, i.run_id) THEN excluded.run_id ELSE i.run_id END,
    workflow_id = CASE WHEN i.run_id IS NULL OR i.run_id = excluded.run_id
        OR (excluded.category IS NULL, excluded.run_id) < (i.category IS NULL, i.run_id) THEN excluded.workflow_id ELSE i.workflow_id END,
    category = CASE WHEN i.run_id IS NULL OR i.run_id = excluded.run_id
        OR (excluded.category IS NULL, excluded.run_id) < (i.category IS NULL, i.run_id) THEN excluded.category ELSE i.category END,
    confidence = CASE WHEN i.run_id IS NULL OR i.run_id = excluded.run_id
        OR (excluded.category IS NULL, excluded.run_id) < (i.category IS NULL, i.run_id) THEN excluded.confidence ELSE i.confidence END,
    urgent = i.urgent OR excluded.urgent
RETURNING item_id, tenant_id, account_id";
