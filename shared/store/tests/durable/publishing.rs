//! What the relay publishes, in which order, and how soon.

use super::{Heard, database::TestDatabase, deleted, memory, wait_until};
use async_trait::async_trait;
use bus::{Bus, Cause};
use events::WorkflowDeleted;
use ids::TenantId;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Database, RelationWriter};
use tokio_util::sync::{CancellationToken, DropGuard};

/// An authorization store that can be away.
#[derive(Clone, Default)]
struct Relations {
    is_there: Arc<AtomicBool>,
}

#[async_trait]
impl RelationWriter for Relations {
    async fn write(
        &self,
        relations: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        match self.is_there.load(Ordering::SeqCst) {
            true => Ok(Some(format!("token of {relations}"))),
            false => Err("planted".into()),
        }
    }
}

fn relay(database: &Database, bus: &Bus, relations: Option<Relations>) -> DropGuard {
    let (database, bus, stop) = (database.clone(), Arc::clone(bus), CancellationToken::new());
    let guard = stop.clone().drop_guard();
    tokio::spawn(async move {
        let writer = relations.as_ref();
        let writer = writer.map(|writer| writer as &dyn RelationWriter);
        store::relay(database, bus, writer, stop).await;
    });
    guard
}

async fn commit(database: &Database, event: &WorkflowDeleted, relations: Option<Value>) {
    let cause = Cause::root(TenantId::default_tenant());
    let mut tx = database.begin(cause).await.unwrap();
    match relations {
        Some(relations) => tx.emit_with_relations(event, relations).unwrap(),
        None => tx.emit(event).unwrap(),
    };
    tx.commit().await.unwrap();
}

async fn heard_within(heard: &Heard, event: &WorkflowDeleted, limit: Duration) {
    let since = Instant::now();
    let is_heard = async || heard.all::<WorkflowDeleted>().contains(event);
    wait_until("the event is published", is_heard).await;
    assert!(
        since.elapsed() < limit,
        "published after {:?}",
        since.elapsed()
    );
}

#[tokio::test]
async fn relations_that_cannot_be_written_keep_back_their_own_key_only() {
    let (test, bus, relations) = (TestDatabase::create().await, memory(), Relations::default());
    let (database, heard) = (test.open(&[]).await, Heard::on(&bus).await);
    let (related, other) = (deleted(), deleted());
    let behind = WorkflowDeleted {
        actor: ids::UserId::generate(),
        ..related.clone()
    };
    commit(&database, &related, Some(json!("owner"))).await;
    commit(&database, &behind, None).await;
    commit(&database, &other, None).await;
    let _relay = relay(&database, &bus, Some(relations.clone()));
    heard_within(&heard, &other, Duration::from_secs(5)).await;
    let late = deleted();
    commit(&database, &late, None).await;
    heard_within(&heard, &late, Duration::from_secs(1)).await;
    assert_eq!(
        heard.all::<WorkflowDeleted>(),
        [other.clone(), late.clone()]
    );
    relations.is_there.store(true, Ordering::SeqCst);
    heard_within(&heard, &behind, Duration::from_secs(20)).await;
    assert_eq!(
        heard.all::<WorkflowDeleted>(),
        [other, late, related, behind]
    );
    let token = heard.envelopes::<WorkflowDeleted>()[2].zed_token.clone();
    assert_eq!(token.as_deref(), Some("token of \"owner\""));
}

#[tokio::test]
async fn relations_are_written_at_once_and_never_without_the_right_to() {
    let test = TestDatabase::create().await;
    let (database, bus) = (test.open(&[]).await, memory());
    let heard = Heard::on(&bus).await;
    let (event, undeclared) = (deleted(), deleted());
    let relations = Relations::default();
    relations.is_there.store(true, Ordering::SeqCst);
    let allowed = relay(&database, &bus, Some(relations));
    heard_within_first(&database, &heard).await;
    commit(&database, &event, Some(json!("owner"))).await;
    heard_within(&heard, &event, Duration::from_secs(1)).await;
    drop(allowed);
    let _relay = relay(&database, &bus, None);
    commit(&database, &undeclared, Some(json!("owner"))).await;
    heard_within_first(&database, &heard).await;
    assert!(!heard.all().contains(&undeclared));
}

/// Waits until a relay works.
async fn heard_within_first(database: &Database, heard: &Heard) {
    let first = deleted();
    commit(database, &first, None).await;
    heard_within(heard, &first, Duration::from_secs(10)).await;
}

#[tokio::test]
async fn what_another_replica_commits_is_published_at_once() {
    let (test, bus) = (TestDatabase::create().await, memory());
    let (leading, standing_by) = (test.open(&[]).await, test.open(&[]).await);
    let heard = Heard::on(&bus).await;
    let leader = relay(&leading, &bus, None);
    heard_within_first(&leading, &heard).await;
    let _relay = relay(&standing_by, &bus, None);
    // The first may come before the second replica stands by.
    heard_within_first(&standing_by, &heard).await;
    let event = deleted();
    commit(&standing_by, &event, None).await;
    heard_within(&heard, &event, Duration::from_secs(1)).await;
    drop(leader);
    heard_within_first(&standing_by, &heard).await;
}

#[tokio::test]
async fn a_relay_that_loses_its_connection_goes_on_with_another() {
    let (test, bus) = (TestDatabase::create().await, memory());
    let (database, heard) = (test.open(&[]).await, Heard::on(&bus).await);
    let _relay = relay(&database, &bus, None);
    heard_within_first(&database, &heard).await;
    test.disconnect().await;
    heard_within_first(&database, &heard).await;
}
