//! One flush for many runs.

use super::{Lane, release::answer, round::Round};
use crate::{
    publish,
    store::flush::{Flush, Flushed, existing_runs},
};
use ids::Shard;
use rand::RngExt;
use std::collections::BTreeSet;
use store::Error;
use tokio::time::Instant;

impl Lane {
    /// Makes everything since the last flush durable, in one statement, and then tells the world.
    pub(super) async fn flush(&mut self) {
        let mut round = std::mem::take(&mut self.round);
        loop {
            let flush = round.rows(&self.shards, &self.parking);
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

    /// Runs whose start came a second time: the log has them, and they have ended or are parked, or they would be in memory.
    async fn drop_repeats(&mut self, round: &mut Round) -> Result<bool, Error> {
        let existing = existing_runs(&mut self.conn, &round.starts()).await?;
        for run_id in &existing {
            round.forget(*run_id);
            let mut shards = self.shards.values_mut();
            let repeat = shards.find_map(|owned| owned.runs.remove(run_id));
            tracing::debug!(run.id = %run_id, "start came again, the run exists");
            if repeat
                .as_ref()
                .is_some_and(|live| live.run.parent().is_some())
            {
                self.tell_parent_again(*run_id).await?;
            }
            let asked = repeat.map(|live| {
                let first = live.run.reply_to().map(str::to_owned);
                first.into_iter().chain(live.also_reply_to)
            });
            for replica in asked.into_iter().flatten() {
                self.answer_again(*run_id, Some(replica)).await?;
            }
        }
        Ok(!existing.is_empty())
    }
}
