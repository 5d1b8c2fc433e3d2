//! The simulation's log and the flush statement do the same to whatever they are given.

use engine::store::{
    flush::{Flush, Flushed, FrameRow, RunRow, ShardRow},
    ownership::take_over,
};
use engine_core::{Identity, Status};
use events::{Json, RunEvent};
use graphs::Dice;
use ids::{EventId, RunId, Shard, TenantId, VersionId, WorkflowId};
use simulation::log;
use sqlx::{PgConnection, types::Uuid};
use std::collections::BTreeMap;
use testkit::TestDatabase;

/// Flushes that are tried.
const FLUSHES: usize = 600;
/// Shards that they write to.
const SHARDS: u8 = 3;

fn shard(index: usize) -> Shard {
    Shard::try_from(u8::try_from(index).unwrap()).unwrap()
}

fn status(dice: &mut Dice) -> Status {
    let all = [Status::Running, Status::Completed, Status::Failed];
    dice.pick(&all).unwrap()
}

/// A flush that is often right, and often stale, repeated or torn.
fn flush(model: &log::Log, dice: &mut Dice) -> log::Flush {
    let mut flush = log::Flush::default();
    for index in 0..usize::from(SHARDS) {
        if dice.percent(40) {
            continue;
        }
        let shard = shard(index);
        let now = model.shard(shard);
        let stale = u64::from(dice.percent(20));
        let was = now.pos.saturating_sub(u64::from(dice.percent(15)));
        let mut pos = was;
        for number in 0..dice.below(3) {
            pos += 1;
            // The low byte of a run's id is its shard.
            let run = (dice.below(4) + 1) * 16 + index + number * 256;
            let run_id = RunId::from_u128(run as u128);
            let last = model.frames(run_id).last();
            let last = last.map_or(0, |frame| frame.first_seq + frame.events.len() as u64 - 1);
            let first_seq = if dice.percent(15) { 1 } else { last + 1 };
            let end = RunEvent::RunCompleted {
                at_ms: 1,
                output: Json::null(),
                stopped: None,
            };
            flush.frames.push(log::Frame {
                shard,
                pos,
                run_id,
                first_seq,
                events: vec![end; 1 + dice.below(3)],
            });
            if dice.percent(60) {
                flush.runs.push(log::RunRow {
                    shard,
                    identity: Identity {
                        run_id,
                        workflow_id: WorkflowId::from_u128(2),
                        version_id: VersionId::from_u128(3),
                    },
                    status: status(dice),
                });
            }
        }
        flush.shards.push(log::ShardRow {
            shard,
            epoch: now.epoch.saturating_sub(stale),
            was,
            pos,
            published_pos: now.published_pos + dice.below(3) as u64,
            incarnation: dice.below(3) as i64,
            input_seq: dice.below(50) as u64,
        });
    }
    flush
}

/// The same as the engine writes it.
fn written(flush: &log::Flush) -> Flush {
    let frame = |frame: &log::Frame| FrameRow {
        shard: frame.shard,
        pos: frame.pos,
        run_id: frame.run_id,
        first_seq: frame.first_seq,
        last_seq: frame.first_seq + frame.events.len() as u64 - 1,
        frame: "[]".to_owned(),
    };
    let run = |row: &log::RunRow| RunRow {
        shard: row.shard,
        run_id: row.identity.run_id,
        workflow_id: row.identity.workflow_id,
        version_id: row.identity.version_id,
        status: row.status,
        tenant: TenantId::default_tenant(),
        correlation_id: EventId::from_u128(4),
        causation_id: EventId::from_u128(4),
        traceparent: None,
        started_at_ms: 1,
        ended_at_ms: None,
    };
    let shard = |row: &log::ShardRow| ShardRow {
        shard: row.shard,
        epoch: row.epoch,
        was: row.was,
        pos: row.pos,
        published_pos: row.published_pos,
        incarnation: row.incarnation,
        input_seq: row.input_seq,
    };
    Flush {
        shards: flush.shards.iter().map(shard).collect(),
        frames: flush.frames.iter().map(frame).collect(),
        runs: flush.runs.iter().map(run).collect(),
        ..Flush::default()
    }
}

/// Shards, frames and runs as the tables have them.
type Tables = (
    Vec<(i16, i64, i64, i64, i64, i64)>,
    Vec<(Uuid, i64, i64, i16, i64)>,
    Vec<(Uuid, String)>,
);

async fn tables(conn: &mut PgConnection) -> Tables {
    let shards = sqlx::query_as(
        "SELECT shard, epoch, pos, published_pos, incarnation, input_seq FROM shards WHERE shard < 3 ORDER BY shard",
    );
    let frames = sqlx::query_as(
        "SELECT run_id, first_seq, last_seq, shard, pos FROM run_events ORDER BY run_id, first_seq",
    );
    let runs = sqlx::query_as("SELECT run_id, status FROM runs ORDER BY run_id");
    (
        shards.fetch_all(&mut *conn).await.unwrap(),
        frames.fetch_all(&mut *conn).await.unwrap(),
        runs.fetch_all(conn).await.unwrap(),
    )
}

fn modelled(model: &log::Log) -> Tables {
    let big = |number: u64| i64::try_from(number).unwrap();
    let shards = (0..usize::from(SHARDS)).map(|index| {
        let s = model.shard(shard(index));
        let index = i16::try_from(index).unwrap();
        (
            index,
            big(s.epoch),
            big(s.pos),
            big(s.published_pos),
            s.incarnation,
            big(s.input_seq),
        )
    });
    let runs: BTreeMap<RunId, _> = model.runs().map(|row| (row.identity.run_id, row)).collect();
    let frames = model.all_frames().map(|frame| {
        let last = frame.first_seq + frame.events.len() as u64 - 1;
        let shard = i16::from(frame.shard.index());
        (
            frame.run_id.uuid(),
            big(frame.first_seq),
            big(last),
            shard,
            big(frame.pos),
        )
    });
    let rows = runs
        .iter()
        .map(|(run, row)| (run.uuid(), row.status.as_str().to_owned()));
    (shards.collect(), frames.collect(), rows.collect())
}

#[tokio::test]
async fn the_simulated_log_takes_what_the_statement_takes() {
    let database = TestDatabase::create("engine", &engine::MIGRATIONS).await;
    let database = (database.open().await, database);
    let mut conn = database.0.pool().acquire().await.unwrap();
    let (mut model, mut dice) = (log::Log::default(), Dice::new(20_261_121));
    let (mut stale, mut repeats) = (0, 0);
    for _ in 0..FLUSHES {
        if dice.percent(20) {
            let shard = shard(dice.below(usize::from(SHARDS)));
            let taken = take_over(&mut conn, shard).await.unwrap();
            let expected = model.take_over(shard);
            assert_eq!((taken.epoch, taken.pos), (expected.epoch, expected.pos));
        }
        let flush = flush(&model, &mut dice);
        let real = written(&flush).commit(&mut conn).await.unwrap();
        match (real, model.flush(&flush, true)) {
            (Flushed::Committed(real), log::Flushed::Committed(modelled)) => {
                stale += flush.shards.len() - real.len();
                assert_eq!(real, modelled, "{flush:?}");
            }
            (Flushed::Repeats, log::Flushed::Repeats) => repeats += 1,
            (real, modelled) => panic!("{real:?}, not {modelled:?}, of {flush:?}"),
        }
    }
    assert_eq!(tables(&mut conn).await, modelled(&model));
    assert!(
        stale > 50 && repeats > 20,
        "{stale} stale, {repeats} repeats"
    );
}
