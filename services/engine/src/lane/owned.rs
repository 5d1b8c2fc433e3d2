//! A shard in the memory of its owner.

use crate::{publish::Story, store::ownership::Taken, versions::Version};
use bus::Settle;
use engine_core::Run;
use ids::RunId;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Span;
use workflow::config::FlowControl;

/// A run that has not ended.
pub(crate) struct Live {
    pub(crate) run: Run,
    /// What it executes; none for a run that was refused, which has nothing but its end.
    pub(crate) version: Option<Arc<Version>>,
    pub(crate) story: Story,
    /// Further replicas whose callers wait for its answer. Lost with the owner: a caller asks again.
    pub(crate) also_reply_to: Vec<String>,
    /// When it was last said to want to be woken.
    pub(super) wake_at_ms: Option<i64>,
    /// Whether it has a row of parked runs.
    pub(super) parked: bool,
    /// The run in its trace; ends when the run leaves memory.
    pub(crate) span: Span,
}

impl Live {
    /// Whether events of its trigger may wait for its end.
    pub(super) fn is_counted(&self) -> bool {
        let trigger = self.run.trigger().filter(|t| t.trigger_id.is_some());
        let version = self.version.as_deref();
        let flow = trigger
            .zip(version)
            .and_then(|(trigger, version)| version.flow(&trigger.node));
        flow.is_some_and(FlowControl::counts_runs)
    }
}

/// An effect that is asked for again when its time comes: due, run, effect key, attempts so far.
pub(super) type Overdue = Reverse<(Instant, RunId, String, u32)>;

/// See the module. Dropping it stops the shard's reader.
pub(crate) struct Owned {
    pub(super) epoch: u64,
    pub(super) pos: u64,
    /// How far the log is on the bus.
    pub(super) published: Arc<AtomicU64>,
    pub(super) incarnation: i64,
    pub(super) input_seq: u64,
    pub(super) runs: HashMap<RunId, Live>,
    pub(super) open_effects: BinaryHeap<Overdue>,
    /// Runs that want to be woken, by time. Some may have changed their mind.
    pub(super) wakes: BinaryHeap<Reverse<(i64, RunId)>>,
    applied: Applied,
    last_delivery: Option<Box<dyn Settle>>,
    unsettled: usize,
    _reader: DropGuard,
}

/// How far the slowest reader of the log is known to be.
struct Applied {
    pos: u64,
    since: Instant,
    known: bool,
}

/// Deliveries that may wait for an acknowledgement, which covers all before it.
const UNSETTLED: usize = 128;
/// A reader of the log that does not get on for this long has lost messages.
const STALLED: Duration = Duration::from_secs(10);

impl Owned {
    pub(super) fn new(taken: &Taken, reader: CancellationToken) -> Self {
        Self {
            epoch: taken.epoch,
            pos: taken.pos,
            published: Arc::new(AtomicU64::new(taken.published_pos)),
            incarnation: taken.incarnation,
            input_seq: taken.input_seq,
            runs: HashMap::new(),
            open_effects: BinaryHeap::new(),
            wakes: BinaryHeap::new(),
            applied: Applied {
                pos: 0,
                since: Instant::now(),
                known: false,
            },
            last_delivery: None,
            unsettled: 0,
            _reader: reader.drop_guard(),
        }
    }

    pub(super) fn published_pos(&self) -> u64 {
        self.published.load(Ordering::Acquire)
    }

    /// Notes that a delivery has been taken; it counts once the next flush has committed.
    pub(super) fn taken(&mut self, incarnation: i64, seq: u64, settle: Box<dyn Settle>) {
        if self.incarnation != incarnation {
            (self.incarnation, self.input_seq) = (incarnation, 0);
        }
        self.input_seq = self.input_seq.max(seq);
        self.last_delivery = Some(settle);
        self.unsettled += 1;
    }

    /// Acknowledges what is durable when enough has come together.
    pub(super) async fn settle_some(&mut self) {
        if self.unsettled >= UNSETTLED {
            self.settle_now().await;
        }
    }

    /// Acknowledges what is durable. Lost, it only means that some inputs come again.
    pub(super) async fn settle_now(&mut self) {
        self.unsettled = 0;
        if let Some(settle) = self.last_delivery.take()
            && let Err(error) = settle.ack().await
        {
            tracing::debug!(%error, "input not acknowledged");
        }
    }

    pub(super) async fn settle(mut self) {
        self.settle_now().await;
    }

    /// A reader of the log says how far it is.
    pub(super) fn projected(&mut self, pos: u64) {
        if !self.applied.known || pos > self.applied.pos {
            self.applied = Applied {
                pos,
                since: Instant::now(),
                known: true,
            };
        }
    }

    /// From where on the log must be published again, when its reader is stuck behind what has been published.
    pub(super) fn stalled_at(&mut self) -> Option<u64> {
        let behind = self.applied.known && self.applied.pos < self.published_pos();
        if !behind {
            self.applied.since = Instant::now();
            return None;
        }
        if self.applied.since.elapsed() < STALLED {
            return None;
        }
        self.applied.since = Instant::now();
        Some(self.applied.pos)
    }
}
