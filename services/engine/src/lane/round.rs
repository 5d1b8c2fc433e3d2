//! What the runs of a lane decided since the last flush, and the flush of it.

use super::{Lane, owned::Owned};
use crate::{
    manifest::{INPUT, SERVICE},
    publish::{self, Outgoing},
    store::flush::{Flush, Flushed, FrameRow, RunRow, ShardRow, existing_runs},
};
use bus::{Cause, Envelope, Message};
use engine_core::{Effect, Given, Identity, Input, Quiescence, Status, advance, effects};
use events::{EventsApplied, RunEvent, RunResponded};
use ids::{EventId, RunId, Shard, TenantId};
use rand::RngExt;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use store::Error;
use tokio::time::Instant;

/// How long an adapter may take before it is asked again.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(30);
/// Longest frame, in bytes of JSON: it must fit one message.
const FRAME_BYTES: usize = 220 * 1024;

/// See the module.
#[derive(Default)]
pub(super) struct Round {
    touched: BTreeMap<RunId, Touched>,
    /// Shards whose cursor moved.
    moved: BTreeSet<Shard>,
    /// Who wants to know that an event has been applied.
    receipts: BTreeMap<String, Vec<EventId>>,
    inputs: usize,
}

/// One run in this round.
struct Touched {
    shard: Shard,
    first_seq: u64,
    events: Vec<RunEvent>,
    quiescence: Quiescence,
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
            ids.push(envelope.id);
        }
    }

    /// A delivery that changes nothing has been taken.
    pub(super) fn passed(&mut self, shard: Shard) {
        self.moved.insert(shard);
        self.inputs += 1;
    }

    /// Lets a run decide on one input. What it rejects changes nothing.
    pub(super) fn advance(&mut self, shard: Shard, owned: &mut Owned, run_id: RunId, input: Input) {
        let Some(live) = owned.runs.get_mut(&run_id) else {
            return;
        };
        let given = Given {
            now_ms: chrono::Utc::now().timestamp_millis(),
            seed: rand::rng().random(),
        };
        let first_seq = live.run.seq() + 1;
        match advance(&live.version.plan, &mut live.run, input, &given) {
            Ok(decision) => {
                let touched = self.touched.entry(run_id).or_insert_with(|| Touched {
                    shard,
                    first_seq,
                    events: Vec::new(),
                    quiescence: decision.quiescence,
                });
                touched.events.extend(decision.events);
                if planted::bug("double-terminal") && live.run.has_ended() {
                    touched.events.extend(touched.events.last().cloned());
                }
                touched.quiescence = decision.quiescence;
            }
            Err(rejection) => {
                tracing::debug!(run.id = %run_id, %rejection, "input changes nothing");
            }
        }
    }

    /// Forgets a run of which the log already has everything.
    fn forget(&mut self, run_id: RunId) {
        self.touched.remove(&run_id);
    }

    fn starts(&self) -> Vec<RunId> {
        let starts = self.touched.iter().filter(|(_, run)| run.first_seq == 1);
        starts.map(|(run_id, _)| *run_id).collect()
    }

    /// The rows of this round; `pos` goes on from each shard's last.
    fn rows(&self, shards: &BTreeMap<Shard, Owned>) -> Flush {
        let mut flush = Flush::default();
        let mut positions: BTreeMap<Shard, u64> = BTreeMap::new();
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
            let status = live.run.status();
            if touched.first_seq == 1 || live.run.has_ended() {
                flush.runs.push(RunRow {
                    shard,
                    run_id: *run_id,
                    workflow_id: live.version.workflow_id,
                    version_id: live.version.version_id,
                    status,
                    tenant: live.story.tenant.clone(),
                    correlation_id: live.story.correlation_id,
                    causation_id: live.story.causation_id,
                    traceparent: live.story.traceparent.clone(),
                    started_at_ms: live.run.started_at_ms(),
                    ended_at_ms: touched
                        .events
                        .last()
                        .and_then(ended_at)
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

impl Lane {
    /// Makes everything since the last flush durable, in one statement, and then tells the world.
    pub(super) async fn flush(&mut self) {
        let mut round = std::mem::take(&mut self.round);
        loop {
            let flush = round.rows(&self.shards);
            if flush.is_empty() {
                return;
            }
            if planted::bug("publish-before-commit") && self.tells_too_early(&flush).await {
                return;
            }
            let began = Instant::now();
            let committed = match flush.commit(&mut self.conn).await {
                Ok(Flushed::Committed(shards)) => shards,
                Ok(Flushed::Repeats) => match self.drop_repeats(&mut round).await {
                    Ok(true) => continue,
                    // Somebody else wrote these runs: this owner is stale.
                    Ok(false) => BTreeSet::new(),
                    Err(error) => return self.start_over(&error).await,
                },
                Err(error) => return self.start_over(&error).await,
            };
            metrics::histogram!("st_flush_seconds").record(began.elapsed().as_secs_f64());
            metrics::histogram!("st_flush_runs").record(round.touched.len() as f64);
            self.under_load = round.touched.len() >= super::LOAD;
            self.last_flush = Instant::now();
            let lost = flush.shards.iter().map(|row| row.shard);
            let lost: Vec<Shard> = lost.filter(|shard| !committed.contains(shard)).collect();
            self.after_commit(round, flush, &committed).await;
            self.step_down(lost);
            return;
        }
    }

    /// For the bug `publish-before-commit`: tells of frames that are not durable, and of these every eighth never is.
    async fn tells_too_early(&mut self, flush: &Flush) -> bool {
        for frame in &flush.frames {
            let owned = self.shards.get(&frame.shard);
            if let Some(live) = owned.and_then(|owned| owned.runs.get(&frame.run_id)) {
                let message = publish::run_events(&live.story, live.run.identity(), frame);
                answer(&self.bus, message).await;
            }
        }
        let lost = !flush.frames.is_empty() && rand::rng().random_ratio(1, 8);
        if lost {
            let all: Vec<Shard> = self.shards.keys().copied().collect();
            self.step_down(all);
        }
        lost
    }

    /// Runs whose start came a second time: the log has them, and they have ended, or they would be in memory.
    async fn drop_repeats(&mut self, round: &mut Round) -> Result<bool, Error> {
        let existing = existing_runs(&mut self.conn, &round.starts()).await?;
        for run_id in &existing {
            round.forget(*run_id);
            let mut shards = self.shards.values_mut();
            let repeat = shards.find_map(|owned| owned.runs.remove(run_id));
            tracing::debug!(run.id = %run_id, "start came again, the run has ended");
            let replica = repeat.and_then(|live| Some(live.run.reply_to()?.to_owned()));
            self.answer_again(*run_id, replica).await?;
        }
        Ok(!existing.is_empty())
    }

    async fn after_commit(&mut self, round: Round, flush: Flush, committed: &BTreeSet<Shard>) {
        let mut out = Outgoing::default();
        for row in &flush.shards {
            if let Some(owned) = committed
                .contains(&row.shard)
                .then(|| self.shards.get_mut(&row.shard))
                .flatten()
            {
                owned.pos = row.pos;
                if row.pos > row.was {
                    out.marks.push((Arc::clone(&owned.published), row.pos));
                }
            }
        }
        for frame in flush.frames.iter().filter(|f| committed.contains(&f.shard)) {
            if let Some(live) = self
                .shards
                .get(&frame.shard)
                .and_then(|o| o.runs.get(&frame.run_id))
            {
                out.messages
                    .push(publish::run_events(&live.story, live.run.identity(), frame));
            }
        }
        for (run_id, touched) in &round.touched {
            if committed.contains(&touched.shard) {
                self.release(*run_id, touched, &mut out).await;
            }
        }
        out.messages.extend(receipts(round.receipts));
        for shard in committed {
            if let Some(owned) = self.shards.get_mut(shard) {
                owned.settle_some().await;
            }
        }
        if !(out.messages.is_empty() && out.marks.is_empty())
            && self.outgoing.send(out).await.is_err()
        {
            tracing::error!("the publisher is gone; the log will be published by its next owner");
        }
    }

    /// The effects of one run's durable events; what is answered on the spot leaves at once.
    async fn release(&mut self, run_id: RunId, touched: &Touched, out: &mut Outgoing) {
        let Some(owned) = self.shards.get_mut(&touched.shard) else {
            return;
        };
        let Some(live) = owned.runs.get(&run_id) else {
            return;
        };
        for (seq, effect) in effects(&live.run, touched.first_seq, &touched.events) {
            let Some(message) =
                publish::effect(&live.story, run_id, seq, &effect, self.ends_awaited)
            else {
                continue;
            };
            match effect {
                Effect::Respond(said) => {
                    answer(&self.bus, message).await;
                    for replica in &live.also_reply_to {
                        let said = RunResponded {
                            replica: replica.clone(),
                            ..said.clone()
                        };
                        if let Some(message) = publish::answer(&live.story, run_id, seq, &said) {
                            answer(&self.bus, message).await;
                        }
                    }
                }
                Effect::Request(_)
                | Effect::Notify(_)
                | Effect::Completed(_)
                | Effect::Failed(_)
                | Effect::Cancelled(_) => out.messages.push(message),
            }
        }
        let due = Instant::now() + ASK_AGAIN;
        for event in &touched.events {
            if let RunEvent::EffectRequested { effect_key, .. } = event {
                let asked = (due, run_id, effect_key.clone(), 0);
                owned.open_effects.push(Reverse(asked));
            }
        }
        let status = live.run.status();
        live.span.record("run.status", status.as_str());
        live.span
            .in_scope(|| count(live.run.identity(), status, touched.first_seq));
        match touched.quiescence {
            Quiescence::Ended => drop(owned.runs.remove(&run_id)),
            Quiescence::More => self.more.push_back((touched.shard, run_id)),
            Quiescence::Waiting => {}
        }
    }
}

/// Nobody waits for ever: a client whose answer is lost finds it in the read model.
pub(super) async fn answer(bus: &bus::Bus, message: Message) {
    if let Err(error) = bus.send(&message).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "answer not sent");
    }
}

fn count(identity: &Identity, status: Status, first_seq: u64) {
    if first_seq == 1 {
        metrics::counter!("st_runs_started_total").increment(1);
    }
    match status {
        Status::New | Status::Running => {}
        Status::Completed => metrics::counter!("st_runs_completed_total").increment(1),
        Status::Cancelled => metrics::counter!("st_runs_cancelled_total").increment(1),
        Status::Failed => {
            metrics::counter!("st_runs_failed_total").increment(1);
            tracing::info!(run.id = %identity.run_id, workflow.id = %identity.workflow_id, "run failed");
        }
    }
}

fn receipts(applied: BTreeMap<String, Vec<EventId>>) -> impl Iterator<Item = Message> {
    applied.into_iter().filter_map(|(producer, ids)| {
        let event = EventsApplied {
            consumer: INPUT.to_owned(),
            producer,
            ids,
        };
        let cause = Cause::root(TenantId::default_tenant());
        Message::encode(
            SERVICE,
            &cause,
            &event,
            EventId::generate(),
            chrono::Utc::now(),
        )
        .ok()
    })
}

/// Frames of at most [`FRAME_BYTES`], each with the number of its first event and how many it holds.
fn frames(first_seq: u64, events: &[RunEvent]) -> Vec<(u64, String, u64)> {
    let mut frames = Vec::new();
    let (mut frame, mut first, mut count) = (String::from("["), first_seq, 0);
    for event in events {
        let text = serde_json::to_string(event).unwrap_or_default();
        if count > 0 && frame.len() + text.len() > FRAME_BYTES {
            frame.push(']');
            frames.push((
                first,
                std::mem::replace(&mut frame, String::from("[")),
                count,
            ));
            (first, count) = (first + count, 0);
        }
        if count > 0 {
            frame.push(',');
        }
        frame.push_str(&text);
        count += 1;
    }
    if count > 0 {
        frame.push(']');
        frames.push((first, frame, count));
    }
    frames
}

fn ended_at(event: &RunEvent) -> Option<i64> {
    match event {
        RunEvent::RunCompleted { at_ms, .. }
        | RunEvent::RunFailed { at_ms, .. }
        | RunEvent::RunCancelled { at_ms, .. } => Some(*at_ms),
        RunEvent::RunStarted { .. }
        | RunEvent::PlanComputed { .. }
        | RunEvent::NodeStarted { .. }
        | RunEvent::NodeCompleted { .. }
        | RunEvent::NodeFailed { .. }
        | RunEvent::NodeSkipped { .. }
        | RunEvent::EffectRequested { .. }
        | RunEvent::EffectCompleted { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::CostIncurred { .. } => None,
    }
}
