//! Taking shards over, and making good what was lost on the way.

use super::{
    Lane, Owned,
    owned::Live,
    release::{ASK_AGAIN, answer},
};
use crate::{
    publish::{self, Logbook, Outgoing, Story},
    reader::{Cursor, Reader},
    store::{
        flush::FrameRow,
        log::{self, Logged},
        ownership,
    },
    versions::Version,
    whole::{self, restore},
};
use bus::Message;
use engine_core::{Effect, Identity, Run, effects, evolve};
use ids::Shard;
use std::{
    cmp::Reverse,
    ops::Range,
    sync::{Arc, atomic::AtomicU64},
};
use store::Error;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Frames that are published again at a time.
const AT_A_TIME: u64 = 1_000;
/// The longest pause before an effect is asked for again, as a power of two of the first.
const LONGEST_PAUSE: u32 = 5;

impl Lane {
    /// Takes a shard over: raises its epoch, folds its runs that are awake, publishes what its last owner may not have
    /// published, asks again for open effects, and reads its input from the cursor on.
    pub(super) async fn own(&mut self, shard: Shard) {
        let began = Instant::now();
        if let Err(error) = self.try_own(shard).await {
            tracing::warn!(error = &error as &dyn std::error::Error, %shard, "could not take a shard over");
            self.shards.remove(&shard);
            self.more.retain(|(of, _)| *of != shard);
            // The ownership has ended when nobody listens.
            let _ = self.lost.send(shard);
            self.reconnect().await;
            return;
        }
        metrics::gauge!("st_shards_owned").increment(1);
        tracing::info!(%shard, took_ms = began.elapsed().as_millis(), "owns shard");
    }

    async fn try_own(&mut self, shard: Shard) -> Result<(), Error> {
        let taken = ownership::take_over(&mut self.conn, shard).await?;
        let stop = CancellationToken::new();
        let mut owned = Owned::new(&taken, stop.clone());
        for mut logged in log::running(&mut self.conn, shard).await? {
            match restore(self.shelf.as_ref(), &mut logged).await {
                Ok(()) => {}
                Err(never @ whole::Error::Never(_)) => {
                    tracing::error!(run.id = %logged.run_id, error = &never as &dyn std::error::Error, "run cannot go on");
                    continue;
                }
                Err(away @ whole::Error::Away(_)) => return Err(away.into()),
            }
            let Some(version) = self
                .versions
                .version(&mut self.conn, logged.version_id)
                .await?
            else {
                tracing::error!(run.id = %logged.run_id, "run cannot go on, its version cannot be executed");
                continue;
            };
            let live = awake(&logged, version, false);
            for (key, _) in live.run.open_effects() {
                owned.open_effects.push(Reverse((
                    Instant::now(),
                    logged.run_id,
                    key.to_owned(),
                    0,
                )));
            }
            self.more.push_back((shard, logged.run_id));
            owned.runs.insert(logged.run_id, live);
        }
        self.parking.know_nothing();
        self.shards.insert(shard, owned);
        self.publish_after(shard, taken.published_pos).await?;
        let Some(lane) = self.own.upgrade() else {
            return Ok(());
        };
        let reader = Reader {
            bus: Arc::clone(&self.bus),
            shard,
            epoch: taken.epoch,
            cursor: Cursor {
                incarnation: taken.incarnation,
                seq: taken.input_seq,
            },
            lane,
            stop,
        };
        self.readers.spawn(reader.run());
        Ok(())
    }

    /// What is overdue on each shard: acknowledgements, open effects, frames that a reader of the log has lost.
    pub(super) async fn look_after_shards(&mut self) {
        let shards: Vec<Shard> = self.shards.keys().copied().collect();
        for shard in shards {
            let Some(owned) = self.shards.get_mut(&shard) else {
                continue;
            };
            owned.settle_now().await;
            let stalled = owned.stalled_at();
            self.ask_again(shard).await;
            if let Some(pos) = stalled {
                tracing::warn!(%shard, pos, "the log is not being read, publishing it again");
                if let Err(error) = self.publish_after(shard, pos).await {
                    return self.start_over(&error).await;
                }
            }
        }
    }

    /// Asks again for effects without a result. The key is the same: an adapter that did the work says so.
    async fn ask_again(&mut self, shard: Shard) {
        let Some(owned) = self.shards.get_mut(&shard) else {
            return;
        };
        let now = Instant::now();
        let mut out = Outgoing::default();
        while owned
            .open_effects
            .peek()
            .is_some_and(|next| next.0.0 <= now)
        {
            let Some(Reverse((_, run_id, key, attempts))) = owned.open_effects.pop() else {
                break;
            };
            let Some(live) = owned.runs.get(&run_id) else {
                continue;
            };
            let open = live.run.open_effects().find(|(open, _)| *open == key);
            let Some(request) = open.and_then(|(key, open)| live.run.request(key, open)) else {
                continue;
            };
            let attempt = attempts.saturating_add(1);
            // A number of its own for each owner and attempt: equal ids are dropped by the stream.
            let nonce =
                u32::try_from(owned.epoch & 0xFFFF).unwrap_or_default() << 16 | (attempt & 0xFFFF);
            let seq = live.run.seq();
            out.messages
                .extend(publish::request(&live.story, run_id, seq, &request, nonce));
            let due = now + ASK_AGAIN * 2_u32.pow(attempt.min(LONGEST_PAUSE));
            owned
                .open_effects
                .push(Reverse((due, run_id, key, attempt)));
        }
        self.put_out(out).await;
    }

    /// Publishes the log of a shard again, with the effects that follow from it, from `pos` (exclusive) on.
    async fn publish_after(&mut self, shard: Shard, mut pos: u64) -> Result<(), Error> {
        while let Some((end, published)) = self.window(shard, pos) {
            let runs = log::written_between(&mut self.conn, shard, pos, end).await?;
            let mut again = Again::default();
            for logged in &runs {
                again.add(shard, logged, pos..end, self.ends_awaited);
            }
            tracing::info!(%shard, frames = again.frames.len(), after = pos, to = end, "publishing again");
            for message in std::mem::take(&mut again.answers) {
                answer(&self.bus, message).await;
            }
            let out = Outgoing {
                messages: again.messages(),
                marks: vec![(published, end)],
            };
            self.put_out(out).await;
            pos = end;
        }
        Ok(())
    }

    /// The end of the next stretch of the log after `pos`, and where to note that it is published.
    fn window(&self, shard: Shard, pos: u64) -> Option<(u64, Arc<AtomicU64>)> {
        let owned = self.shards.get(&shard)?;
        let end = owned.pos.min(pos + AT_A_TIME);
        (end > pos).then(|| (end, Arc::clone(&owned.published)))
    }

    pub(super) async fn put_out(&mut self, out: Outgoing) {
        let idle = out.messages.is_empty() && out.marks.is_empty();
        if !idle && self.outgoing.send(out).await.is_err() {
            tracing::error!("the publisher is gone; the log will be published by its next owner");
        }
    }
}

/// The answer of a run that has spoken, for `replica`.
pub(super) fn answer_again(logged: &Logged, replica: String) -> Option<Message> {
    let run = folded(logged).answering(replica);
    let mut frames = logged.frames.iter();
    let (seq, said) = frames.find_map(|frame| {
        let effects = effects(&run, frame.first_seq, &frame.events);
        effects.into_iter().find_map(|(seq, effect)| match effect {
            Effect::Respond(said) => Some((seq, said)),
            Effect::Request(_)
            | Effect::Notify(_)
            | Effect::Reply(_)
            | Effect::Completed(_)
            | Effect::Failed(_)
            | Effect::Cancelled(_)
            | Effect::ChildCompleted(_)
            | Effect::ChildFailed(_)
            | Effect::CancelChild(_) => None,
        })
    })?;
    publish::answer(&story(logged), logged.run_id, seq, &said)
}

/// What a run that has ended told the run that waits for it.
pub(super) fn told_parent(logged: &Logged) -> Option<Message> {
    let run = folded(logged);
    let last = logged.frames.last()?;
    let told = effects(&run, last.first_seq, &last.events);
    let (seq, effect) = told
        .into_iter()
        .find(|(_, effect)| matches!(effect, Effect::ChildCompleted(_) | Effect::ChildFailed(_)))?;
    publish::effect(&story(logged), logged.run_id, seq, &effect, false)
}

/// What follows from a stretch of a shard's log.
#[derive(Default)]
struct Again {
    frames: Vec<(Story, Identity, FrameRow)>,
    /// Each with its `pos`.
    effects: Vec<(u64, Message)>,
    answers: Vec<Message>,
}

impl Again {
    /// Adds the frames of one run whose `pos` follows the start of `stretch` and is not behind its end.
    fn add(&mut self, shard: Shard, logged: &Logged, stretch: Range<u64>, ends_awaited: bool) {
        let story = story(logged);
        let mut run = Run::new(identity(logged));
        for frame in &logged.frames {
            frame
                .events
                .iter()
                .for_each(|event| evolve(&mut run, event));
            if frame.pos <= stretch.start || frame.pos > stretch.end {
                continue;
            }
            let row = FrameRow {
                shard,
                pos: frame.pos,
                run_id: logged.run_id,
                first_seq: frame.first_seq,
                last_seq: run.seq(),
                frame: frame.text.clone(),
            };
            self.frames.push((story.clone(), identity(logged), row));
            for (seq, effect) in effects(&run, frame.first_seq, &frame.events) {
                let message = publish::effect(&story, logged.run_id, seq, &effect, ends_awaited);
                if matches!(effect, Effect::Respond(_)) {
                    self.answers.extend(message);
                } else {
                    let message = message.map(|message| (frame.pos, message));
                    self.effects.extend(message);
                }
            }
        }
    }

    /// In the order of the log, the log first.
    fn messages(mut self) -> Vec<Message> {
        self.frames.sort_by_key(|(_, _, frame)| frame.pos);
        self.effects.sort_by_key(|(pos, _)| *pos);
        let mut logbook = Logbook::default();
        for (story, identity, frame) in &self.frames {
            logbook.add(story, identity, frame);
        }
        let effects = self.effects.into_iter().map(|(_, message)| message);
        logbook.close().chain(effects).collect()
    }
}

/// A run as its log tells of it.
pub(super) fn awake(logged: &Logged, version: Arc<Version>, parked: bool) -> Live {
    let (run, mut story) = (folded(logged), story(logged));
    Live {
        span: story.trace(run.identity()),
        run,
        version: Some(version),
        story,
        also_reply_to: Vec::new(),
        wake_at_ms: None,
        parked,
    }
}

fn identity(logged: &Logged) -> Identity {
    Identity {
        run_id: logged.run_id,
        workflow_id: logged.workflow_id,
        version_id: logged.version_id,
    }
}

fn story(logged: &Logged) -> Story {
    Story {
        tenant: logged.tenant.clone(),
        correlation_id: logged.correlation_id,
        causation_id: logged.causation_id,
        traceparent: logged.traceparent.clone(),
    }
}

fn folded(logged: &Logged) -> Run {
    let events = logged.frames.iter().flat_map(|frame| &frame.events);
    engine_core::fold(identity(logged), events)
}
