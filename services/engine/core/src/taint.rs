//! What strangers may have chosen of what a node is about to do, and how it came there.

use crate::{decide::Step, request::AdapterRequest};
use events::{Reach, TaintStep, Tainted};
use serde_json::Value;
use workflow::{
    allows,
    plan::{NodeIx, NodeKind, PlanNode, Way},
};

impl Step<'_> {
    /// The arguments that decide whom a request reaches, that may have come from outside, and that the document does not allow.
    pub(crate) fn tainted(
        &self,
        at: NodeIx,
        node: &PlanNode,
        request: &AdapterRequest,
    ) -> Vec<Tainted> {
        if let NodeKind::Coordinate { .. } = node.kind {
            return self.chosen(at, request);
        }
        if node.traced.is_empty()
            || matches!(node.kind, NodeKind::SubWorkflow)
            || planted::bug("taint-forgotten")
        {
            return Vec::new();
        }
        let arguments = request.arguments().value();
        let traced = node.traced.iter().filter(|traced| {
            let value = arguments.get(traced.argument).unwrap_or(&Value::Null);
            let allowed = node.allow.get(traced.argument);
            !allowed.is_some_and(|allowed| allows(traced.argument, allowed, value))
        });
        traced
            .filter_map(|traced| {
                let way = traced.ways.iter().find_map(|way| self.came(way))?;
                let argument = traced.argument.to_owned();
                Some(Tainted { argument, way })
            })
            .collect()
    }

    /// The way of a value in this run, and in those above it, if it came from outside.
    fn came(&self, way: &Way) -> Option<Vec<TaintStep>> {
        let source = self.plan.node(*way.first()?);
        let mut before = Vec::new();
        if let NodeKind::Trigger(kind) = source.kind {
            let started = self
                .run
                .trigger()
                .is_some_and(|trigger| trigger.node == source.id);
            let above = self.run.parent().map(|parent| parent.tainted.as_slice());
            let above = above.unwrap_or_default();
            if !started || (!kind.is_foreign() && above.is_empty()) {
                return None;
            }
            before.extend_from_slice(above);
        }
        before.extend(way.iter().map(|at| self.taint_step(*at)));
        Some(before)
    }

    /// What a model chooses: it may have read anything.
    fn chosen(&self, at: NodeIx, request: &AdapterRequest) -> Vec<Tainted> {
        match request {
            AdapterRequest::Smtp(_) | AdapterRequest::Bridge(_) => vec![Tainted {
                argument: "to".to_owned(),
                way: vec![self.taint_step(at)],
            }],
            AdapterRequest::Http(_)
            | AdapterRequest::Llm(_)
            | AdapterRequest::Child(_)
            | AdapterRequest::Remember(_)
            | AdapterRequest::Assistant(_) => Vec::new(),
        }
    }

    /// How what a run of another workflow is handed may have come from outside; empty when it has not.
    pub(crate) fn handed(&self, at: NodeIx, node: &PlanNode) -> Vec<TaintStep> {
        if let NodeKind::Coordinate { .. } = node.kind {
            return vec![self.taint_step(at)];
        }
        let ways = node.traced.iter().flat_map(|traced| &traced.ways);
        let mut came = ways.filter_map(|way| self.came(way));
        came.next().unwrap_or_default()
    }

    /// Whether the run was called as something that only looks, and is about to do what cannot be taken back.
    pub(crate) fn is_unexpected(&self, request: &AdapterRequest) -> bool {
        let reads = self.run.parent().is_some_and(|parent| parent.reads);
        reads && request.reach() == Reach::Irreversible
    }

    fn taint_step(&self, node: NodeIx) -> TaintStep {
        TaintStep {
            run_id: self.run.identity().run_id,
            node: self.plan.node(node).id.clone(),
        }
    }
}
