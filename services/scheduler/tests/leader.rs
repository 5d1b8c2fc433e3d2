//! Who leads when the leader freezes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::Cause;
use chrono::{TimeDelta, Utc};
use ids::TenantId;
use scheduler::{Leader, MIGRATIONS, tick};
use std::time::{Duration, Instant};
use store::Database;
use testkit::TestDatabase;

const LEASE: Duration = Duration::from_secs(1);
const LATE: TimeDelta = TimeDelta::seconds(30);

#[tokio::test]
async fn a_leader_that_freezes_amid_its_transaction_loses_it_and_the_lead() {
    let postgres = TestDatabase::create("scheduler", &MIGRATIONS).await;
    let database = postgres.open().await;
    let (mut old, mut new) = (Leader::new("old", LEASE), Leader::new("new", LEASE));
    let epoch = old.claim(&database).await.unwrap().unwrap();
    let mut frozen = database
        .begin(Cause::root(TenantId::default_tenant()))
        .await
        .unwrap();
    assert!(old.fence(frozen.conn(), epoch).await.unwrap());

    let since = Instant::now();
    let next = taken_over(&database, &mut new).await;
    assert!(since.elapsed() < LEASE * 4, "{:?}", since.elapsed());
    assert!(next > epoch);
    assert!(frozen.commit().await.is_err(), "its transaction is gone");
}

#[tokio::test]
async fn a_leader_that_wakes_up_late_writes_nothing_and_steps_down() {
    let postgres = TestDatabase::create("scheduler", &MIGRATIONS).await;
    let database = postgres.open().await;
    let (mut old, mut new) = (Leader::new("old", LEASE), Leader::new("new", LEASE));
    tick(&database, &mut old, Utc::now(), LATE).await.unwrap();
    taken_over(&database, &mut new).await;
    tick(&database, &mut old, Utc::now(), LATE).await.unwrap();
    let holder: String = sqlx::query_scalar("SELECT holder FROM leader")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(holder, "new");
    assert_eq!(
        old.claim(&database).await.unwrap(),
        None,
        "the lease of the new one holds"
    );
}

/// The epoch of a replica that waits until it leads.
async fn taken_over(database: &Database, leader: &mut Leader) -> i64 {
    for _ in 0..200 {
        if let Some(epoch) = leader.claim(database).await.unwrap() {
            return epoch;
        }
        tokio::time::sleep(LEASE / 20).await;
    }
    panic!("the lead was not taken over");
}
