//! Loops: turns begin, end, and give way to the next.

use crate::{
    decide::Step,
    memo::{LoopMemo, Place},
    run::{NodeState, Turns},
};
use events::{Json, RunEvent};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use workflow::plan::{LoopIx, NodeIx, NodeKind, port};

impl Step<'_> {
    /// The loop whose turns are numbered by place `level` of a path of `node`.
    pub(crate) fn loop_around(&self, node: NodeIx, level: usize) -> Option<NodeIx> {
        let mut around = self.plan.node(node).body_of;
        while let Some(body) = around.and_then(|ix| self.plan.body(ix)) {
            if usize::from(body.depth) == level + 1 {
                return Some(body.node);
            }
            around = body.parent;
        }
        None
    }

    /// Begins a loop over `items`.
    pub(crate) fn begin_loop(&mut self, place: &Place, items: Vec<Json>) {
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        self.node_started(place);
        let memo = LoopMemo {
            items,
            open: std::collections::BTreeSet::new(),
        };
        self.run.memo.loops.insert(place.clone(), memo);
        let turns = Turns { begun: 0, total };
        self.begin_turns(place, turns);
    }

    /// Begins as many turns as the loop's concurrency allows; completes the loop when all are over.
    fn begin_turns(&mut self, place: &Place, mut turns: Turns) {
        let (node, path) = place;
        let NodeKind::Loop { concurrency, .. } = self.plan.node(*node).kind else {
            return;
        };
        let mut begun = Vec::new();
        if let Some(memo) = self.run.memo.loops.get_mut(place) {
            while turns.begun < turns.total && memo.open.len() < concurrency.max(1) as usize {
                memo.open.insert(turns.begun);
                begun.push(turns.begun);
                turns.begun += 1;
            }
            if memo.open.is_empty() && turns.begun == turns.total {
                return self.complete_loop(place, turns.total);
            }
        }
        for index in begun {
            self.emit(RunEvent::LoopIterated {
                at_ms: self.given.now_ms,
                node: self.plan.node(*node).id.clone(),
                iteration: path.clone(),
                index,
                total: turns.total,
            });
            for edge in self.plan.out_edges_of(*node, port::ITEM) {
                let mut inner = path.clone();
                inner.push(index);
                self.consider((self.plan.edge(*edge).destination, inner));
            }
        }
    }

    fn complete_loop(&mut self, place: &Place, total: u32) {
        let (node, path) = place;
        let next = self.plan.in_edges_of(*node, port::NEXT);
        let mut done = String::from("[");
        let mut inner = path.clone();
        for turn in 0..total {
            inner.truncate(path.len());
            inner.push(turn);
            if turn > 0 {
                done.push(',');
            }
            match self.first_delivered(next, &inner) {
                Some(value) => done.push_str(value.as_str()),
                None => done.push_str("null"),
            }
        }
        done.push(']');
        self.run.memo.loops.remove(place);
        let name = self.output_name(*node, port::DONE);
        let done = Json::parse(done).unwrap_or_default();
        let outputs = BTreeMap::from_iter(name.map(|name| (name, done)));
        self.complete(place, outputs);
    }

    /// After `node` ended: is its turn over, and what follows?
    pub(crate) fn tend_loop_around(&mut self, node: NodeIx, path: &[u32]) {
        let Some(body) = self.plan.node(node).body_of else {
            return;
        };
        let Some((turn, outer)) = path.split_last() else {
            return;
        };
        if !self.turn_is_over(body, path) {
            return;
        }
        let Some(of) = self.plan.body(body).map(|body| body.node) else {
            return;
        };
        let place = (of, outer.to_vec());
        let Some(turns) = self.load_loop(&place) else {
            return;
        };
        if let Some(memo) = self.run.memo.loops.get_mut(&place) {
            memo.open.remove(turn);
        }
        self.begin_turns(&place, turns);
    }

    /// Whether every member of the body has ended in this turn.
    fn turn_is_over(&mut self, body: LoopIx, path: &[u32]) -> bool {
        let Some(body) = self.plan.body(body) else {
            return true;
        };
        let key = (body.node, path.to_vec());
        let mut known = self.run.memo.settled.remove(&key).unwrap_or(0);
        while let Some(member) = body.members.get(known) {
            let member = self.plan.node(*member);
            let direct = usize::from(member.depth) == path.len();
            let settled = |state: &NodeState| state.is_settled();
            if direct && !self.run.state(&member.id, path).is_some_and(settled) {
                self.run.memo.settled.insert(key, known);
                return false;
            }
            known += 1;
        }
        true
    }

    /// How far a loop is, with its memo at hand; `None` when it is not under way.
    fn load_loop(&mut self, place: &Place) -> Option<Turns> {
        let (node, path) = place;
        let plan = self.plan;
        let plan_node = plan.node(*node);
        let Some(NodeState::Started(turns)) = self.run.state(&plan_node.id, path) else {
            return None;
        };
        let turns = *turns;
        if !self.run.memo.loops.contains_key(place) {
            let items = self.first_delivered(plan.in_edges_of(*node, port::ITEMS), path);
            let items = items.as_ref().and_then(split).unwrap_or_default();
            // A commit may fall between the start of a loop and its first turn.
            let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let mut memo = LoopMemo {
                items,
                ..LoopMemo::default()
            };
            self.run
                .memo
                .loops
                .insert(place.clone(), LoopMemo::default());
            let NodeKind::Loop { body, .. } = plan_node.kind else {
                return None;
            };
            for turn in 0..turns.begun {
                let mut inner = path.clone();
                inner.push(turn);
                if !self.turn_is_over(body, &inner) {
                    memo.open.insert(turn);
                }
            }
            self.run.memo.loops.insert(place.clone(), memo);
            return Some(Turns { total, ..turns });
        }
        Some(turns)
    }

    /// Item `turn` of a loop.
    pub(crate) fn item(&mut self, node: NodeIx, path: &[u32], turn: u32) -> Option<Json> {
        let place = (node, path.to_vec());
        self.load_loop(&place)?;
        let memo = self.run.memo.loops.get(&place)?;
        memo.items.get(turn as usize).cloned()
    }

    /// Goes on with a loop, in every turn around it, where a commit interrupted it.
    pub(crate) fn tend_turns(&mut self, of: NodeIx, path: Vec<u32>) {
        if path.len() == usize::from(self.plan.node(of).depth) {
            let place = (of, path);
            if let Some(turns) = self.load_loop(&place) {
                self.begin_turns(&place, turns);
            }
            return;
        }
        let Some(around) = self.loop_around(of, path.len()) else {
            return;
        };
        if let Some(NodeState::Started(turns)) = self.run.state(&self.plan.node(around).id, &path) {
            for turn in 0..turns.begun {
                let mut inner = path.clone();
                inner.push(turn);
                self.tend_turns(of, inner);
            }
        }
    }
}

/// The items of an array; `None` when the value is no array.
pub(crate) fn split(items: &Json) -> Option<Vec<Json>> {
    let items: Vec<Box<RawValue>> = items.read().ok()?;
    Some(items.into_iter().map(Json::from).collect())
}
