//! Loops: turns begin, end, and give way to the next.

use crate::{
    decide::Step,
    memo::{LoopMemo, Place},
    node::{Failed, error},
    run::{NodeState, Turns},
};
use events::{ErrorClass, Iteration, Json, RunEvent, SkipReason};
use ids::{NodeId, PortName};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use workflow::{
    config::{StopConfig, Stopped, TurnErrors},
    plan::{LoopIx, NodeIx, NodeKind, PortIx, port},
};

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

    /// The innermost loop around a node, and the turn in which the node is.
    pub(crate) fn turn_around(&self, (node, path): &Place) -> Option<(Place, u32)> {
        let (turn, outer) = path.split_last()?;
        let around = self.loop_around(*node, outer.len())?;
        Some(((around, outer.to_vec()), *turn))
    }

    /// Begins a loop over `items`; one that makes its items as it goes has none.
    pub(crate) fn begin_loop(&mut self, place: &Place, items: Vec<Json>) {
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        self.node_started(place);
        let memo = LoopMemo {
            items,
            open: std::collections::BTreeSet::new(),
        };
        self.run.memo.loops.insert(place.clone(), memo);
        let turns = Turns {
            total,
            ..Turns::default()
        };
        self.begin_turns(place, turns);
    }

    /// Begins the turns that may begin; completes the loop when all are over.
    fn begin_turns(&mut self, place: &Place, turns: Turns) {
        if let NodeKind::Loop { concurrency, .. } = &self.plan.node(place.0).kind {
            self.begin_next(place, turns, (*concurrency).max(1));
        } else {
            self.begin_again(place, turns);
        }
    }

    /// A loop over items: as many turns as its concurrency allows.
    fn begin_next(&mut self, place: &Place, mut turns: Turns, concurrency: u32) {
        let mut begun = Vec::new();
        if let Some(memo) = self.run.memo.loops.get_mut(place) {
            while turns.begun < turns.total && memo.open.len() < concurrency as usize {
                memo.open.insert(turns.begun);
                begun.push(turns.begun);
                turns.begun += 1;
            }
            if memo.open.is_empty() && turns.begun == turns.total {
                return self.complete_loop(place, turns.total);
            }
        }
        for index in begun {
            self.begin_turn(place, index, turns.total);
        }
    }

    /// A loop with a condition: the next turn, if the one before is over and the condition holds for what it gave.
    fn begin_again(&mut self, place: &Place, turns: Turns) {
        let plan = self.plan;
        let node = plan.node(place.0);
        let NodeKind::While {
            condition, most, ..
        } = &node.kind
        else {
            return;
        };
        let memo = self.run.memo.loops.get(place);
        if memo.is_some_and(|memo| !memo.open.is_empty()) {
            return;
        }
        let value = self.passed_on(place, turns.begun).unwrap_or_default();
        let (inputs, index) = (self.inputs(place), turns.begun);
        let item = Some(value.clone());
        let holds = if turns.stopped {
            Ok(false)
        } else {
            self.render_turn(place, node, &inputs, item, Some(index), |scope, given| {
                condition.eval_bool(scope, given)
            })
        };
        match holds {
            Err(error) => self.fail(place, *error),
            Ok(true) if index >= *most => self.fail(place, *too_often(*most)),
            Ok(true) => {
                if let Some(memo) = self.run.memo.loops.get_mut(place) {
                    memo.open.insert(index);
                }
                self.begin_turn(place, index, index.saturating_add(1));
            }
            Ok(false) => {
                self.run.memo.loops.remove(place);
                self.put_out(place, port::DONE, value);
            }
        }
    }

    fn begin_turn(&mut self, (node, path): &Place, index: u32, total: u32) {
        self.emit(RunEvent::LoopIterated {
            at_ms: self.given.now_ms,
            node: self.plan.node(*node).id.clone(),
            iteration: path.clone(),
            index,
            total,
        });
        for edge in self.plan.out_edges_of(*node, port::ITEM) {
            let mut inner = path.clone();
            inner.push(index);
            self.consider((self.plan.edge(*edge).destination, inner));
        }
    }

    fn complete_loop(&mut self, place: &Place, total: u32) {
        let (node, path) = place;
        let next = self.plan.in_edges_of(*node, port::NEXT);
        let (mut done, mut errors) = (String::from("["), String::from("["));
        let mut inner = path.clone();
        for turn in 0..total {
            inner.truncate(path.len());
            inner.push(turn);
            let comma = if turn > 0 { "," } else { "" };
            let value = self.first_delivered(next, &inner).unwrap_or_default();
            done.push_str(comma);
            done.push_str(value.as_str());
            if let Some(error) = self.error_of(*node, &inner) {
                let comma = if errors.len() > 1 { "," } else { "" };
                let item = self.item(*node, path, turn).unwrap_or_default();
                let (item, error) = (item.as_str(), error.as_str());
                errors.push_str(&format!(
                    r#"{comma}{{"index":{turn},"item":{item},"error":{error}}}"#
                ));
            }
        }
        done.push(']');
        errors.push(']');
        self.run.memo.loops.remove(place);
        let mut outputs = BTreeMap::new();
        self.put(&mut outputs, *node, port::DONE, done);
        self.put(&mut outputs, *node, port::ERRORS, errors);
        self.complete(place, outputs);
    }

    fn put(
        &self,
        outputs: &mut BTreeMap<PortName, Json>,
        node: NodeIx,
        port: PortIx,
        text: String,
    ) {
        if let Some(name) = self.output_name(node, port) {
            outputs.insert(name, Json::parse(text).unwrap_or_default());
        }
    }

    /// What went wrong in one turn of a loop that goes on after errors.
    fn error_of(&self, node: NodeIx, inner: &[u32]) -> Option<Json> {
        let kind = &self.plan.node(node).kind;
        let NodeKind::Loop {
            on_error: TurnErrors::Continue,
            body,
            ..
        } = kind
        else {
            return None;
        };
        let members = self.plan.body(*body)?.members.iter();
        let mut direct =
            members.filter(|member| usize::from(self.plan.node(**member).depth) == inner.len());
        direct.find_map(
            |member| match self.run.state(&self.plan.node(*member).id, inner) {
                Some(NodeState::Failed(error)) if !self.catches(*member) => Some(error.clone()),
                _ => None,
            },
        )
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
        let body = plan_node.kind.body()?;
        if self.run.memo.loops.contains_key(place) {
            return Some(self.with_total(place, turns));
        }
        let mut memo = LoopMemo::default();
        if matches!(plan_node.kind, NodeKind::Loop { .. }) {
            let items = self.delivered(place, port::ITEMS);
            memo.items = items.as_ref().and_then(split).unwrap_or_default();
        }
        for turn in 0..turns.begun {
            let mut inner = path.clone();
            inner.push(turn);
            if !self.turn_is_over(body, &inner) {
                memo.open.insert(turn);
            }
        }
        self.run.memo.loops.insert(place.clone(), memo);
        Some(self.with_total(place, turns))
    }

    /// A commit may fall between the start of a loop and its first turn, of which only the items tell then.
    fn with_total(&self, place: &Place, turns: Turns) -> Turns {
        let items = self.run.memo.loops.get(place).map(|memo| memo.items.len());
        let items = items
            .and_then(|items| u32::try_from(items).ok())
            .unwrap_or(0);
        let total = if turns.stopped { turns.total } else { items };
        Turns { total, ..turns }
    }

    /// What turn `turn` of a loop is about.
    pub(crate) fn item(&mut self, node: NodeIx, path: &[u32], turn: u32) -> Option<Json> {
        let place = (node, path.to_vec());
        if matches!(self.plan.node(node).kind, NodeKind::While { .. }) {
            return self.passed_on(&place, turn);
        }
        self.load_loop(&place)?;
        let memo = self.run.memo.loops.get(&place)?;
        memo.items.get(turn as usize).cloned()
    }

    /// The value that a loop with a condition has before turn `turn`: its input, then what came back.
    fn passed_on(&mut self, (node, path): &Place, turn: u32) -> Option<Json> {
        let plan = self.plan;
        let Some(before) = turn.checked_sub(1) else {
            return self.delivered(&(*node, path.clone()), port::IN);
        };
        let mut inner = path.clone();
        inner.push(before);
        self.first_delivered(plan.in_edges_of(*node, port::NEXT), &inner)
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

    /// Ends the loop around a node, or the run.
    pub(crate) fn stop(&mut self, place: &Place, stop: &StopConfig) {
        let around = self.turn_around(place);
        let around = around.filter(|_| stop.what == Stopped::Loop);
        if let Some((of, index)) = &around {
            self.emit(RunEvent::LoopStopped {
                at_ms: self.given.now_ms,
                node: self.plan.node(of.0).id.clone(),
                iteration: of.1.clone(),
                by: self.plan.node(place.0).id.clone(),
                index: *index,
                reason: stop.reason.clone(),
            });
        }
        self.complete(place, BTreeMap::new());
        if around.is_none() && !self.run.has_ended() {
            self.complete_run(Some(stop.reason.clone()));
        }
    }

    /// Lets go of everything under way in a loop that has failed.
    pub(crate) fn abandon(&mut self, of: &Place) {
        let plan = self.plan;
        let node = plan.node(of.0);
        let body = node.kind.body().and_then(|ix| plan.body(ix));
        let Some(body) = body else { return };
        let inside = |id: &ids::NodeId, path: &[u32]| {
            path.len() > of.1.len()
                && path.starts_with(&of.1)
                && plan
                    .find(id.as_str())
                    .is_some_and(|ix| body.members.contains(&ix))
        };
        for (id, iteration) in self.under_way(inside) {
            self.emit(RunEvent::NodeSkipped {
                at_ms: self.given.now_ms,
                node: id,
                iteration,
                reason: SkipReason::LoopFailed {
                    node: node.id.clone(),
                },
            });
        }
        self.run.memo.loops.remove(of);
    }

    /// What has begun and waits for anything, in order.
    pub(crate) fn under_way(
        &self,
        which: impl Fn(&NodeId, &[u32]) -> bool,
    ) -> Vec<(NodeId, Iteration)> {
        let open = self.run.open_effects();
        let open = open.map(|(_, open)| (open.node.clone(), open.iteration.clone()));
        let waiting = self.run.timers.places().chain(&self.run.awaited).cloned();
        let questions = self.run.questions.values();
        let asked = questions.map(|open| (open.node.clone(), open.iteration.clone()));
        let all = open.chain(waiting).chain(asked);
        let mut found: Vec<_> = all.filter(|(id, path)| which(id, path)).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether a loop around a node has ended, so that nothing in its turns counts any more.
    pub(crate) fn is_abandoned(&self, (node, path): &Place) -> bool {
        (0..path.len()).any(|level| {
            let around = self.loop_around(*node, level);
            let around = around.map(|around| &self.plan.node(around).id);
            let outer = path.get(..level).unwrap_or(path);
            let state = around.and_then(|around| self.run.state(around, outer));
            !matches!(state, Some(NodeState::Started(_)))
        })
    }
}

/// The items of an array; `None` when the value is no array.
pub(crate) fn split(items: &Json) -> Option<Vec<Json>> {
    let items: Vec<Box<RawValue>> = items.read().ok()?;
    Some(items.into_iter().map(Json::from).collect())
}

fn too_often(most: u32) -> Failed {
    let message = format!("the condition still holds after {most} turns");
    let hint = "raise `most`, or let the body bring the value nearer to its end";
    error(ErrorClass::Limit, "loop.too_many_turns", message, hint)
}
