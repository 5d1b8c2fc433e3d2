//! JetStream, as far as correctness rests on it: it keeps order per stream, delivers at least once, and may forget it all.

use crate::log::Frame;
use engine_core::{AdapterRequest, Input};
use events::{Json, RunTrigger};
use graphs::Dice;
use ids::{RunId, Shard, WorkflowId};
use std::collections::{BTreeMap, VecDeque};

/// Who keeps an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Gateway,
    Engine,
    Scheduler,
    Adapter,
}

pub(crate) const SERVICES: [Service; 4] = [
    Service::Gateway,
    Service::Engine,
    Service::Scheduler,
    Service::Adapter,
];

/// What outboxes hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// An input of a run.
    Input(Body),
    /// A due time.
    Fired(Start),
}

/// What reaches a shard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Start(Start),
    ToRun { run_id: RunId, input: Input },
}

impl Body {
    pub(crate) fn run_id(&self) -> RunId {
        match self {
            Self::Start(start) => start.run_id,
            Self::ToRun { run_id, .. } => *run_id,
        }
    }
}

/// A run that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Start {
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) trigger: RunTrigger,
    pub(crate) payload: Json,
    /// Whether what it should run cannot be.
    pub(crate) refused: bool,
}

/// A message of an input stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: u128,
    pub(crate) from: Service,
    pub(crate) event: Event,
}

/// A message with its place.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) message: Message,
    pub(crate) stream_seq: u64,
    pub(crate) consumer_seq: u64,
}

/// What has been confirmed, and by whom.
#[derive(Debug, Clone)]
pub(crate) struct Receipt {
    pub(crate) to: Service,
    pub(crate) consumer: &'static str,
    pub(crate) ids: Vec<u128>,
}

/// One shard's input and the one consumer that all of its owners share.
#[derive(Debug, Default)]
struct Stream {
    messages: Vec<Message>,
    next: usize,
    consumer_seq: u64,
    acked: usize,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Bus {
    /// Which life of the streams this is.
    pub(crate) incarnation: i64,
    inputs: BTreeMap<Shard, Stream>,
    pub(crate) effects: Vec<AdapterRequest>,
    pub(crate) fired: VecDeque<Message>,
    pub(crate) receipts: VecDeque<Receipt>,
    pub(crate) frames: VecDeque<Frame>,
    /// Whether it takes nothing at present.
    pub(crate) away: bool,
}

impl Bus {
    pub(crate) fn put(&mut self, message: Message) {
        match &message.event {
            Event::Input(body) => {
                let shard = Shard::of(body.run_id());
                self.inputs.entry(shard).or_default().messages.push(message);
            }
            Event::Fired(_) => self.fired.push_back(message),
        }
    }

    /// Loses everything.
    pub(crate) fn forget(&mut self) {
        *self = Self {
            incarnation: self.incarnation + 1,
            ..Self::default()
        };
    }

    /// Lets the consumer go on with message `next` (from 1); its last delivery number.
    pub(crate) fn rewind(&mut self, shard: Shard, next: u64) -> u64 {
        let stream = self.inputs.entry(shard).or_default();
        let next = usize::try_from(next).unwrap_or(usize::MAX);
        stream.next = next.saturating_sub(1).min(stream.messages.len());
        stream.consumer_seq = stream.next as u64;
        stream.consumer_seq
    }

    /// The next delivery of a shard's consumer; rarely one that comes again because it was not acknowledged.
    pub(crate) fn deliver(&mut self, shard: Shard, dice: &mut Dice) -> Option<Delivery> {
        let stream = self.inputs.get_mut(&shard)?;
        let again = stream.next > stream.acked && dice.percent(3);
        let at = match again {
            true => stream.acked + dice.below(stream.next - stream.acked),
            false => stream.next,
        };
        let message = stream.messages.get(at)?.clone();
        if !again {
            stream.next += 1;
        }
        stream.consumer_seq += 1;
        Some(Delivery {
            message,
            stream_seq: at as u64 + 1,
            consumer_seq: stream.consumer_seq,
        })
    }

    pub(crate) fn ack(&mut self, shard: Shard, seq: u64) {
        if let Some(stream) = self.inputs.get_mut(&shard) {
            let seq = usize::try_from(seq).unwrap_or_default();
            stream.acked = stream.acked.max(seq.min(stream.messages.len()));
        }
    }
}
