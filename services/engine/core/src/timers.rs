//! What a run waits for the clock to say.

use events::{Iteration, Timer};
use ids::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// One wait: when it ends, in milliseconds since the Unix epoch, whose it is, and what for.
pub(crate) type Due = (i64, NodeId, Iteration, Timer);

/// The waits of a run, by their ends and by their nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Timers {
    due: BTreeSet<Due>,
    of_place: BTreeMap<(NodeId, Iteration), Vec<(Timer, i64)>>,
}

impl Timers {
    pub(crate) fn start(&mut self, node: &NodeId, path: &[u32], timer: Timer, wake_at_ms: i64) {
        self.end(node, path, timer);
        let place = (node.clone(), path.to_vec());
        self.due
            .insert((wake_at_ms, node.clone(), path.to_vec(), timer));
        let waits = self.of_place.entry(place).or_default();
        waits.push((timer, wake_at_ms));
    }

    pub(crate) fn end(&mut self, node: &NodeId, path: &[u32], timer: Timer) {
        self.remove(node, path, |other| other == timer);
    }

    /// Ends whatever a node waits for.
    pub(crate) fn end_all(&mut self, node: &NodeId, path: &[u32]) {
        if !self.due.is_empty() {
            self.remove(node, path, |_| true);
        }
    }

    fn remove(&mut self, node: &NodeId, path: &[u32], which: impl Fn(Timer) -> bool) {
        let place = (node.clone(), path.to_vec());
        let Some(waits) = self.of_place.get_mut(&place) else {
            return;
        };
        let due = &mut self.due;
        waits.retain(|(timer, wake_at_ms)| {
            let ends = which(*timer);
            if ends {
                due.remove(&(*wake_at_ms, place.0.clone(), place.1.clone(), *timer));
            }
            !ends
        });
        if waits.is_empty() {
            self.of_place.remove(&place);
        }
    }

    pub(crate) fn has(&self, node: &NodeId, path: &[u32], timer: Timer) -> bool {
        let waits = self.of_place.get(&(node.clone(), path.to_vec()));
        waits.is_some_and(|waits| waits.iter().any(|(other, _)| *other == timer))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// The wait that ends first.
    pub(crate) fn first(&self) -> Option<&Due> {
        self.due.first()
    }

    /// Every node that waits.
    pub(crate) fn places(&self) -> impl Iterator<Item = &(NodeId, Iteration)> {
        self.of_place.keys()
    }
}
