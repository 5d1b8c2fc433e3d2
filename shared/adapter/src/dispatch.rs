//! The loop that takes rows from the ledger and has them done, many at a time.

use crate::{
    Effects, Protocol,
    store::ledger::{Open, Owner},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How long the loop sleeps when nothing wakes it; bounds how long a dead process's rows lie.
const IDLE: Duration = Duration::from_secs(2);
/// How often old rows are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(3_600);

impl<P: Protocol> Effects<P> {
    /// Works until `stop`, then finishes what is running. Begins with what a process that died has left.
    pub async fn dispatch(self: Arc<Self>, stop: CancellationToken) {
        let mut owner = Owner::new();
        let mut running: JoinSet<String> = JoinSet::new();
        // Keys that are being worked on, with their lanes.
        let mut busy: BTreeMap<String, String> = BTreeMap::new();
        let mut pruned = tokio::time::Instant::now();
        while !(stop.is_cancelled() && running.is_empty()) {
            if !stop.is_cancelled() {
                for row in self.take(&mut owner, &busy).await {
                    busy.insert(row.effect_key.clone(), row.lane.clone());
                    running.spawn(Arc::clone(&self).work(row, owner.number));
                }
            }
            tokio::select! {
                Some(done) = running.join_next(), if !running.is_empty() => match done {
                    Ok(key) => drop(busy.remove(&key)),
                    // The service stops on a panic; the row is found as interrupted.
                    Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                    Err(_) => return,
                },
                () = self.admitted.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
            if pruned.elapsed() > PRUNE_EVERY {
                pruned = tokio::time::Instant::now();
                if let Err(error) = owner.prune().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "effect ledger not pruned"
                    );
                }
            }
        }
    }

    async fn work(self: Arc<Self>, row: Open, owner: i32) -> String {
        let span = row.story.span::<P::Effect>();
        self.perform(&row, owner).instrument(span).await;
        row.effect_key
    }

    async fn take(&self, owner: &mut Owner, busy: &BTreeMap<String, String>) -> Vec<Open> {
        let free = usize::from(self.limits.calls).saturating_sub(busy.len());
        if free == 0 {
            return Vec::new();
        }
        let keys: Vec<String> = busy.keys().cloned().collect();
        let lanes: Vec<String> = busy.values().cloned().collect();
        let per_lane = i32::from(self.limits.calls_per_lane.max(1));
        let limit = i64::try_from(free).unwrap_or(i64::MAX);
        owner
            .take(&self.database, (&keys, &lanes), per_lane, limit)
            .await
            .inspect_err(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "no effects taken");
            })
            .unwrap_or_default()
    }
}
