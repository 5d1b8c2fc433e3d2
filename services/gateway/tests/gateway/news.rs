//! Who streams hears of every commit, whichever replica made it and in whatever order transactions end.

use crate::{
    facts::{keep, own, person, project, saved, tell},
    live::{Client, Sent},
    support::Gateway,
};
use ids::{VersionId, WorkflowId};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use testkit::wait_until;

const FEED: &str = "/api/v1/events";

fn told(events: &[Sent]) -> Vec<&str> {
    let names = events.iter().map(|sent| sent.event.as_str());
    names.filter(|name| *name != "ready").collect()
}

/// Waits until a stream has brought this many events.
async fn reached(seen: &AtomicUsize, count: usize) {
    wait_until("the stream is as far", async || {
        (seen.load(Ordering::Relaxed) >= count).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_commit_of_another_replica_reaches_a_stream_at_once() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    project(&gateway);
    let other = gateway.replica().await;
    keep(&other);
    let client = Client::connect(&other, &who).await;
    let seen = AtomicUsize::new(0);
    let reading = client.read(FEED, None, |events| {
        seen.store(events.len(), Ordering::Relaxed);
        told(events).len() == 3
    });
    let writing = async {
        reached(&seen, 1).await;
        for number in 1..=3 {
            tell(&gateway, &saved(workflow, VersionId::generate(), number)).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let (events, ()) = tokio::join!(reading, writing);
    assert_eq!(told(&events), ["workflow.changed"; 3]);
}

/// Appends to the feed for every member of the tenant.
async fn append(tx: &mut sqlx::PgConnection, event: &'static str) {
    sqlx::query("INSERT INTO feed (tenant_id, event, data) VALUES ('default', $1, '{}')")
        .bind(event)
        .execute(tx)
        .await
        .unwrap();
}

/// Begins a transaction that has its number.
async fn begin(gateway: &Gateway) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut tx = gateway.app.database.pool().begin().await.unwrap();
    sqlx::query("SELECT pg_current_xact_id()")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx
}

/// Tells the gateway of a commit, as another replica does.
async fn announce(gateway: &Gateway) {
    sqlx::query("SELECT pg_notify('committed', 'another')")
        .execute(gateway.app.database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_change_that_commits_after_one_with_a_greater_number_is_told() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let client = Client::connect(&gateway.app, &who).await;
    let seen = AtomicUsize::new(0);
    let reading = client.read(FEED, None, |events| {
        seen.store(events.len(), Ordering::Relaxed);
        told(events).len() == 2
    });
    let writing = async {
        reached(&seen, 1).await;
        let (mut older, mut younger) = (begin(&gateway).await, begin(&gateway).await);
        append(&mut younger, "smaller number").await;
        append(&mut older, "greater number").await;
        older.commit().await.unwrap();
        announce(&gateway).await;
        reached(&seen, 2).await;
        younger.commit().await.unwrap();
        announce(&gateway).await;
    };
    let (events, ()) = tokio::join!(reading, writing);
    assert_eq!(told(&events), ["greater number", "smaller number"]);
}

#[tokio::test]
async fn a_change_that_is_held_back_by_an_older_transaction_is_told_when_that_ends() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let client = Client::connect(&gateway.app, &who).await;
    let seen = AtomicUsize::new(0);
    let reading = client.read(FEED, None, |events| {
        seen.store(events.len(), Ordering::Relaxed);
        told(events).len() == 1
    });
    let writing = async {
        reached(&seen, 1).await;
        let (older, mut younger) = (begin(&gateway).await, begin(&gateway).await);
        append(&mut younger, "held back").await;
        younger.commit().await.unwrap();
        announce(&gateway).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(seen.load(Ordering::Relaxed), 1);
        // Nobody tells of it.
        older.rollback().await.unwrap();
    };
    let (events, ()) = tokio::join!(reading, writing);
    assert_eq!(told(&events), ["held back"]);
}
