//! The loop that has effects done, many at a time, and records what came of them, all that have ended at once.
//!
//! What this process admits it is handed over; what another left behind, and what had no room, it takes from the ledger.

use crate::{
    Effects, Protocol,
    desk::{Handed, PER_LANE, Room},
    lanes::Lanes,
    perform::Finished,
    store::ledger::{Open, Owner},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How often the ledger is looked through though nobody told of anything; bounds how long a dead process's rows lie.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Rows that were left in the ledger are taken when no more than these are in memory, and so many at a time.
const LOW: usize = 32;
const TAKEN: i64 = 256;
/// How often old rows are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(3_600);

/// One process's work.
struct Work<P: Protocol> {
    effects: Arc<Effects<P>>,
    owner: Owner,
    /// Rows that are handed over, once the ledger knows this process.
    handed: Option<UnboundedReceiver<Handed>>,
    /// Rows in memory until their results are recorded: by key, with their lane.
    known: BTreeMap<String, (String, Option<Room>)>,
    lanes: Lanes<Open>,
    calls: JoinSet<Called<P>>,
    finished: Vec<Finished<P>>,
    /// One at a time: what ends meanwhile goes together.
    settling: JoinSet<Vec<String>>,
    /// More may lie in the ledger.
    left: bool,
}

/// A call that has ended: its row, and what is to be recorded unless another process has it.
struct Called<P: Protocol> {
    effect_key: String,
    finished: Option<Finished<P>>,
}

impl<P: Protocol> Effects<P> {
    /// Works until `stop`, then finishes what is running. Begins with what a process that died has left.
    pub async fn dispatch(self: Arc<Self>, stop: CancellationToken) {
        let mut work = Work {
            owner: Owner::new(),
            handed: None,
            known: BTreeMap::new(),
            lanes: Lanes::new(self.limits),
            calls: JoinSet::new(),
            finished: Vec::new(),
            settling: JoinSet::new(),
            left: true,
            effects: self,
        };
        work.run(&stop).await;
        work.effects.desk.leave();
    }
}

impl<P: Protocol> Work<P> {
    async fn run(&mut self, stop: &CancellationToken) {
        let desk = Arc::clone(&self.effects.desk);
        let (mut look, mut pruned) = (Instant::now(), Instant::now());
        while !(stop.is_cancelled() && self.is_idle()) {
            if !stop.is_cancelled() {
                let overdue = look <= Instant::now();
                if overdue || (self.left && self.known.len() <= LOW) {
                    self.take().await;
                    look = Instant::now() + LOOK_EVERY;
                }
                self.begin();
            }
            self.settle();
            tokio::select! {
                Some(called) = self.calls.join_next(), if !self.calls.is_empty() => self.called(called),
                Some(settled) = self.settling.join_next(), if !self.settling.is_empty() => {
                    for key in ended(settled).into_iter().flatten() {
                        self.known.remove(&key);
                    }
                }
                Some(handed) = receive(&mut self.handed) => self.accept(handed.row, Some(handed.room)),
                () = desk.left.notified() => self.left = true,
                () = sleep_until(look) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => desk.leave(),
            }
            self.gather();
            if pruned.elapsed() > PRUNE_EVERY {
                pruned = Instant::now();
                if let Err(error) = self.owner.prune().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "effect ledger not pruned"
                    );
                }
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.finished.is_empty() && self.settling.is_empty()
    }

    /// Whatever else has come meanwhile, so that it goes together.
    fn gather(&mut self) {
        while let Some(called) = self.calls.try_join_next() {
            self.called(called);
        }
        while let Some(Ok(handed)) = self.handed.as_mut().map(UnboundedReceiver::try_recv) {
            self.accept(handed.row, Some(handed.room));
        }
    }

    fn accept(&mut self, row: Open, room: Option<Room>) {
        if !self.known.contains_key(&row.effect_key) {
            let lane = row.lane.clone();
            let effect_key = row.effect_key.clone();
            self.lanes.push(&lane, row);
            self.known.insert(effect_key, (lane, room));
        }
    }

    fn begin(&mut self) {
        while let Some(row) = self.lanes.next() {
            let (effects, owner) = (Arc::clone(&self.effects), self.owner.number);
            let span = row.story.span::<P::Effect>();
            let call = async move {
                Called {
                    finished: effects.perform(&row, owner).await,
                    effect_key: row.effect_key,
                }
            };
            self.calls.spawn(call.instrument(span));
        }
    }

    fn called(&mut self, called: Result<Called<P>, JoinError>) {
        let Some(called) = ended(called) else { return };
        if let Some((lane, _)) = self.known.get(&called.effect_key) {
            self.lanes.free(lane);
        }
        match called.finished {
            Some(finished) => self.finished.push(finished),
            None => drop(self.known.remove(&called.effect_key)),
        }
    }

    fn settle(&mut self) {
        if self.finished.is_empty() || !self.settling.is_empty() {
            return;
        }
        let finished = std::mem::take(&mut self.finished);
        let (effects, owner) = (Arc::clone(&self.effects), self.owner.number);
        self.settling.spawn(effects.settle(finished, owner));
    }

    /// Takes rows that nobody alive works on.
    async fn take(&mut self) {
        let keys: Vec<&str> = self.known.keys().map(String::as_str).collect();
        let lanes: Vec<&str> = self.known.values().map(|(lane, _)| lane.as_str()).collect();
        let database = &self.effects.database;
        let most = i32::try_from(PER_LANE).unwrap_or(i32::MAX);
        let taken = self
            .owner
            .take(database, (&keys, &lanes), most, TAKEN)
            .await;
        match taken {
            Ok(rows) => {
                if self.handed.is_none() {
                    self.handed = Some(self.effects.desk.sit(self.owner.number));
                }
                self.left = !rows.is_empty();
                for row in rows {
                    self.accept(row, None);
                }
            }
            // It may not be known as alive: what it is handed could be taken by another.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no effects taken");
                self.effects.desk.leave();
                self.handed = None;
                self.left = true;
            }
        }
    }
}

/// The service stops on a panic; the row is found as interrupted. Nothing when the process ends.
fn ended<T>(joined: Result<T, JoinError>) -> Option<T> {
    match joined.map_err(JoinError::try_into_panic) {
        Ok(value) => Some(value),
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => None,
    }
}

async fn receive(handed: &mut Option<UnboundedReceiver<Handed>>) -> Option<Handed> {
    match handed {
        Some(handed) => handed.recv().await,
        None => std::future::pending().await,
    }
}
