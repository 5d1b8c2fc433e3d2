//! What waits to be done, by lane: so many at once, fewer of each lane, and no lane before its turn.

use crate::Limits;
use std::collections::{BTreeMap, VecDeque};

pub(crate) struct Lanes<T> {
    limits: Limits,
    lanes: BTreeMap<String, Lane<T>>,
    running: u16,
    /// The lane that was served last.
    last: String,
}

struct Lane<T> {
    waiting: VecDeque<T>,
    running: u16,
}

impl<T> Lanes<T> {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            lanes: BTreeMap::new(),
            running: 0,
            last: String::new(),
        }
    }

    /// At the end of its lane.
    pub(crate) fn push(&mut self, lane: &str, work: T) {
        match self.lanes.get_mut(lane) {
            Some(lane) => lane.waiting.push_back(work),
            None => {
                let first = Lane {
                    waiting: VecDeque::from([work]),
                    running: 0,
                };
                self.lanes.insert(lane.to_owned(), first);
            }
        }
    }

    /// What may begin now; it runs until [`Lanes::free`].
    pub(crate) fn next(&mut self) -> Option<T> {
        if self.running >= self.limits.calls {
            return None;
        }
        let most = self.limits.calls_per_lane.max(1);
        let may = |lane: &Lane<T>| lane.running < most && !lane.waiting.is_empty();
        let turn = self.lanes.iter().filter(|(_, lane)| may(lane));
        let names = turn.map(|(name, _)| name);
        let name = names
            .clone()
            .find(|name| **name > self.last)
            .or_else(|| names.clone().next())?
            .clone();
        let lane = self.lanes.get_mut(&name)?;
        let work = lane.waiting.pop_front()?;
        lane.running += 1;
        self.running += 1;
        self.last = name;
        Some(work)
    }

    /// One of the lane has ended.
    pub(crate) fn free(&mut self, name: &str) {
        let Some(lane) = self.lanes.get_mut(name) else {
            return;
        };
        lane.running = lane.running.saturating_sub(1);
        self.running = self.running.saturating_sub(1);
        if lane.running == 0 && lane.waiting.is_empty() {
            self.lanes.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn lanes(calls: u16, calls_per_lane: u16) -> Lanes<u8> {
        Lanes::new(Limits {
            calls,
            calls_per_lane,
            retries: 0,
            first_pause: Duration::ZERO,
        })
    }

    fn begun(lanes: &mut Lanes<u8>) -> Vec<u8> {
        std::iter::from_fn(|| lanes.next()).collect()
    }

    #[test]
    fn lanes_take_turns() {
        let mut lanes = lanes(9, 9);
        for work in [10, 11, 12] {
            lanes.push("a", work);
        }
        lanes.push("b", 20);
        assert_eq!(begun(&mut lanes), [10, 20, 11, 12]);
    }

    #[test]
    fn a_full_lane_waits_for_its_own() {
        let mut lanes = lanes(9, 1);
        lanes.push("a", 10);
        lanes.push("a", 11);
        lanes.push("b", 20);
        assert_eq!(begun(&mut lanes), [10, 20]);
        lanes.free("b");
        assert!(begun(&mut lanes).is_empty());
        lanes.free("a");
        assert_eq!(begun(&mut lanes), [11]);
    }

    #[test]
    fn all_together_are_bounded() {
        let mut lanes = lanes(2, 2);
        for (lane, work) in [("a", 10), ("b", 20), ("c", 30)] {
            lanes.push(lane, work);
        }
        assert_eq!(begun(&mut lanes), [10, 20]);
        lanes.free("a");
        assert_eq!(begun(&mut lanes), [30]);
    }
}
