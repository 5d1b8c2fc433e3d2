//! From durable events to messages, and out of the house in their order.

mod logbook;

pub(crate) use logbook::{Logbook, run_events};

use crate::manifest::SERVICE;
use bus::{Bus, Cause, Envelope, Message};
use engine_core::{AdapterRequest, Effect, Identity};
use events::{EngineEffectCompleted, EngineEffectFailed, Event, RunResponded};
use ids::{EventId, RunId, TenantId};
use sha2::{Digest, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;
use tracing::Span;

/// What all events of a run share.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) tenant: TenantId,
    pub(crate) correlation_id: EventId,
    /// The event that started the run.
    pub(crate) causation_id: EventId,
    pub(crate) traceparent: Option<String>,
}

impl Story {
    /// The story that an envelope begins or goes on with.
    pub(crate) fn of(envelope: &Envelope) -> Self {
        Self {
            tenant: envelope.tenant.clone(),
            correlation_id: envelope.correlation_id,
            causation_id: envelope.id,
            traceparent: envelope.traceparent.clone(),
        }
    }

    /// The run as one span of its trace, as long as its owner has it in memory; what the run causes follows from it. Nothing
    /// where nobody records the trace.
    pub(crate) fn trace(&mut self, identity: &Identity) -> Span {
        let recorded = |traceparent: &&String| bus::is_recorded(traceparent);
        let Some(traceparent) = self.traceparent.as_ref().filter(recorded) else {
            return Span::none();
        };
        let span = tracing::info_span!(
            "run",
            otel.kind = "consumer",
            run.id = %identity.run_id,
            run.status = tracing::field::Empty,
            workflow.id = %identity.workflow_id,
            trace.id = tracing::field::Empty,
        );
        bus::follow(&span, Some(traceparent));
        self.traceparent = bus::traceparent_of(&span);
        span
    }

    fn cause(&self) -> Cause {
        Cause {
            tenant: self.tenant.clone(),
            correlation_id: Some(self.correlation_id),
            causation_id: Some(self.causation_id),
            traceparent: self.traceparent.clone(),
        }
    }
}

/// An effect as a message; the same effect always has the same id.
///
/// The end of a run is stored only when a consumer waits for it (`ends_awaited`): the run log has it already, and a fact
/// that nobody asked for must not cost every run a stored message. Those who listen hear it all the same.
pub(crate) fn effect(
    story: &Story,
    run_id: RunId,
    seq: u64,
    effect: &Effect,
    ends_awaited: bool,
) -> Option<Message> {
    let mut message = encoded(story, run_id, seq, effect)?;
    message.stored &= ends_awaited || !matches!(effect, Effect::Completed(_));
    Some(message)
}

/// The answer of a run to the replica that `said` names.
pub(crate) fn answer(
    story: &Story,
    run_id: RunId,
    seq: u64,
    said: &RunResponded,
) -> Option<Message> {
    encode(story, run_id, seq, said, 0)
}

fn encoded(story: &Story, run_id: RunId, seq: u64, effect: &Effect) -> Option<Message> {
    match effect {
        Effect::Request(asked) => request(story, run_id, seq, asked, 0),
        Effect::Notify(event) => encode(story, run_id, seq, event, 0),
        Effect::Reply(event) => encode(story, run_id, seq, event, 0),
        Effect::Respond(said) => answer(story, run_id, seq, said),
        Effect::Completed(event) => encode(story, run_id, seq, event, 0),
        Effect::Failed(event) => encode(story, run_id, seq, event, 0),
        Effect::Cancelled(event) => encode(story, run_id, seq, event, 0),
        Effect::ChildCompleted(result) => encode(
            story,
            run_id,
            seq,
            &EngineEffectCompleted(result.clone()),
            0,
        ),
        Effect::ChildFailed(failure) => {
            encode(story, run_id, seq, &EngineEffectFailed(failure.clone()), 0)
        }
        Effect::CancelChild(event) => encode(story, run_id, seq, event, 0),
    }
}

/// A request to an adapter; each attempt has an id of its own, or the stream would drop it as a duplicate.
pub(crate) fn request(
    story: &Story,
    run_id: RunId,
    seq: u64,
    asked: &AdapterRequest,
    attempt: u32,
) -> Option<Message> {
    match asked {
        AdapterRequest::Http(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Smtp(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Llm(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Bridge(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Child(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Remember(event) => encode(story, run_id, seq, event, attempt),
        AdapterRequest::Assistant(event) => encode(story, run_id, seq, event, attempt),
    }
}

fn encode<E: Event>(
    story: &Story,
    run: RunId,
    seq: u64,
    event: &E,
    attempt: u32,
) -> Option<Message> {
    let id = derived(run, seq, E::TYPE, attempt);
    Message::encode(SERVICE, &story.cause(), event, id, chrono::Utc::now())
        .inspect_err(|error| tracing::error!(run.id = %run, %error, "event cannot be published"))
        .ok()
}

fn derived(run: RunId, seq: u64, event_type: &str, attempt: u32) -> EventId {
    let mut hash = Sha256::new();
    hash.update(run.as_u128().to_be_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(event_type);
    hash.update(attempt.to_be_bytes());
    hashed(run, hash)
}

/// An id of the time of `run`, and otherwise of what was hashed.
fn hashed(run: RunId, hash: Sha256) -> EventId {
    let digest = hash.finalize();
    let random = digest
        .iter()
        .take(10)
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    EventId::from_u128((u128::from(run.timestamp_ms()) << 80) | random)
}

/// What one flush, or one repair, puts on the bus.
#[derive(Default)]
pub(crate) struct Outgoing {
    pub(crate) messages: Vec<Message>,
    /// Published up to here, once all messages are stored.
    pub(crate) marks: Vec<(Arc<AtomicU64>, u64)>,
}

/// How long the bus is left alone after it refused a message.
const PAUSE: Duration = Duration::from_millis(250);

/// Publishes in order until the sender is gone; what the bus refuses is tried again until it takes it.
pub(crate) async fn publish(bus: Bus, mut outgoing: mpsc::Receiver<Outgoing>) {
    let mut batch = Vec::new();
    while outgoing.recv_many(&mut batch, 64).await > 0 {
        let mut messages = Vec::new();
        let mut marks = Vec::new();
        for out in batch.drain(..) {
            messages.extend(out.messages);
            marks.extend(out.marks);
        }
        while !messages.is_empty() {
            let results = bus.publish(&messages).await;
            let mut results = results.into_iter();
            let mut refused = None;
            messages.retain(|_| match results.next() {
                Some(Err(error)) => {
                    refused = Some(error);
                    true
                }
                Some(Ok(())) | None => false,
            });
            if let Some(error) = refused {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    left = messages.len(),
                    "not published yet"
                );
                tokio::time::sleep(PAUSE).await;
            }
        }
        for (published, pos) in marks {
            published.fetch_max(pos, Ordering::AcqRel);
        }
    }
}
