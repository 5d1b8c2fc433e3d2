//! The graph as a whole: order, cycles, loop bodies, reachability.

use super::Draft;
use crate::{
    NodeType, Problem,
    plan::{LoopBody, LoopIx, NodeIx, PlanEdge, port},
};
use petgraph::{algo::tarjan_scc, graph::DiGraph};
use std::collections::{BTreeSet, HashSet};

/// What the edges say about the order of things.
pub(crate) struct Flow {
    /// Every node after those that feed it.
    pub(crate) order: Vec<NodeIx>,
    /// Outer loops before inner ones.
    pub(crate) loops: Vec<LoopBody>,
    /// The innermost loop around each node.
    pub(crate) body_of: Vec<Option<LoopIx>>,
    /// The nodes that feed each node, edges back into a loop left aside.
    before: Vec<Vec<usize>>,
}

impl Flow {
    /// Whether a value of `node` can have come to `to`.
    pub(crate) fn is_before(&self, node: usize, to: usize) -> bool {
        let mut open = vec![to];
        let mut seen = HashSet::new();
        while let Some(at) = open.pop() {
            for feeder in self.before.get(at).into_iter().flatten() {
                if *feeder == node {
                    return true;
                }
                if seen.insert(*feeder) {
                    open.push(*feeder);
                }
            }
        }
        false
    }

    /// Whether a node runs inside a loop, at whatever depth.
    pub(crate) fn is_inside(&self, node: usize, of: LoopIx) -> bool {
        let mut around = self.body_of.get(node).copied().flatten();
        while let Some(at) = around {
            if at == of {
                return true;
            }
            around = self
                .loops
                .get(usize::from(at.0))
                .and_then(|body| body.parent);
        }
        false
    }
}

/// The flow of a draft; `None` when there is a cycle or a body without clear bounds.
pub(super) fn check(draft: &mut Draft) -> Option<Flow> {
    let edges: Vec<(usize, PlanEdge)> = draft
        .edges
        .iter()
        .enumerate()
        .filter_map(|(index, edge)| Some((index, (*edge)?)))
        .collect();
    let count = draft.nodes.len();
    let mut before = vec![Vec::new(); count];
    let mut after = vec![Vec::new(); count];
    for (_, edge) in edges.iter().filter(|(_, edge)| !edge.back) {
        let (from, to) = (at(edge.source), at(edge.destination));
        if let (Some(feeders), Some(fed)) = (before.get_mut(to), after.get_mut(from)) {
            feeders.push(from);
            fed.push(to);
        }
    }
    let order = sort(&before, &after);
    if order.len() < count {
        report_cycles(draft, &edges);
        return None;
    }
    report_unreachable(draft, &after);
    let bodies = bodies(draft, &edges, &after);
    for problem in empty(draft, &bodies) {
        draft.report(problem);
    }
    let problems = leaks(draft, &edges, &bodies);
    if !problems.is_empty() {
        problems
            .into_iter()
            .for_each(|problem| draft.report(problem));
        return None;
    }
    let (loops, body_of) = nest(bodies, &order);
    Some(Flow {
        order,
        loops,
        body_of,
        before,
    })
}

const fn at(node: NodeIx) -> usize {
    node.0 as usize
}

fn node_ix(place: usize) -> NodeIx {
    // A document has at most 500 nodes.
    NodeIx(u32::try_from(place).unwrap_or(u32::MAX))
}

/// Topological order, ties by document order; shorter than the nodes when there is a cycle.
fn sort(before: &[Vec<usize>], after: &[Vec<usize>]) -> Vec<NodeIx> {
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let ready = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut ready: BTreeSet<usize> = ready.map(|(place, _)| place).collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(place) = ready.pop_first() {
        order.push(node_ix(place));
        for next in after.get(place).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*next) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(*next);
                }
            }
        }
    }
    order
}

fn report_cycles(draft: &mut Draft, edges: &[(usize, PlanEdge)]) {
    let mut graph = DiGraph::<usize, ()>::new();
    let places: Vec<_> = (0..draft.nodes.len())
        .map(|place| graph.add_node(place))
        .collect();
    for (_, edge) in edges.iter().filter(|(_, edge)| !edge.back) {
        if let (Some(from), Some(to)) = (
            places.get(at(edge.source)),
            places.get(at(edge.destination)),
        ) {
            graph.add_edge(*from, *to, ());
        }
    }
    for component in tarjan_scc(&graph) {
        let mut members: Vec<usize> = component
            .iter()
            .filter_map(|index| graph.node_weight(*index).copied())
            .collect();
        members.sort_unstable();
        let within = |node: NodeIx| members.contains(&at(node));
        let inner = edges
            .iter()
            .find(|(_, edge)| !edge.back && within(edge.source) && within(edge.destination));
        let Some((index, edge)) = inner else {
            continue;
        };
        let ids = members.iter().filter_map(|place| draft.nodes.get(*place));
        let ids: Vec<String> = ids.map(|node| format!("`{}`", node.node.id)).collect();
        let message = format!("{} form a cycle without a loop", ids.join(", "));
        let mut problem = Problem::error("graph.cycle", format!("/edges/{index}"), message)
            .hint("remove an edge, or let the cycle run from a loop's `item` back to its `next`");
        if let Some(node) = draft.nodes.get(at(edge.source)) {
            problem = problem.node(&node.node.id);
        }
        draft.report(problem);
    }
}

fn report_unreachable(draft: &mut Draft, after: &[Vec<usize>]) {
    let triggers = draft.nodes.iter().enumerate();
    let triggers = triggers.filter(|(_, node)| node.node_type.is_some_and(NodeType::is_trigger));
    let mut open: Vec<usize> = triggers.map(|(place, _)| place).collect();
    let mut reached: HashSet<usize> = open.iter().copied().collect();
    while let Some(place) = open.pop() {
        for next in after.get(place).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    // An unknown type may be a trigger, and its edges are not known.
    if reached.is_empty() || draft.nodes.iter().any(|node| node.node_type.is_none()) {
        return;
    }
    let lost = draft
        .nodes
        .iter()
        .enumerate()
        .filter(|(place, _)| !reached.contains(place));
    let problems: Vec<Problem> = lost
        .map(|(place, node)| {
            let message = format!("no trigger leads to `{}`, so it never runs", node.node.id);
            Problem::warning("node.unreachable", format!("/nodes/{place}"), message)
                .node(&node.node.id)
        })
        .collect();
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}

/// A loop and what its `item` leads to.
struct Body {
    head: usize,
    members: BTreeSet<usize>,
}

fn bodies(draft: &Draft, edges: &[(usize, PlanEdge)], after: &[Vec<usize>]) -> Vec<Body> {
    let heads = draft.nodes.iter().enumerate();
    let heads = heads.filter(|(_, node)| node.node_type.is_some_and(NodeType::is_loop));
    heads
        .map(|(head, _)| {
            let first = edges.iter().map(|(_, edge)| edge).filter(|edge| {
                at(edge.source) == head && edge.source_port == port::ITEM && !edge.back
            });
            let mut open: Vec<usize> = first.map(|edge| at(edge.destination)).collect();
            let mut members = BTreeSet::new();
            while let Some(place) = open.pop() {
                if place != head && members.insert(place) {
                    open.extend(after.get(place).into_iter().flatten());
                }
            }
            Body { head, members }
        })
        .collect()
}

/// Edges that cross the border of a body anywhere but at its loop.
fn leaks(draft: &Draft, edges: &[(usize, PlanEdge)], bodies: &[Body]) -> Vec<Problem> {
    let name = |place: usize| {
        draft
            .nodes
            .get(place)
            .map_or("?", |node| node.node.id.as_str())
    };
    let mut problems = Vec::new();
    for (index, edge) in edges {
        let (from, to) = (at(edge.source), at(edge.destination));
        let crossing = bodies.iter().find_map(|body| {
            let (head, starts, ends) = (
                body.head,
                body.members.contains(&from),
                body.members.contains(&to),
            );
            let opens = from == head && edge.source_port == port::ITEM;
            let closes = to == head && edge.back;
            let (code, message) = match (starts, ends) {
                (true, false) if !closes => (
                    "loop.leaves_body",
                    format!(
                        "`{}` is in the body of the loop `{}` and feeds `{}` outside of it",
                        name(from),
                        name(head),
                        name(to)
                    ),
                ),
                (false, true) if !opens => (
                    "loop.enters_body",
                    format!(
                        "`{}` is in the body of the loop `{}` and is fed by `{}` outside of it",
                        name(to),
                        name(head),
                        name(from)
                    ),
                ),
                (false, _) if closes && !opens => (
                    "loop.next_from_outside",
                    format!(
                        "`{}` feeds `next` of the loop `{}` and is not in its body",
                        name(from),
                        name(head)
                    ),
                ),
                _ => return None,
            };
            Some((head, code, message))
        });
        if let Some((head, code, message)) = crossing {
            let mut problem = Problem::error(code, format!("/edges/{index}"), message).hint(
                "only the loop's `item` leads into its body, and only its `next` out of it; use `done` for what comes after",
            );
            if let Some(node) = draft.nodes.get(head) {
                problem = problem.node(&node.node.id);
            }
            problems.push(problem);
        }
    }
    problems
}

/// Loops that have nothing to do.
fn empty(draft: &Draft, bodies: &[Body]) -> Vec<Problem> {
    let empty = bodies.iter().filter(|body| body.members.is_empty());
    let heads = empty.filter_map(|body| Some((body.head, draft.nodes.get(body.head)?)));
    heads
        .map(|(place, node)| {
            let id = &node.node.id;
            let message = format!("nothing follows `item` of the loop `{id}`");
            Problem::error("loop.no_body", format!("/nodes/{place}"), message)
                .node(id)
                .hint("connect `item` with the first node to run in each turn")
        })
        .collect()
}

/// The bodies, outer before inner, and the innermost body of every node.
fn nest(mut bodies: Vec<Body>, order: &[NodeIx]) -> (Vec<LoopBody>, Vec<Option<LoopIx>>) {
    // An outer body holds all of an inner one and its head, so it is the larger.
    bodies.sort_by_key(|body| std::cmp::Reverse(body.members.len()));
    let mut body_of = vec![None; order.len()];
    let mut loops: Vec<LoopBody> = Vec::with_capacity(bodies.len());
    for (index, body) in (0_u16..).zip(&bodies) {
        let parent: Option<LoopIx> = body_of.get(body.head).copied().flatten();
        let around = parent.and_then(|parent| loops.get(usize::from(parent.0)));
        let depth = around.map_or(1, |around| around.depth + 1);
        let inside = |node: &&NodeIx| body.members.contains(&at(**node));
        for member in &body.members {
            if let Some(innermost) = body_of.get_mut(*member) {
                *innermost = Some(LoopIx(index));
            }
        }
        loops.push(LoopBody {
            node: node_ix(body.head),
            parent,
            depth,
            members: order.iter().filter(inside).copied().collect(),
        });
    }
    (loops, body_of)
}
