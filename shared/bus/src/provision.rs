//! Streams and durable consumers, created before the fleet runs: a running service has no right to make any.

use crate::{AckMode, Consumer, Error, Manifest};
use async_nats::{
    Client,
    jetstream::{
        self,
        consumer::{AckPolicy, pull},
        stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
    },
};
use events::{Event, Retention, Stream, WorkflowCompleted};
use std::time::Duration;

/// After this long without a verdict a message is delivered again.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// Deliveries that a consumer may hold unsettled.
const MAX_ACK_PENDING: i64 = 20_000;
/// The window in which a repeated message id is recognised; a help, not the guarantee. The server remembers each id that
/// long: where thousands come every second, minutes would be hundreds of megabytes.
const fn duplicate_window(stream: Stream) -> Duration {
    Duration::from_secs(match stream {
        Stream::RunInput | Stream::Run => 5,
        Stream::Workflow
        | Stream::Effect
        | Stream::Integration
        | Stream::Schedule
        | Stream::Conversation
        | Stream::Llm
        | Stream::LlmDelta
        | Stream::Notification
        | Stream::Bus
        | Stream::DeadLetter => 120,
    })
}

const GIB: i64 = 1 << 30;
const MIB: i64 = 1 << 20;

/// Creates all streams and the consumers of these manifests, or brings them up to date. Streams keep `replicas` copies.
///
/// # Errors
/// `Provision` when the server refuses one, naming it.
pub async fn provision(
    client: &Client,
    manifests: &[Manifest],
    replicas: usize,
) -> Result<(), Error> {
    let jetstream = jetstream::new(client.clone());
    for stream in Stream::ALL {
        jetstream
            .create_or_update_stream(stream_config(stream, manifests, replicas))
            .await
            .map_err(|source| refused(stream.name(), source))?;
    }
    for consumer in manifests.iter().flat_map(|manifest| &manifest.consumers) {
        jetstream
            .create_consumer_on_stream(consumer_config(consumer), consumer.stream.name())
            .await
            .map_err(|source| refused(&consumer.name, source))?;
    }
    Ok(())
}

fn refused(what: &str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Provision {
        what: what.to_owned(),
        source: Box::new(source),
    }
}

/// What every run says: it is stored only where somebody waits for it.
const STORED_IF_AWAITED: [&str; 1] = [WorkflowCompleted::TYPE];

fn is_stored(entry: &events::EventType, manifests: &[Manifest]) -> bool {
    let mut consumers = manifests.iter().flat_map(|manifest| &manifest.consumers);
    !STORED_IF_AWAITED.contains(&entry.event_type)
        || consumers.any(|consumer| {
            consumer
                .events
                .iter()
                .any(|event| event == entry.event_type)
        })
}

fn stream_config(stream: Stream, manifests: &[Manifest], replicas: usize) -> Config {
    let subjects = events::catalogue()
        .iter()
        .filter(|entry| entry.stream == Some(stream) && is_stored(entry, manifests))
        .map(events::EventType::filter)
        .collect();
    let base = Config {
        name: stream.name().to_owned(),
        subjects,
        num_replicas: replicas,
        duplicate_window: duplicate_window(stream),
        max_bytes: max_bytes(stream),
        deny_delete: true,
        ..Config::default()
    };
    match stream.retention() {
        Retention::Days(days) => Config {
            max_age: Duration::from_secs(u64::from(days) * 86_400),
            ..base
        },
        Retention::MemoryMinutes(minutes) => Config {
            max_age: Duration::from_secs(u64::from(minutes) * 60),
            storage: StorageType::Memory,
            ..base
        },
        // Work that is not done yet is never dropped for newer work: the producer is told to wait.
        Retention::WorkQueue => Config {
            retention: RetentionPolicy::WorkQueue,
            discard: DiscardPolicy::New,
            ..base
        },
    }
}

/// Bounds of the streams. Where the oldest give way, what some consumer has not confirmed still stands in its producer's
/// outbox and is published again.
const fn max_bytes(stream: Stream) -> i64 {
    match stream {
        Stream::RunInput | Stream::Run => GIB,
        Stream::Effect | Stream::Workflow => 512 * MIB,
        Stream::Integration
        | Stream::Schedule
        | Stream::Conversation
        | Stream::Llm
        | Stream::Notification
        | Stream::Bus
        | Stream::DeadLetter => 256 * MIB,
        Stream::LlmDelta => 64 * MIB,
    }
}

fn consumer_config(consumer: &Consumer) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer.name.clone()),
        filter_subjects: consumer.filters.clone(),
        ack_policy: match consumer.ack {
            AckMode::Each => AckPolicy::Explicit,
            AckMode::All => AckPolicy::All,
        },
        ack_wait: ACK_WAIT,
        // The consuming side counts deliveries and makes the dead letter itself, with its cause.
        max_deliver: -1,
        max_ack_pending: MAX_ACK_PENDING,
        ..pull::Config::default()
    }
}
