//! The flush statement against a real database.

use engine::store::{
    flush::{Flush, Flushed, FrameRow, RunRow, ShardRow, existing_runs},
    ownership::{Taken, take_over},
};
use ids::{EventId, RunId, Shard, TenantId, VersionId, WorkflowId};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use testkit::TestDatabase;

async fn count(conn: &mut PgConnection, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(conn).await.unwrap()
}

fn shard(index: u8) -> Shard {
    Shard::try_from(index).unwrap()
}

/// One run of one event on a shard that `taken` describes.
fn one_run(taken: &Taken, run_id: RunId) -> Flush {
    let mut flush = Flush::default();
    add_run(&mut flush, taken, run_id);
    flush
}

fn add_run(flush: &mut Flush, taken: &Taken, run_id: RunId) {
    flush.shards.push(ShardRow {
        shard: taken.shard,
        epoch: taken.epoch,
        was: taken.pos,
        pos: taken.pos + 1,
        published_pos: taken.published_pos,
        incarnation: 5,
        input_seq: 9,
    });
    flush.frames.push(FrameRow {
        shard: taken.shard,
        pos: taken.pos + 1,
        run_id,
        first_seq: 1,
        last_seq: 1,
        frame: "[]".to_owned(),
    });
    flush.runs.push(RunRow {
        shard: taken.shard,
        run_id,
        workflow_id: WorkflowId::generate(),
        version_id: VersionId::generate(),
        status: engine_core::Status::Running,
        tenant: TenantId::default_tenant(),
        correlation_id: EventId::generate(),
        causation_id: EventId::generate(),
        traceparent: None,
        started_at_ms: 1_790_000_000_000,
        ended_at_ms: None,
    });
}

#[tokio::test]
async fn a_stale_owner_writes_nothing_while_others_commit() {
    let database = TestDatabase::create("engine", &engine::MIGRATIONS).await;
    let database = (database.open().await, database);
    let mut conn = database.0.pool().acquire().await.unwrap();
    let old = take_over(&mut conn, shard(3)).await.unwrap();
    let other = take_over(&mut conn, shard(4)).await.unwrap();
    let new = take_over(&mut conn, shard(3)).await.unwrap();
    assert_eq!(new.epoch, old.epoch + 1);
    let mut flush = one_run(&old, RunId::generate());
    add_run(&mut flush, &other, RunId::generate());
    let flushed = flush.commit(&mut conn).await.unwrap();
    assert_eq!(flushed, Flushed::Committed(BTreeSet::from([shard(4)])));
    assert_eq!(
        count(&mut conn, "SELECT count(*) FROM run_events WHERE shard = 3").await,
        0
    );
    assert_eq!(count(&mut conn, "SELECT count(*) FROM runs").await, 1);
    assert_eq!(
        count(&mut conn, "SELECT pos FROM shards WHERE shard = 4").await,
        1
    );
}

#[tokio::test]
async fn a_log_entry_that_is_there_already_is_never_written_again() {
    let database = TestDatabase::create("engine", &engine::MIGRATIONS).await;
    let database = (database.open().await, database);
    let mut conn = database.0.pool().acquire().await.unwrap();
    let taken = take_over(&mut conn, shard(0)).await.unwrap();
    let run_id = RunId::generate();
    let first = one_run(&taken, run_id);
    assert!(matches!(
        first.commit(&mut conn).await.unwrap(),
        Flushed::Committed(_)
    ));
    assert_eq!(
        first.commit(&mut conn).await.unwrap(),
        Flushed::Committed(BTreeSet::new()),
        "pos has moved on"
    );
    let now = Taken { pos: 1, ..taken };
    let mut again = one_run(&now, run_id);
    add_run(
        &mut again,
        &take_over(&mut conn, shard(1)).await.unwrap(),
        RunId::generate(),
    );
    assert_eq!(again.commit(&mut conn).await.unwrap(), Flushed::Repeats);
    assert_eq!(
        count(&mut conn, "SELECT count(*) FROM run_events").await,
        1,
        "all or nothing"
    );
    let found = existing_runs(&mut conn, &[run_id, RunId::generate()])
        .await
        .unwrap();
    assert_eq!(found, BTreeSet::from([run_id]));
}

#[tokio::test]
async fn the_worker_cannot_rewrite_the_log() {
    let database = TestDatabase::create("engine", &engine::MIGRATIONS).await;
    let database = (database.open().await, database);
    let mut conn = database.0.pool().acquire().await.unwrap();
    let taken = take_over(&mut conn, shard(0)).await.unwrap();
    one_run(&taken, RunId::generate())
        .commit(&mut conn)
        .await
        .unwrap();
    for statement in [
        "UPDATE run_events SET frame = '[]'",
        "DELETE FROM run_events",
        "TRUNCATE run_events",
    ] {
        let refused = sqlx::query(statement)
            .execute(&mut *conn)
            .await
            .unwrap_err();
        assert!(
            refused.to_string().contains("permission denied"),
            "{statement}: {refused}"
        );
    }
    for name in ["run_events_default", "runs_default"] {
        let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
            .bind(name)
            .fetch_one(&mut *conn)
            .await
            .unwrap();
        assert!(exists);
    }
    sqlx::query("SELECT create_run_partitions(20)")
        .execute(&mut *conn)
        .await
        .unwrap();
    assert!(
        count(
            &mut conn,
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'run_events'::regclass"
        )
        .await
            >= 21
    );
    assert_eq!(
        count(&mut conn, "SELECT count(*) FROM run_events_default").await,
        0,
        "today has a partition"
    );
}
