//! What consumers make of outages, bad events and crashes.

use super::{
    CONSUMER, Heard, database::TestDatabase, deleted, encode, manifest, memory, wait_until,
};
use async_trait::async_trait;
use bus::{Bus, Message, Received};
use events::{DeadLetter, EventsApplied, WorkflowDeleted};
use ids::EventId;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use store::{Apply, Database, Failure, Router, Tx};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a handler does instead of its work.
#[derive(Clone, Copy)]
enum Planted {
    /// Its statement fails with this code.
    Code(&'static str),
    /// It asks for another try at once, this often, and then it panics.
    Panic { after: usize },
}

/// Notes in a table what it applies.
#[derive(Default)]
struct Listener {
    planted: Mutex<Option<Planted>>,
    tries: AtomicUsize,
}

impl Listener {
    fn plant(&self, planted: Option<Planted>) {
        *self.planted.lock().unwrap() = planted;
        self.tries.store(0, Ordering::SeqCst);
    }

    fn tries(&self) -> usize {
        self.tries.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Apply<WorkflowDeleted> for Listener {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowDeleted>,
    ) -> Result<(), Failure> {
        let tries = self.tries.fetch_add(1, Ordering::SeqCst);
        let failed = store::Error::query("apply a test's event");
        let id = received.envelope.id.uuid();
        let statement = sqlx::query("INSERT INTO applied (event_id) VALUES ($1)").bind(id);
        statement.execute(tx.conn()).await.map_err(failed)?;
        let planted = *self.planted.lock().unwrap();
        match planted {
            None => Ok(()),
            Some(Planted::Code(code)) => {
                let failing = sqlx::query("SELECT fail($1)").bind(code);
                let failed = failing.execute(tx.conn()).await.unwrap_err();
                Err(store::Error::query("fail as planted")(failed).into())
            }
            Some(Planted::Panic { after }) if tries < after => Err(Failure::Retry {
                after: std::time::Duration::from_millis(1),
                source: "planted".into(),
            }),
            Some(Planted::Panic { .. }) => panic!("planted"),
        }
    }
}

/// One process of the service.
struct Process {
    database: Database,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn start(test: &TestDatabase, bus: &Bus, listener: &Arc<Listener>) -> Process {
    let (database, stop) = (test.open(&[]).await, CancellationToken::new());
    let router = Router::new(Arc::clone(listener)).on::<WorkflowDeleted>();
    let group = manifest().group("group");
    let work = store::consume(
        database.clone(),
        Arc::clone(bus),
        group,
        router,
        stop.clone(),
    );
    Process {
        database,
        stop,
        task: tokio::spawn(work),
    }
}

impl Process {
    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    async fn applied(&self) -> Vec<EventId> {
        let read = sqlx::query_scalar("SELECT event_id FROM applied ORDER BY n");
        let ids: Vec<sqlx::types::Uuid> = read.fetch_all(self.database.pool()).await.unwrap();
        ids.into_iter().map(EventId::from_uuid).collect()
    }
}

async fn publish(bus: &Bus, messages: &[Message]) {
    for result in bus.publish(messages).await {
        result.unwrap();
    }
}

fn receipts(heard: &Heard) -> Vec<EventId> {
    let receipts = heard.all::<EventsApplied>().into_iter();
    receipts
        .inspect(|receipt| {
            assert_eq!(
                (&*receipt.consumer, &*receipt.producer),
                (CONSUMER, "producer")
            );
        })
        .flat_map(|receipt| receipt.ids)
        .collect()
}

#[tokio::test]
async fn an_outage_puts_nothing_aside_and_all_is_applied_once_afterwards() {
    let (test, bus, listener) = (TestDatabase::create().await, memory(), Arc::default());
    let heard = Heard::on(&bus).await;
    let messages: Vec<Message> = (0..5).map(|_| encode(&deleted())).collect();
    Listener::plant(&listener, Some(Planted::Code("53100")));
    let process = start(&test, &bus, &listener).await;
    publish(&bus, &messages).await;
    wait_until("a full disk has failed some times", async || {
        listener.tries() > 3
    })
    .await;
    let told = process.database.outage().unwrap();
    assert!(told.contains("full"), "{told}");
    test.disconnect().await;
    listener.plant(Some(Planted::Code("57P03")));
    wait_until("a starting database has failed as well", async || {
        listener.tries() > 0
    })
    .await;
    assert!(process.applied().await.is_empty());
    listener.plant(None);
    wait_until("all of it is applied", async || {
        process.applied().await.len() == 5
    })
    .await;
    wait_until("all of it is confirmed", async || {
        receipts(&heard).len() == 5
    })
    .await;
    let ids: Vec<EventId> = messages.iter().map(|m| m.envelope.id).collect();
    assert_eq!(process.applied().await, ids, "each once, in their order");
    assert_eq!(receipts(&heard), ids);
    assert_eq!(heard.all::<DeadLetter>(), []);
    assert_eq!(process.database.outage(), None);
    process.end().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_put_aside_by_name_and_confirmed_while_others_go_on() {
    let (test, bus, listener) = (TestDatabase::create().await, memory(), Arc::default());
    let heard = Heard::on(&bus).await;
    let (mut newer, mut damaged) = (encode(&deleted()), encode(&deleted()));
    newer.envelope.version = 7;
    damaged.payload = r#"{"workflow_id": 5}"#.into();
    let messages = [encode(&deleted()), newer, damaged, encode(&deleted())];
    publish(&bus, &messages).await;
    let process = start(&test, &bus, &listener).await;
    wait_until("all of it is confirmed", async || {
        receipts(&heard).len() == 4
    })
    .await;
    let [first, newer, damaged, last] = messages.map(|message| message.envelope.id);
    assert_eq!(process.applied().await, [first, last]);
    let letters = heard.all::<DeadLetter>();
    let of = |id| letters.iter().find(|letter| letter.event_id == id).unwrap();
    assert_eq!((letters.len(), of(newer).consumer.as_str()), (2, CONSUMER));
    let cause = &of(newer).cause;
    assert!(
        cause.contains("version 7 of workflow.deleted is not known here"),
        "{cause}"
    );
    let cause = &of(damaged).cause;
    assert!(
        cause.contains("workflow.deleted") && cause.contains("column"),
        "{cause}"
    );
    process.end().await;
}

#[tokio::test]
async fn transactions_that_meet_at_a_bad_moment_are_tried_again_at_once() {
    let (test, bus, listener) = (TestDatabase::create().await, memory(), Arc::default());
    let heard = Heard::on(&bus).await;
    Listener::plant(&listener, Some(Planted::Code("40P01")));
    let process = start(&test, &bus, &listener).await;
    let message = encode(&deleted());
    publish(&bus, std::slice::from_ref(&message)).await;
    wait_until("it was tried again", async || listener.tries() > 1).await;
    listener.plant(None);
    wait_until("it is applied", async || {
        !process.applied().await.is_empty()
    })
    .await;
    assert_eq!(heard.all::<DeadLetter>(), []);
    process.end().await;
}

#[tokio::test]
async fn an_event_that_ends_process_after_process_is_put_aside() {
    let (test, listener) = (TestDatabase::create().await, Arc::<Listener>::default());
    let (bad, good) = (encode(&deleted()), encode(&deleted()));
    for life in 0.. {
        assert!(life < 10, "it ends processes for ever");
        // Deliveries go on being counted where the process before has left off.
        listener.plant(Some(Planted::Panic { after: 3 }));
        let bus = memory();
        let heard = Heard::on(&bus).await;
        publish(&bus, std::slice::from_ref(&bad)).await;
        let process = start(&test, &bus, &listener).await;
        wait_until(
            "the process ended, or the event was put aside",
            async || process.task.is_finished() || !heard.all::<DeadLetter>().is_empty(),
        )
        .await;
        let letters = heard.all::<DeadLetter>();
        if let [letter] = &letters[..] {
            assert!(
                letter.cause.contains("5 processes ended"),
                "{}",
                letter.cause
            );
            assert_eq!((life, letter.event_id), (5, bad.envelope.id));
            listener.plant(None);
            publish(&bus, std::slice::from_ref(&good)).await;
            wait_until("others go on", async || !process.applied().await.is_empty()).await;
            assert_eq!(process.applied().await, [good.envelope.id]);
            process.end().await;
            return;
        }
        assert!(process.task.await.unwrap_err().is_panic());
    }
}
