//! A reader of the run log: the gateway's read model.

use crate::{bugs::Bug, log::Frame, world::World};
use events::RunEvent;
use ids::{RunId, Shard};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Model {
    applied: BTreeMap<Shard, u64>,
    logs: BTreeMap<RunId, Vec<RunEvent>>,
}

impl Model {
    /// How far a shard's log is applied.
    pub(crate) fn applied(&self, shard: Shard) -> u64 {
        self.applied.get(&shard).copied().unwrap_or_default()
    }

    pub(crate) fn log(&self, run: RunId) -> &[RunEvent] {
        self.logs.get(&run).map_or(&[], Vec::as_slice)
    }

    fn apply(&mut self, frame: Frame, forgets: bool) {
        let applied = self.applied.entry(frame.shard).or_default();
        // A repeat changes nothing, and what comes too early comes again.
        if frame.pos == *applied + 1 {
            *applied = frame.pos;
            if !forgets {
                self.logs
                    .entry(frame.run_id)
                    .or_default()
                    .extend(frame.events);
            }
        }
    }
}

impl World {
    /// Lets the read model take one frame. Whether there was one.
    pub(crate) fn project(&mut self, dies: bool) -> bool {
        let Some(frame) = self.bus.frames.front().cloned() else {
            return false;
        };
        if !dies {
            self.bus.frames.pop_front();
            let forgets = self.bug(Bug::FrameLost) && frame.pos % 5 == 0;
            self.model.apply(frame, forgets);
        }
        true
    }
}
