//! What a commit lets out: the log, effects, answers.

use super::{
    Lane,
    owned::Live,
    round::{Round, Touched},
};
use crate::{
    manifest::{INPUT, SERVICE},
    publish::{self, Logbook, Outgoing},
    store::flush::Flush,
};
use bus::{Cause, Message};
use engine_core::{Effect, Identity, Quiescence, Status, effects};
use events::{EventsApplied, RunEvent, RunResponded};
use ids::{EventId, RunId, Shard, TenantId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// How long an adapter may take before it is asked again.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(30);

impl Lane {
    pub(super) async fn after_commit(
        &mut self,
        round: Round,
        flush: Flush,
        committed: &BTreeSet<Shard>,
    ) {
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
        let mut logbook = Logbook::default();
        for frame in flush.frames.iter().filter(|f| committed.contains(&f.shard)) {
            if let Some(live) = self
                .shards
                .get(&frame.shard)
                .and_then(|o| o.runs.get(&frame.run_id))
            {
                logbook.add(&live.story, live.run.identity(), frame);
            }
        }
        out.messages.extend(logbook.close());
        for (run_id, touched) in &round.touched {
            if committed.contains(&touched.shard) {
                self.release(*run_id, touched, &mut out).await;
            }
        }
        for (shard, run_id) in &flush.woken {
            if let Some(live) = self.committed_run(*shard, *run_id, committed) {
                live.parked = false;
            }
        }
        for row in &flush.parked {
            if let Some(owned) = self.shards.get_mut(&row.shard)
                && committed.contains(&row.shard)
            {
                owned.runs.remove(&row.run_id);
                metrics::counter!("st_runs_parked_total").increment(1);
            }
        }
        out.messages.extend(receipts(round.receipts, committed));
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

    fn committed_run(
        &mut self,
        shard: Shard,
        run_id: RunId,
        committed: &BTreeSet<Shard>,
    ) -> Option<&mut Live> {
        let owned = self.shards.get_mut(&shard);
        let owned = owned.filter(|_| committed.contains(&shard))?;
        owned.runs.get_mut(&run_id)
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
                | Effect::Reply(_)
                | Effect::Completed(_)
                | Effect::Failed(_)
                | Effect::Cancelled(_)
                | Effect::ChildCompleted(_)
                | Effect::ChildFailed(_)
                | Effect::CancelChild(_) => out.messages.push(message),
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
            Quiescence::Ended => {
                if let Some(ended) = owned.runs.remove(&run_id)
                    && ended.is_counted()
                {
                    self.bell.ended(run_id);
                }
            }
            Quiescence::More => self.more.push_back((touched.shard, run_id)),
            Quiescence::Waiting => {}
        }
    }
}

/// Nobody waits for ever: a client whose answer is lost finds it in the read model.
pub(crate) async fn answer(bus: &bus::Bus, message: Message) {
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

/// What another owner will take is not applied: its producer must keep it.
fn receipts(
    applied: BTreeMap<String, Vec<(Shard, EventId)>>,
    committed: &BTreeSet<Shard>,
) -> impl Iterator<Item = Message> {
    applied.into_iter().filter_map(|(producer, ids)| {
        let ids = ids
            .into_iter()
            .filter(|(shard, _)| committed.contains(shard));
        let ids: Vec<EventId> = ids.map(|(_, id)| id).collect();
        if ids.is_empty() {
            return None;
        }
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
