//! Consuming and publishing with a real database: what an outage, a bad event or a crash may do to others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod consuming;
mod database;
mod publishing;

use bus::{Bus, Cause, Consumer, Manifest, Memory, Message};
use events::{Event, WorkflowDeleted, WorkflowPublished};
use futures::StreamExt;
use ids::{EventId, TenantId, UserId, WorkflowId};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The service under test, which applies events of others and publishes its own.
const SERVICE: &str = "listener";
const CONSUMER: &str = "listener-group";

fn manifest() -> Manifest {
    Manifest::new(SERVICE)
        .consumes::<WorkflowDeleted>("group")
        .consumes::<WorkflowPublished>("group")
}

fn memory() -> Bus {
    let consumers: Vec<Consumer> = manifest().consumers;
    Arc::new(Memory::new(&consumers))
}

fn deleted() -> WorkflowDeleted {
    WorkflowDeleted {
        workflow_id: WorkflowId::generate(),
        actor: UserId::generate(),
    }
}

/// A message of a producer that waits for a receipt.
fn encode<E: Event>(event: &E) -> Message {
    let cause = Cause::root(TenantId::default_tenant());
    let now = chrono::Utc::now();
    let mut message = Message::encode("producer", &cause, event, EventId::generate(), now).unwrap();
    message.envelope.receipt_to = Some("producer".to_owned());
    message
}

/// All that is said on a bus from now on.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Message>>>);

impl Heard {
    async fn on(bus: &Bus) -> Self {
        let heard = Self::default();
        let (sink, mut taps) = (heard.clone(), bus.subscribe(">").await.unwrap());
        tokio::spawn(async move {
            while let Some(tap) = taps.next().await {
                sink.0.lock().unwrap().push(Message {
                    subject: tap.subject,
                    envelope: tap.envelope.unwrap(),
                    payload: tap.payload,
                    stored: true,
                });
            }
        });
        heard
    }

    fn all<E: Event>(&self) -> Vec<E> {
        let heard = self.0.lock().unwrap();
        let of_type = heard.iter().filter(|m| m.envelope.event_type == E::TYPE);
        of_type.map(|message| message.decode().unwrap()).collect()
    }

    fn envelopes<E: Event>(&self) -> Vec<bus::Envelope> {
        let heard = self.0.lock().unwrap();
        let of_type = heard.iter().filter(|m| m.envelope.event_type == E::TYPE);
        of_type.map(|message| message.envelope.clone()).collect()
    }
}

async fn wait_until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !done().await {
        assert!(since.elapsed() < Duration::from_secs(30), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
