//! What expressions name: nodes that exist, ran before, and are in reach.

use super::{Draft, DraftNode, Flow};
use crate::{NodeType, Problem, plan::LoopIx};
use expressions::{Expression, Reference};
use std::collections::HashMap;

/// Checks every name of every expression.
pub(super) fn check(draft: &mut Draft, flow: &Flow) {
    let ids: HashMap<&str, usize> = draft
        .nodes
        .iter()
        .enumerate()
        .map(|(place, node)| (node.node.id.as_str(), place))
        .collect();
    let mut problems = Vec::new();
    for (place, node) in draft.nodes.iter().enumerate() {
        let once = node.expressions.iter().map(|found| (found, false));
        let per_item = node.per_item.iter().map(|found| (found, true));
        for ((pointer, expression), has_item) in once.chain(per_item) {
            let names = Names {
                ids: &ids,
                place,
                node,
                flow,
                has_item,
            };
            let found = names.problems(expression);
            let at = |problem: Problem| Problem {
                pointer: pointer.clone(),
                ..problem
            };
            problems.extend(
                found
                    .into_iter()
                    .map(at)
                    .map(|problem| problem.node(&node.node.id)),
            );
        }
    }
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}

struct Names<'d> {
    ids: &'d HashMap<&'d str, usize>,
    place: usize,
    node: &'d DraftNode,
    flow: &'d Flow,
    /// Whether `item` and `index` are an element of the node's own list.
    has_item: bool,
}

impl Names<'_> {
    fn problems(&self, expression: &Expression) -> Vec<Problem> {
        let references = expression.references();
        let named = references
            .named()
            .filter_map(|reference| self.named(reference));
        let unknown = references.unknown().map(|name| {
            let message = format!("an expression knows no name `{name}`");
            Problem::error("expression.unknown_name", "", message).hint(
                "names start with input, inputs, nodes, trigger, run, item or index; texts stand in quotes",
            )
        });
        let source = crate::shape::shorten(expression.source());
        let position = expression.position();
        named
            .chain(unknown)
            .map(|problem| Problem {
                message: format!(
                    "{} (in `{source}`, at character {position})",
                    problem.message
                ),
                ..problem
            })
            .collect()
    }

    fn named(&self, reference: &Reference) -> Option<Problem> {
        if self.node.trigger.is_some() {
            return self.in_filter(reference);
        }
        match reference {
            Reference::Input => self.input("in", "input"),
            Reference::Port(port) => self.input(port, &format!("inputs.{port}")),
            Reference::Node(id) => self.other(id),
            Reference::Item | Reference::Index => self.in_loop(reference),
            Reference::Trigger | Reference::Run => None,
        }
    }

    fn in_filter(&self, reference: &Reference) -> Option<Problem> {
        if matches!(reference, Reference::Trigger | Reference::Input) {
            return None;
        }
        let message = format!("`{reference}` does not exist before the run starts");
        Some(
            Problem::error("expression.not_in_filter", "", message)
                .hint("a filter sees only `trigger` and `input`, the event's payload"),
        )
    }

    fn input(&self, port: &str, name: &str) -> Option<Problem> {
        let inputs = &self.node.node.inputs;
        if inputs.iter().any(|input| input.name.as_str() == port) {
            return None;
        }
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        let message = format!("`{name}` names no input of `{}`", self.node.node.id);
        Some(
            Problem::error("expression.unknown_input", "", message)
                .hint(format!("its inputs are: {}", names.join(", "))),
        )
    }

    fn other(&self, id: &str) -> Option<Problem> {
        let Some(other) = self.ids.get(id).copied() else {
            let mut known: Vec<&str> = self.ids.keys().copied().collect();
            known.sort_unstable();
            known.truncate(20);
            let message = format!("`nodes.{id}` names no node of this workflow");
            return Some(
                Problem::error("expression.unknown_node", "", message)
                    .hint(format!("the nodes are: {}", known.join(", "))),
            );
        };
        let around: Option<LoopIx> = self.flow.body_of.get(other).copied().flatten();
        if let Some(around) = around.filter(|around| !self.flow.is_inside(self.place, *around)) {
            let message = format!(
                "`{id}` runs once for each item of a loop that `{}` is not in",
                self.node.node.id
            );
            let head = self
                .flow
                .loops
                .get(usize::from(around.0))
                .map_or(0, |body| body.node.0);
            let head = self.ids.iter().find(|(_, place)| **place == head as usize);
            let head = head.map_or("the loop", |(id, _)| *id);
            return Some(
                Problem::error("expression.inside_loop", "", message).hint(format!(
                    "use the list that `{head}` emits by its port `done`"
                )),
            );
        }
        if self.flow.is_before(other, self.place) {
            return None;
        }
        let message = format!(
            "`{id}` does not lead to `{}`, so it may not have run yet",
            self.node.node.id
        );
        Some(
            Problem::warning("expression.not_before", "", message)
                .hint("connect them, or expect null"),
        )
    }

    fn in_loop(&self, reference: &Reference) -> Option<Problem> {
        // The condition of a loop is about the turn that would begin.
        if self.node.node_type == Some(NodeType::While) {
            return None;
        }
        let inside = self
            .flow
            .body_of
            .get(self.place)
            .copied()
            .flatten()
            .is_some();
        (!inside && !self.has_item).then(|| {
            let message = format!("`{reference}` exists only in the body of a loop");
            Problem::error("expression.outside_loop", "", message)
                .hint("put the node between the loop's `item` and `next`")
        })
    }
}
