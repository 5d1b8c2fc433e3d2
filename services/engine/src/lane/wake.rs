//! Runs that wait for a time.

use super::{Lane, Owned};
use engine_core::Input;
use ids::RunId;
use std::{cmp::Reverse, time::Duration};

/// The clock may be set; a lane looks at it at least this often.
const LOOK: Duration = Duration::from_secs(30);

/// Notes that count no more are cleared away once there are this many beside those of living runs.
const SLACK: usize = 1_024;

impl Owned {
    /// Notes when a run wants to be woken. An earlier note of the same run counts no more.
    pub(super) fn wake_at(&mut self, run_id: RunId) {
        let Some(live) = self.runs.get_mut(&run_id) else {
            return;
        };
        let plan = live.version.as_ref().map(|version| &version.plan);
        let wake_at_ms = plan.and_then(|plan| live.run.wake_at_ms(plan));
        if live.wake_at_ms != wake_at_ms {
            live.wake_at_ms = wake_at_ms;
            self.wakes
                .extend(wake_at_ms.map(|at_ms| Reverse((at_ms, run_id))));
            if self.wakes.len() > 2 * self.runs.len() + SLACK {
                let runs = &self.runs;
                self.wakes.retain(|Reverse((at_ms, run_id))| {
                    let live = runs.get(run_id);
                    live.is_some_and(|live| live.wake_at_ms == Some(*at_ms))
                });
            }
        }
    }

    /// A run whose time has come.
    fn due(&mut self, now_ms: i64) -> Option<RunId> {
        while let Some(Reverse((at_ms, run_id))) = self.wakes.peek().copied() {
            if at_ms > now_ms {
                return None;
            }
            self.wakes.pop();
            let live = self.runs.get_mut(&run_id);
            if let Some(live) = live.filter(|live| live.wake_at_ms == Some(at_ms)) {
                live.wake_at_ms = None;
                return Some(run_id);
            }
        }
        None
    }
}

impl Lane {
    /// Until the first run of this lane wants to be woken.
    pub(super) fn until_wake(&self) -> Duration {
        let first = self.shards.values().filter_map(|owned| owned.wakes.peek());
        let first = first.map(|Reverse((at_ms, _))| *at_ms);
        let first = first.chain(self.parking.first_ms()).min();
        let wait_ms = first.map(|at_ms| at_ms.saturating_sub(now_ms()));
        let wait_ms = wait_ms.and_then(|wait_ms| u64::try_from(wait_ms).ok());
        match (first, wait_ms) {
            (None, _) => LOOK,
            (Some(_), None) => Duration::ZERO,
            (Some(_), Some(wait_ms)) => Duration::from_millis(wait_ms).min(LOOK),
        }
    }

    /// Wakes what is due.
    pub(super) fn wake(&mut self) {
        let now_ms = now_ms();
        for (shard, owned) in &mut self.shards {
            while self.round.inputs() < super::MOST
                && let Some(run_id) = owned.due(now_ms)
            {
                self.round.woke();
                self.round.advance(*shard, owned, run_id, Input::Wake);
                // The clock may have been set back: then the run still waits.
                owned.wake_at(run_id);
            }
        }
    }
}

/// Milliseconds since the Unix epoch, UTC.
pub(super) fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
