//! What every bus must do, shown for NATS and for the twin in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod failing;
mod server;

use bus::{AckMode, Bus, Cause, Consumer, Handler, Manifest, Memory, Message, Position, Verdict};
use events::{Event, ScheduleMissed, Stream, WorkflowCompleted, WorkflowDeleted};
use failing::{
    a_released_dead_letter_comes_again_as_it_was_edited,
    what_fails_for_its_own_reasons_is_put_aside_with_them, what_is_away_is_waited_for,
};
use futures::StreamExt;
use ids::{EventId, TenantId, TriggerId, UserId, WorkflowId};
use server::Server;
use std::{sync::Mutex, time::Duration};
use tokio_util::sync::CancellationToken;

fn manifests() -> Vec<Manifest> {
    let rewound = Consumer {
        name: "engine-input-s00".to_owned(),
        stream: Stream::Schedule,
        filters: vec!["schedule.missed.>".to_owned()],
        events: vec![ScheduleMissed::TYPE.to_owned()],
        ack: AckMode::All,
        rewinds: true,
    };
    vec![
        Manifest::new("listener").consumes::<WorkflowDeleted>("group"),
        Manifest::new("engine").consumer(rewound),
    ]
}

fn deleted() -> WorkflowDeleted {
    WorkflowDeleted {
        workflow_id: WorkflowId::generate(),
        actor: UserId::generate(),
    }
}

fn encode<E: Event>(event: &E) -> Message {
    let cause = Cause::root(TenantId::default_tenant());
    Message::encode(
        "test",
        &cause,
        event,
        EventId::generate(),
        chrono::Utc::now(),
    )
    .unwrap()
}

async fn publish(bus: &Bus, messages: &[Message]) {
    for result in bus.publish(messages).await {
        result.unwrap();
    }
}

/// Says `Retry` once per message, then `Ok`; poisons what it is told to.
struct Scripted {
    seen: Mutex<Vec<(EventId, u64)>>,
    poison: EventId,
}

#[async_trait::async_trait]
impl Handler for Scripted {
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let mut seen = self.seen.lock().unwrap();
        let verdict = |(message, position): &(Message, Position)| {
            seen.push((message.envelope.id, position.deliveries));
            match position.deliveries {
                _ if message.envelope.id == self.poison => Verdict::Poison("planted".to_owned()),
                1 => Verdict::Retry {
                    after: Duration::from_millis(20),
                    cause: "planted".to_owned(),
                },
                _ => Verdict::Ok,
            }
        };
        batch.iter().map(verdict).collect()
    }
}

async fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain until {what}");
}

async fn retries_and_poison_are_settled(bus: Bus) {
    let (good, bad) = (encode(&deleted()), encode(&deleted()));
    let handler = Scripted {
        seen: Mutex::default(),
        poison: bad.envelope.id,
    };
    let mut letters = bus.subscribe("dead_letter.>").await.unwrap();
    publish(&bus, &[good.clone(), bad.clone()]).await;
    let stop = CancellationToken::new();
    let work = bus::consume(
        &bus,
        "listener",
        Stream::Workflow,
        "listener-group",
        &handler,
        &stop,
    );
    let watch = async {
        wait_until("the good message came twice", || {
            handler
                .seen
                .lock()
                .unwrap()
                .iter()
                .filter(|(id, _)| *id == good.envelope.id)
                .count()
                == 2
        })
        .await;
        let letter = tokio::time::timeout(Duration::from_secs(5), letters.next())
            .await
            .unwrap()
            .unwrap();
        assert!(
            letter
                .subject
                .ends_with(&format!("listener-group.{}", bad.envelope.id)),
            "{}",
            letter.subject
        );
        stop.cancel();
    };
    tokio::join!(work, watch);
    let seen = handler.seen.lock().unwrap();
    assert_eq!(
        seen.iter().filter(|(id, _)| *id == bad.envelope.id).count(),
        1,
        "poison is never tried again"
    );
}

async fn a_repeated_id_is_stored_once(bus: Bus) {
    let message = encode(&deleted());
    publish(&bus, &[message.clone(), message.clone()]).await;
    let other = encode(&deleted());
    publish(&bus, std::slice::from_ref(&other)).await;
    let mut pull = bus
        .pull(Stream::Workflow, "listener-group", 10)
        .await
        .unwrap();
    let mut ids = Vec::new();
    while ids.len() < 2 {
        ids.extend(
            pull.next()
                .await
                .unwrap()
                .into_iter()
                .map(|d| d.message.unwrap().envelope.id),
        );
    }
    assert_eq!(ids, [message.envelope.id, other.envelope.id]);
}

async fn a_rewound_consumer_delivers_again(bus: Bus) {
    let missed = |count| ScheduleMissed {
        trigger_id: TriggerId::generate(),
        workflow_id: WorkflowId::generate(),
        due_times: Vec::new(),
        count,
    };
    let messages: Vec<Message> = (1..=5).map(|count| encode(&missed(count))).collect();
    publish(&bus, &messages).await;
    let read = async |wanted: usize| {
        let mut pull = bus
            .pull(Stream::Schedule, "engine-input-s00", 10)
            .await
            .unwrap();
        let mut positions = Vec::new();
        while positions.len() < wanted {
            positions.extend(pull.next().await.unwrap().into_iter().map(|d| d.position));
        }
        positions
    };
    let first: Vec<u64> = read(5).await.iter().map(|p| p.stream_seq).collect();
    assert_eq!(first, [1, 2, 3, 4, 5]);
    let before = bus
        .rewind(Stream::Schedule, "engine-input-s00", 3)
        .await
        .unwrap();
    let again = read(3).await;
    assert_eq!(again[0].consumer_seq, before + 1, "nobody else has read");
    assert_eq!(
        again.iter().map(|p| p.stream_seq).collect::<Vec<_>>(),
        [3, 4, 5]
    );
    let steps: Vec<u64> = again.iter().map(|p| p.consumer_seq).collect();
    assert!(
        steps.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "consumer sequence has a gap: {steps:?}"
    );
}

macro_rules! contract {
    ($($case:ident),+ $(,)?) => {
        mod nats_server {
            $(#[tokio::test]
            async fn $case() {
                let server = super::Server::start();
                super::$case(server.bus(&super::manifests()).await).await;
            })+
        }
        mod memory {
            $(#[tokio::test]
            async fn $case() {
                let manifests = super::manifests();
                let consumers = manifests.iter().flat_map(|manifest| &manifest.consumers);
                super::$case(std::sync::Arc::new(super::Memory::new(consumers))).await;
            })+
        }
    };
}

contract!(
    retries_and_poison_are_settled,
    a_repeated_id_is_stored_once,
    a_rewound_consumer_delivers_again,
    what_is_away_is_waited_for,
    what_fails_for_its_own_reasons_is_put_aside_with_them,
    a_released_dead_letter_comes_again_as_it_was_edited,
);

#[tokio::test]
async fn what_every_run_says_is_kept_only_where_somebody_waits_for_it() {
    let server = Server::start();
    let said = "workflow.completed.default.some";
    server.bus(&manifests()).await;
    assert!(!server.keeps(said).await);
    assert!(server.keeps("workflow.failed.default.some").await);

    let mut waiting = manifests();
    waiting.push(Manifest::new("waiting").consumes::<WorkflowCompleted>("ends"));
    server.bus(&waiting).await;
    assert!(server.keeps(said).await);
}

#[tokio::test]
async fn a_stream_made_anew_is_a_new_incarnation() {
    let server = Server::start();
    let bus = server.bus(&manifests()).await;
    let before = bus
        .incarnation(Stream::Schedule, "engine-input-s00")
        .await
        .unwrap();
    assert_eq!(
        before,
        bus.incarnation(Stream::Schedule, "engine-input-s00")
            .await
            .unwrap()
    );
    server.delete_streams().await;
    let bus = server.bus(&manifests()).await;
    assert_ne!(
        before,
        bus.incarnation(Stream::Schedule, "engine-input-s00")
            .await
            .unwrap()
    );
}
