//! The one statement that makes runs durable.

use super::waits::{WaitRow, places};
use engine_core::{Idle, Status};
use ids::{AccountId, EventId, RunId, Shard, TenantId, VersionId, WorkflowId};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use store::Error;

/// Everything that one flush makes durable.
#[derive(Debug, Default)]
pub struct Flush {
    pub shards: Vec<ShardRow>,
    pub frames: Vec<FrameRow>,
    pub runs: Vec<RunRow>,
    pub waits: Vec<WaitRow>,
    /// Runs that leave memory with this flush.
    pub parked: Vec<ParkRow>,
    /// Runs that were parked and are awake, or have ended.
    pub woken: Vec<(Shard, RunId)>,
}

/// A shard as the flush leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardRow {
    pub shard: Shard,
    /// The owner's epoch: a flush of another epoch changes nothing.
    pub epoch: u64,
    /// `pos` before the flush: a flush that follows on anything else changes nothing.
    pub was: u64,
    pub pos: u64,
    pub published_pos: u64,
    pub incarnation: i64,
    pub input_seq: u64,
}

/// The events of one run in one flush.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameRow {
    pub shard: Shard,
    pub pos: u64,
    pub run_id: RunId,
    pub first_seq: u64,
    pub last_seq: u64,
    /// A JSON array of run events.
    pub frame: String,
}

/// A run that started or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub shard: Shard,
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub status: Status,
    pub tenant: TenantId,
    pub correlation_id: EventId,
    pub causation_id: EventId,
    pub traceparent: Option<String>,
    /// Milliseconds since the Unix epoch, UTC.
    pub started_at_ms: i64,
    pub ended_at_ms: Option<i64>,
}

/// A run that waits in nobody's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParkRow {
    pub shard: Shard,
    pub run_id: RunId,
    pub idle: Idle,
}

/// The statement, with what only some flushes need before its end.
macro_rules! flush {
    ($more:literal) => {
        concat!(
            "
WITH mine AS (
    UPDATE shards AS s SET pos = n.pos, published_pos = greatest(s.published_pos, n.published_pos),
        incarnation = n.incarnation, input_seq = n.input_seq
    FROM unnest($1::int2[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[])
        AS n(shard, epoch, was, pos, published_pos, incarnation, input_seq)
    WHERE s.shard = n.shard AND s.epoch = n.epoch AND s.pos = n.was
    RETURNING s.shard
), frames AS (
    INSERT INTO run_events (shard, pos, run_id, first_seq, last_seq, frame)
    SELECT e.* FROM unnest($8::int2[], $9::int8[], $10::uuid[], $11::int8[], $12::int8[], $13::text[])
        AS e(shard, pos, run_id, first_seq, last_seq, frame) JOIN mine USING (shard)
), written AS (
    INSERT INTO runs (shard, run_id, workflow_id, version_id, status, tenant_id, correlation_id, causation_id,
        traceparent, started_at, ended_at)
    SELECT r.shard, run_id, workflow_id, version_id, status, tenant_id, correlation_id, causation_id, traceparent,
        to_timestamp(started_at / 1000.0), to_timestamp(ended_at / 1000.0)
    FROM unnest($14::int2[], $15::uuid[], $16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::uuid[], $21::uuid[],
            $22::text[], $23::int8[], $24::int8[])
        AS r(shard, run_id, workflow_id, version_id, status, tenant_id, correlation_id, causation_id, traceparent,
            started_at, ended_at) JOIN mine USING (shard)
    ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at
    WHERE runs.status = 'running'
)",
            $more,
            "
SELECT shard FROM mine"
        )
    };
}

const FLUSH: &str = flush!("");

/// As [`FLUSH`], for a flush in which runs are parked or woken, or begin to wait for an event: others pay nothing for it.
const FLUSH_WAITING: &str = flush!(
    ", parked AS (
    INSERT INTO parked_runs (shard, run_id, wake_at)
    SELECT shard, run_id, to_timestamp(wake_at_ms / 1000.0)
    FROM unnest($25::int2[], $26::uuid[], $27::int8[]) AS p(shard, run_id, wake_at_ms) JOIN mine USING (shard)
    ON CONFLICT (run_id) DO UPDATE SET wake_at = excluded.wake_at
), woken AS (
    DELETE FROM parked_runs AS p USING unnest($28::int2[], $29::uuid[]) AS w(shard, run_id) JOIN mine USING (shard)
    WHERE p.run_id = w.run_id
), waiting AS (
    INSERT INTO event_waits (run_id, workflow_id, tenant_id, node_id, iteration, event_type, account_id, matching, filter)
    SELECT run_id, workflow_id, tenant_id, node_id, iteration::int4[], event_type, account_id, matching::jsonb, filter
    FROM unnest($30::int2[], $31::uuid[], $32::uuid[], $33::text[], $34::text[], $35::text[], $36::text[], $37::uuid[],
            $38::text[], $39::text[])
        AS w(shard, run_id, workflow_id, tenant_id, node_id, iteration, event_type, account_id, matching, filter)
        JOIN mine USING (shard)
    ON CONFLICT DO NOTHING
)"
);

/// How a flush ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Flushed {
    /// Durable for these shards; any other shard of the flush belongs to somebody else.
    Committed(BTreeSet<Shard>),
    /// Nothing is durable: the log of some run already has entries with these numbers.
    Repeats,
}

impl Flush {
    /// Whether there is nothing to make durable.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards.is_empty()
    }

    /// Commits in one statement.
    ///
    /// # Errors
    /// `Query`: whether it is durable is unknown; reload the shards to find out.
    pub async fn commit(&self, conn: &mut PgConnection) -> Result<Flushed, Error> {
        let Self {
            shards,
            frames,
            runs,
            parked,
            woken,
            waits,
        } = self;
        let is_waiting = !(parked.is_empty() && woken.is_empty() && waits.is_empty());
        let statement = if is_waiting { FLUSH_WAITING } else { FLUSH };
        let mut query = sqlx::query_scalar::<_, i16>(statement)
            .bind(column(shards, |s| small(s.shard)))
            .bind(column(shards, |s| big(s.epoch)))
            .bind(column(shards, |s| big(s.was)))
            .bind(column(shards, |s| big(s.pos)))
            .bind(column(shards, |s| big(s.published_pos)))
            .bind(column(shards, |s| s.incarnation))
            .bind(column(shards, |s| big(s.input_seq)))
            .bind(column(frames, |f| small(f.shard)))
            .bind(column(frames, |f| big(f.pos)))
            .bind(column(frames, |f| f.run_id.uuid()))
            .bind(column(frames, |f| big(f.first_seq)))
            .bind(column(frames, |f| big(f.last_seq)))
            .bind(frames.iter().map(|f| f.frame.as_str()).collect::<Vec<_>>())
            .bind(column(runs, |r| small(r.shard)))
            .bind(column(runs, |r| r.run_id.uuid()))
            .bind(column(runs, |r| r.workflow_id.uuid()))
            .bind(column(runs, |r| r.version_id.uuid()))
            .bind(column(runs, |r| r.status.as_str()))
            .bind(runs.iter().map(|r| r.tenant.as_str()).collect::<Vec<_>>())
            .bind(column(runs, |r| r.correlation_id.uuid()))
            .bind(column(runs, |r| r.causation_id.uuid()))
            .bind(
                runs.iter()
                    .map(|r| r.traceparent.as_deref())
                    .collect::<Vec<_>>(),
            )
            .bind(column(runs, |r| r.started_at_ms))
            .bind(column(runs, |r| r.ended_at_ms));
        if is_waiting {
            query = query
                .bind(column(parked, |p| small(p.shard)))
                .bind(column(parked, |p| p.run_id.uuid()))
                .bind(column(parked, |p| match p.idle {
                    Idle::Until(at_ms) => Some(at_ms),
                    Idle::ForInput => None,
                }))
                .bind(column(woken, |(shard, _)| small(*shard)))
                .bind(column(woken, |(_, run_id)| run_id.uuid()))
                .bind(column(waits, |w| small(w.shard)))
                .bind(column(waits, |w| w.run_id.uuid()))
                .bind(column(waits, |w| w.workflow_id.uuid()))
                .bind(waits.iter().map(|w| w.tenant.as_str()).collect::<Vec<_>>())
                .bind(waits.iter().map(|w| w.node.as_str()).collect::<Vec<_>>())
                .bind(column(waits, |w| array(&w.iteration)))
                .bind(
                    waits
                        .iter()
                        .map(|w| w.event_type.as_str())
                        .collect::<Vec<_>>(),
                )
                .bind(column(waits, |w| w.account.map(AccountId::uuid)))
                .bind(
                    waits
                        .iter()
                        .map(|w| w.matching.as_str())
                        .collect::<Vec<_>>(),
                )
                .bind(
                    waits
                        .iter()
                        .map(|w| w.filter.as_deref())
                        .collect::<Vec<_>>(),
                );
        }
        let rows = query.fetch_all(conn).await;
        let rows = rows.map_err(Error::query("flush runs"));
        match rows {
            Ok(rows) => Ok(Flushed::Committed(shards_of(rows))),
            Err(error) if is_repeat(&error) => Ok(Flushed::Repeats),
            Err(error) => Err(error),
        }
    }
}

/// Which of these runs exist.
///
/// # Errors
/// `Query`; retryable.
pub async fn existing_runs(
    conn: &mut PgConnection,
    runs: &[RunId],
) -> Result<BTreeSet<RunId>, Error> {
    let ids: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    let found = sqlx::query_scalar("SELECT run_id FROM runs WHERE run_id = ANY($1)")
        .bind(&ids)
        .fetch_all(conn)
        .await
        .map_err(Error::query("look for runs"))?;
    Ok(found.into_iter().map(RunId::from_uuid).collect())
}

/// The primary keys of the log's partitions are named after them.
fn is_repeat(error: &Error) -> bool {
    error
        .constraint()
        .is_some_and(|name| name.starts_with("run_events") && name.ends_with("_pkey"))
}

fn column<T, C>(rows: &[T], of: impl Fn(&T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

/// An array as the database writes it: arrays of different lengths are no matrix.
fn array(iteration: &[u32]) -> String {
    let places: Vec<String> = places(iteration).iter().map(i32::to_string).collect();
    format!("{{{}}}", places.join(","))
}

pub(crate) fn small(shard: Shard) -> i16 {
    i16::from(shard.index())
}

pub(crate) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn shards_of(rows: Vec<i16>) -> BTreeSet<Shard> {
    let shards = rows.into_iter().filter_map(|row| u8::try_from(row).ok());
    shards
        .filter_map(|index| Shard::try_from(index).ok())
        .collect()
}
