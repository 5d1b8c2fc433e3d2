//! Runs that wait long leave memory.
//!
//! A run that has nothing to do but wait for longer than the lane's `far` is parked: the flush that makes its wait durable
//! writes its row of `parked_runs` too, in the same statement, and after the commit it is evicted. It is loaded again, as the
//! fold of its log, when its time comes or an input for it does; the flush of what it decides then removes the row, or
//! writes it anew.
//!
//! Why no wake-up is lost: a run that has not ended is in its owner's memory or has a row, since nothing is evicted before
//! its row is durable, and a row goes only in the statement that makes durable what the run did awake. A new owner folds
//! the runs without a row and looks for the rows; a stale owner's flush changes neither. Memory knows every row that wakes
//! before `known_until_ms`, which is at most `far` ahead; a run is parked only when it wakes later than that, so what is
//! written after a look is found by the next one. The clock may jump: then the lane looks again.

use super::{Lane, Owned, repair::awake, wake::now_ms};
use crate::{
    store::parked,
    whole::{self, restore},
};
use engine_core::{Idle, Input};
use ids::{RunId, Shard};
use std::{collections::BTreeSet, time::Duration};
use store::Error;

/// Rows of which a lane knows at a time.
const MOST_KNOWN: usize = 8_192;

/// What a lane knows of its parked runs.
pub(super) struct Parking {
    far_ms: i64,
    soon: BTreeSet<(i64, Shard, RunId)>,
    /// Every row that wakes before is in `soon`, or its run is in memory.
    known_until_ms: i64,
}

impl Parking {
    pub(super) fn new(far: Duration) -> Self {
        Self {
            far_ms: i64::try_from(far.as_millis()).unwrap_or(i64::MAX),
            soon: BTreeSet::new(),
            known_until_ms: i64::MIN,
        }
    }

    /// Whether a run that waits like this is parked now.
    pub(super) const fn is_far(&self, idle: Idle, now_ms: i64) -> bool {
        match idle {
            Idle::Until(at_ms) => at_ms > now_ms.saturating_add(self.far_ms),
            Idle::ForInput => true,
        }
    }

    /// When the first known run wakes.
    pub(super) fn first_ms(&self) -> Option<i64> {
        self.soon.first().map(|(at_ms, ..)| *at_ms)
    }

    /// There are shards whose rows nobody has looked at.
    pub(super) const fn know_nothing(&mut self) {
        self.known_until_ms = i64::MIN;
    }

    fn must_look(&self, now_ms: i64) -> bool {
        let ahead_ms = self.known_until_ms.saturating_sub(now_ms);
        let runs_out = ahead_ms < self.far_ms / 2 && self.soon.len() < MOST_KNOWN / 2;
        // The clock was set back: what was due then and waits now is not known any more.
        let set_back = ahead_ms > self.far_ms.saturating_add(1);
        runs_out || set_back
    }

    fn learn(&mut self, rows: Vec<(i64, Shard, RunId)>, until_ms: i64) {
        let cut_off = rows.last().filter(|_| rows.len() >= MOST_KNOWN);
        self.known_until_ms = cut_off.map_or(until_ms, |(at_ms, ..)| *at_ms);
        self.soon = rows.into_iter().collect();
    }

    fn due(&mut self, now_ms: i64, most: usize) -> Vec<(Shard, RunId)> {
        let mut due = Vec::new();
        while due.len() < most
            && let Some(first) = self.soon.first().copied()
            && first.0 <= now_ms
        {
            self.soon.remove(&first);
            due.push((first.1, first.2));
        }
        due
    }
}

impl Owned {
    /// Evicts a run that was loaded and changed nothing, when its row still says all.
    fn leave_parked(&mut self, run_id: RunId, parking: &Parking, now_ms: i64) {
        let idle = self.runs.get(&run_id).and_then(|live| {
            let version = live.version.as_ref().filter(|_| live.parked)?;
            live.run.idle(&version.plan)
        });
        if idle.is_some_and(|idle| parking.is_far(idle, now_ms)) {
            self.runs.remove(&run_id);
        }
    }
}

impl Lane {
    /// Looks which parked runs wake soon, when it is time to look.
    pub(super) async fn look_ahead(&mut self) {
        let now_ms = now_ms();
        if self.shards.is_empty() || !self.parking.must_look(now_ms) {
            return;
        }
        let shards: Vec<Shard> = self.shards.keys().copied().collect();
        let until_ms = now_ms.saturating_add(self.parking.far_ms);
        let most = i64::try_from(MOST_KNOWN).unwrap_or(i64::MAX);
        match parked::soon(&mut self.conn, &shards, until_ms, most).await {
            Ok(rows) => self.parking.learn(rows, until_ms),
            Err(error) => self.start_over(&error).await,
        }
    }

    /// Loads and wakes the parked runs that are due.
    pub(super) async fn wake_parked(&mut self) {
        let room = super::MOST.saturating_sub(self.round.inputs());
        let due = self.parking.due(now_ms(), room);
        let is_absent = |(shard, run_id): &&(Shard, RunId)| {
            let owned = self.shards.get(shard);
            owned.is_some_and(|owned| !owned.runs.contains_key(run_id))
        };
        let absent: Vec<RunId> = due.iter().filter(is_absent).map(|(_, run)| *run).collect();
        if let Err(error) = self.recall(&absent).await {
            return self.start_over(&error).await;
        }
        for (shard, run_id) in due {
            if let Some(owned) = self.shards.get_mut(&shard) {
                self.round.woke();
                self.round.advance(shard, owned, run_id, Input::Wake);
                // The clock may have been set back: then the run still waits.
                owned.wake_at(run_id);
            }
            self.put_back(shard, run_id);
        }
    }

    /// Brings those of these runs into memory that are parked.
    pub(super) async fn recall(&mut self, runs: &[RunId]) -> Result<(), Error> {
        if runs.is_empty() {
            return Ok(());
        }
        let mut ended = Vec::new();
        for mut logged in parked::load(&mut self.conn, runs).await? {
            let (run_id, shard) = (logged.run_id, Shard::of(logged.run_id));
            match restore(self.shelf.as_ref(), &mut logged).await {
                Ok(()) => {}
                Err(never @ whole::Error::Never(_)) => {
                    tracing::error!(run.id = %run_id, error = &never as &dyn std::error::Error, "parked run cannot go on");
                    continue;
                }
                Err(away @ whole::Error::Away(_)) => {
                    self.files_away(shard, &away);
                    continue;
                }
            }
            let version = self.versions.version(&mut self.conn, logged.version_id);
            let Some(version) = version.await? else {
                tracing::error!(run.id = %run_id, "parked run cannot go on, its version cannot be executed");
                continue;
            };
            let live = awake(&logged, version, true);
            if live.run.has_ended() {
                ended.push(run_id);
            } else if let Some(owned) = self.shards.get_mut(&shard) {
                owned.runs.insert(run_id, live);
            }
        }
        if !ended.is_empty() {
            parked::forget_ended(&mut self.conn, &ended).await?;
        }
        Ok(())
    }

    /// Lets a recalled run go again unless it decided something.
    pub(super) fn put_back(&mut self, shard: Shard, run_id: RunId) {
        if self.round.touched.contains_key(&run_id) {
            return;
        }
        if let Some(owned) = self.shards.get_mut(&shard) {
            owned.leave_parked(run_id, &self.parking, now_ms());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Duration = Duration::from_secs(60);

    fn row(at_ms: i64) -> (i64, Shard, RunId) {
        let run_id = RunId::generate();
        (at_ms, Shard::of(run_id), run_id)
    }

    #[test]
    fn what_wakes_later_than_is_known_is_parked_and_nothing_else() {
        let mut parking = Parking::new(FAR);
        assert!(parking.must_look(0));
        parking.learn(vec![], 60_000);
        assert!(!parking.must_look(0));
        for at_ms in [-1, 30_000, 60_000] {
            assert!(!parking.is_far(Idle::Until(at_ms), 0));
        }
        assert!(parking.is_far(Idle::Until(60_001), 0));
        assert!(parking.is_far(Idle::ForInput, 0));
        assert!(parking.must_look(30_001), "before a row may be missed");
    }

    #[test]
    fn a_look_that_was_cut_off_is_followed_by_another() {
        let mut parking = Parking::new(FAR);
        let rows: Vec<_> = (0..MOST_KNOWN).map(|_| row(5)).collect();
        parking.learn(rows, 60_000);
        assert!(!parking.must_look(10), "there is enough to do");
        assert_eq!(parking.due(10, usize::MAX).len(), MOST_KNOWN);
        assert!(parking.must_look(10));
    }

    #[test]
    fn a_clock_that_is_set_back_makes_the_lane_look_again() {
        let mut parking = Parking::new(FAR);
        parking.learn(vec![], 3_660_000);
        assert!(!parking.must_look(3_600_000));
        assert!(parking.must_look(0));
    }

    #[test]
    fn runs_are_due_in_order_and_as_many_as_there_is_room_for() {
        let mut parking = Parking::new(FAR);
        parking.learn(vec![row(3), row(1), row(2), row(9)], 60_000);
        assert_eq!(parking.first_ms(), Some(1));
        assert_eq!(parking.due(5, 2).len(), 2);
        assert_eq!(parking.due(5, 2).len(), 1);
        assert_eq!(parking.first_ms(), Some(9));
    }
}
