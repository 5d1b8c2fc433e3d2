//! What a run remembers to be quick. Derived from plan and state, so it is no part of what a run is.

use events::{Iteration, Json};
use std::collections::{BTreeSet, HashMap, VecDeque};
use workflow::plan::NodeIx;

/// A node in one turn of the loops around it.
pub(crate) type Place = (NodeIx, Iteration);

/// Lost by a fold, and then built again by the first decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memo {
    /// Whether `ready` is complete.
    pub(crate) known: bool,
    /// Places whose incoming edges are all settled and that have not run.
    pub(crate) ready: VecDeque<Place>,
    /// Incoming edges, or members of a turn, of which this many are known to be settled.
    pub(crate) settled: HashMap<Place, usize>,
    /// Loops with open turns.
    pub(crate) loops: HashMap<Place, LoopMemo>,
}

/// A loop under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct LoopMemo {
    pub(crate) items: Vec<Json>,
    pub(crate) open: BTreeSet<u32>,
}

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
