//! Which edges have delivered, and which nodes are ready because of it.

use crate::{
    decide::Step,
    memo::Place,
    run::{NodeState, Turns},
};
use events::Json;
use workflow::plan::{EdgeIx, NodeIx, NodeKind, PlanEdge, port};

/// What has become of an edge in one turn.
pub(crate) enum EdgeState {
    /// A value may still come.
    Open,
    Delivered(Json),
    /// No value will come.
    Dead,
}

impl Step<'_> {
    /// What has become of `edge`, seen from its destination in turn `path`.
    pub(crate) fn edge_state(&mut self, edge: &PlanEdge, path: &[u32]) -> EdgeState {
        let source = self.plan.node(edge.source);
        let outer = path.get(..usize::from(source.depth)).unwrap_or(path);
        if source.kind.body().is_some() && edge.source_port == port::ITEM {
            let turn = path.get(outer.len()).copied();
            return turn.map_or(EdgeState::Dead, |turn| {
                self.item_state(edge.source, outer, turn)
            });
        }
        let Some(name) = source.outputs.get(usize::from(edge.source_port.0)) else {
            return EdgeState::Dead;
        };
        match self.run.state(&source.id, outer) {
            None | Some(NodeState::Started(_) | NodeState::Asked(_)) => EdgeState::Open,
            Some(NodeState::Skipped) => EdgeState::Dead,
            Some(NodeState::Completed(outputs)) => outputs
                .get(name)
                .map_or(EdgeState::Dead, |value| EdgeState::Delivered(value.clone())),
            Some(NodeState::Failed(error)) if name.as_str() == ERROR => {
                EdgeState::Delivered(error.clone())
            }
            Some(NodeState::Failed(_)) => EdgeState::Dead,
        }
    }

    fn item_state(&mut self, of: NodeIx, path: &[u32], turn: u32) -> EdgeState {
        let node = self.plan.node(of);
        match self.run.state(&node.id, path) {
            Some(NodeState::Started(Turns { begun, .. })) if turn < *begun => self
                .item(of, path, turn)
                .map_or(EdgeState::Dead, EdgeState::Delivered),
            None | Some(NodeState::Started(_) | NodeState::Asked(_)) => EdgeState::Open,
            Some(NodeState::Completed(_) | NodeState::Failed(_) | NodeState::Skipped) => {
                EdgeState::Dead
            }
        }
    }

    /// The first value, in document order, that `edges` have delivered.
    pub(crate) fn first_delivered(&mut self, edges: &[EdgeIx], path: &[u32]) -> Option<Json> {
        edges.iter().find_map(|edge| {
            let edge = *self.plan.edge(*edge);
            match self.edge_state(&edge, path) {
                EdgeState::Delivered(value) => Some(value),
                EdgeState::Open | EdgeState::Dead => None,
            }
        })
    }

    /// Looks at everything that a node's end may have made ready.
    pub(crate) fn settled(&mut self, (node, path): &Place) {
        for edge in self.plan.out_edges(*node) {
            let edge = self.plan.edge(*edge);
            let item =
                self.plan.node(*node).kind.body().is_some() && edge.source_port == port::ITEM;
            if !edge.back && !item {
                self.consider_turns(edge.destination, path.clone());
            }
        }
        self.tend_loop_around(*node, path);
    }

    /// Considers `node` in every turn that has begun below `path`.
    fn consider_turns(&mut self, node: NodeIx, path: Vec<u32>) {
        if path.len() >= usize::from(self.plan.node(node).depth) {
            return self.consider((node, path));
        }
        let Some(around) = self.loop_around(node, path.len()) else {
            return;
        };
        let begun = match self.run.state(&self.plan.node(around).id, &path) {
            Some(NodeState::Started(turns)) => turns.begun,
            None | Some(_) => 0,
        };
        for turn in 0..begun {
            let mut inner = path.clone();
            inner.push(turn);
            self.consider_turns(node, inner);
        }
    }

    /// Puts a node on the agenda when none of its incoming edges is open.
    pub(crate) fn consider(&mut self, place: Place) {
        let (node, path) = &place;
        if self.run.state(&self.plan.node(*node).id, path).is_some() {
            return;
        }
        if let NodeKind::Join(join) = self.plan.node(*node).kind
            && (join.wanted.is_some() || join.timeout_ms.is_some())
        {
            return self.consider_join(place, &join);
        }
        let edges = self.plan.in_edges(*node);
        let mut known = self.run.memo.settled.remove(&place).unwrap_or(0);
        while let Some(edge) = edges.get(known) {
            let edge = *self.plan.edge(*edge);
            if !edge.back && matches!(self.edge_state(&edge, path), EdgeState::Open) {
                self.run.memo.settled.insert(place, known);
                return;
            }
            known += 1;
        }
        self.run.memo.ready.push_back(place);
    }

    /// The agenda of a run that was folded from its log: everything that is ready and has not run.
    pub(crate) fn rebuild(&mut self) {
        self.run.memo.known = true;
        self.run.memo.ready.clear();
        for node in self.plan.order() {
            if matches!(self.plan.node(*node).kind, NodeKind::Trigger(_)) {
                continue;
            }
            self.consider_turns(*node, Vec::new());
        }
        self.consider_test();
        for body in self.plan.loops() {
            self.tend_turns(body.node, Vec::new());
        }
    }
}

/// The port by which a failure leaves a node.
pub(crate) const ERROR: &str = "error";
