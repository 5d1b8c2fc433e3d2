//! What the runs of a lane decided since the last flush.

use super::{Owned, frame::frames, owned::Live, park::Parking, wake::now_ms};
use crate::{
    input::Start,
    store::{
        flush::{Flush, FrameRow, ParkRow, RunRow, ShardRow},
        waits::WaitRow,
    },
};
use bus::Envelope;
use engine_core::{Decision, Given, Idle, Input, Quiescence, advance, refuse};
use events::{RunError, RunEvent};
use ids::{EventId, RunId, Shard};
use rand::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Default)]
pub(super) struct Round {
    pub(super) touched: BTreeMap<RunId, Touched>,
    /// Shards whose cursor moved.
    moved: BTreeSet<Shard>,
    /// Who wants to know that an event has been applied, and whose owner must have committed it.
    pub(super) receipts: BTreeMap<String, Vec<(Shard, EventId)>>,
    inputs: usize,
}

/// One run in this round.
pub(super) struct Touched {
    pub(super) shard: Shard,
    pub(super) first_seq: u64,
    pub(super) events: Vec<RunEvent>,
    pub(super) quiescence: Quiescence,
}

impl Round {
    pub(super) const fn inputs(&self) -> usize {
        self.inputs
    }

    /// A delivery of this shard has been taken.
    pub(super) fn took(&mut self, shard: Shard, envelope: &Envelope) {
        self.moved.insert(shard);
        self.inputs += 1;
        if let Some(producer) = &envelope.receipt_to {
            let ids = self.receipts.entry(producer.clone()).or_default();
            ids.push((shard, envelope.id));
        }
    }

    /// A delivery that changes nothing has been taken.
    pub(super) fn passed(&mut self, shard: Shard) {
        self.moved.insert(shard);
        self.inputs += 1;
    }

    /// A run has been woken.
    pub(super) const fn woke(&mut self) {
        self.inputs += 1;
    }

    /// Lets a run decide on one input. What it rejects changes nothing.
    pub(super) fn advance(&mut self, shard: Shard, owned: &mut Owned, run_id: RunId, input: Input) {
        let Some(live) = owned.runs.get_mut(&run_id) else {
            return;
        };
        let Some(version) = &live.version else {
            return;
        };
        let first_seq = live.run.seq() + 1;
        match advance(&version.plan, &mut live.run, input, &given()) {
            Ok(mut decision) => {
                if planted::bug("double-terminal") && live.run.has_ended() {
                    decision.events.extend(decision.events.last().cloned());
                }
                self.decided(shard, run_id, first_seq, decision);
                owned.wake_at(run_id);
            }
            Err(rejection) => {
                tracing::debug!(run.id = %run_id, %rejection, "input changes nothing");
            }
        }
    }

    /// Starts a run that was promised and ends it at once.
    pub(super) fn refuse(&mut self, shard: Shard, owned: &mut Owned, start: Start, why: RunError) {
        let run_id = start.run_id;
        let refused = owned.runs.get_mut(&run_id).and_then(|live| {
            let Start {
                trigger,
                payload,
                parent,
                ..
            } = start;
            refuse(&mut live.run, trigger, payload, parent, why, &given()).ok()
        });
        if let Some(decision) = refused {
            self.decided(shard, run_id, 1, decision);
        }
    }

    fn decided(&mut self, shard: Shard, run_id: RunId, first_seq: u64, decision: Decision) {
        let touched = self.touched.entry(run_id).or_insert_with(|| Touched {
            shard,
            first_seq,
            events: Vec::new(),
            quiescence: decision.quiescence,
        });
        touched.events.extend(decision.events);
        touched.quiescence = decision.quiescence;
    }

    /// Forgets what a shard decided that is not durable: whoever takes it over decides anew.
    pub(super) fn leave(&mut self, shard: Shard) {
        self.touched.retain(|_, touched| touched.shard != shard);
        self.moved.remove(&shard);
        for ids in self.receipts.values_mut() {
            ids.retain(|(of, _)| *of != shard);
        }
    }

    /// Forgets a run of which the log already has everything.
    pub(super) fn forget(&mut self, run_id: RunId) {
        self.touched.remove(&run_id);
    }

    pub(super) fn starts(&self) -> Vec<RunId> {
        let starts = self.touched.iter().filter(|(_, run)| run.first_seq == 1);
        starts.map(|(run_id, _)| *run_id).collect()
    }

    /// The rows of this round; `pos` goes on from each shard's last.
    pub(super) fn rows(&self, shards: &BTreeMap<Shard, Owned>, parking: &Parking) -> Flush {
        let mut flush = Flush::default();
        let mut positions: BTreeMap<Shard, u64> = BTreeMap::new();
        let now_ms = now_ms();
        for (run_id, touched) in &self.touched {
            let shard = touched.shard;
            let Some(owned) = shards.get(&shard) else {
                continue;
            };
            let Some(live) = owned.runs.get(run_id) else {
                continue;
            };
            let pos = positions.entry(shard).or_insert(owned.pos);
            for (first_seq, frame, count) in frames(touched.first_seq, &touched.events) {
                *pos += 1 + u64::from(planted::bug("skip-pos") && *pos % 8 == 7);
                let gap = planted::bug("skip-seq") && first_seq > 1;
                let first_seq = first_seq + u64::from(gap);
                flush.frames.push(FrameRow {
                    shard,
                    pos: *pos,
                    run_id: *run_id,
                    first_seq,
                    last_seq: first_seq + count - 1,
                    frame,
                });
            }
            flush.waits.extend(waits(shard, live, &touched.events));
            if let Some(idle) = touched.parks(live, parking, now_ms) {
                flush.parked.push(ParkRow {
                    shard,
                    run_id: *run_id,
                    idle,
                });
            } else if live.parked {
                flush.woken.push((shard, *run_id));
            }
            let status = live.run.status();
            if touched.first_seq == 1 || live.run.has_ended() {
                flush.runs.push(RunRow {
                    shard,
                    run_id: *run_id,
                    workflow_id: live.run.identity().workflow_id,
                    version_id: live.run.identity().version_id,
                    status,
                    tenant: live.story.tenant.clone(),
                    correlation_id: live.story.correlation_id,
                    causation_id: live.story.causation_id,
                    traceparent: live.story.traceparent.clone(),
                    started_at_ms: live.run.started_at_ms(),
                    ended_at_ms: touched
                        .events
                        .last()
                        .and_then(RunEvent::ended_at_ms)
                        .map(|at_ms| at_ms + i64::from(planted::bug("fold-drift"))),
                });
            }
        }
        let touched = positions.keys().chain(&self.moved).copied();
        for shard in touched.collect::<BTreeSet<_>>() {
            let Some(owned) = shards.get(&shard) else {
                continue;
            };
            flush.shards.push(ShardRow {
                shard,
                epoch: owned.epoch,
                was: owned.pos,
                pos: positions.get(&shard).copied().unwrap_or(owned.pos),
                published_pos: owned.published_pos(),
                incarnation: owned.incarnation,
                input_seq: owned.input_seq,
            });
        }
        flush
    }
}

/// The waits for events that have begun.
fn waits(shard: Shard, live: &Live, events: &[RunEvent]) -> impl Iterator<Item = WaitRow> {
    let (identity, tenant) = (live.run.identity(), &live.story.tenant);
    events.iter().filter_map(move |event| {
        let RunEvent::EventAwaited {
            node,
            iteration,
            event_type,
            account_id,
            matching,
            filter,
            at_ms: _,
        } = event
        else {
            return None;
        };
        Some(WaitRow {
            shard,
            run_id: identity.run_id,
            workflow_id: identity.workflow_id,
            tenant: tenant.clone(),
            node: node.clone(),
            iteration: iteration.clone(),
            event_type: event_type.clone(),
            account: *account_id,
            matching: matching.as_str().to_owned(),
            filter: filter.clone(),
        })
    })
}

impl Touched {
    /// Until when the run is parked with this round, if it is.
    fn parks(&self, live: &Live, parking: &Parking, now_ms: i64) -> Option<Idle> {
        let plan = &live.version.as_ref()?.plan;
        let waits = matches!(self.quiescence, Quiescence::Waiting);
        let idle = waits.then(|| live.run.idle(plan)).flatten();
        idle.filter(|idle| parking.is_far(*idle, now_ms))
    }
}

/// The time of a decision, and its randomness.
fn given() -> Given {
    Given {
        now_ms: chrono::Utc::now().timestamp_millis(),
        seed: rand::rng().random(),
    }
}
