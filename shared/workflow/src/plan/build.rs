//! From a checked draft to a plan.

use super::{
    Adjacency, LoopIx, NodeIx, NodeKind, Patience, Plan, PlanApproval, PlanEdge, PlanInput,
    PlanNode, Size, check, milliseconds, taint,
};
use crate::{
    Document, DocumentHash, Problem, example,
    validate::{Draft, DraftNode, Flow},
};
use std::collections::HashMap;

/// Lays out a draft that has no errors.
///
/// # Errors
/// A node that validation could not read although it found no fault with it: a fault of this crate.
pub(crate) fn build(document: &Document, draft: Draft, flow: Flow) -> Result<Plan, Vec<Problem>> {
    let edges: Vec<PlanEdge> = draft.edges.into_iter().flatten().collect();
    let mut triggers = Vec::new();
    let mut nodes = Vec::with_capacity(draft.nodes.len());
    for (place, mut node) in draft.nodes.into_iter().enumerate() {
        triggers.extend(node.trigger.take());
        nodes.push(compiled(place, node, &flow)?);
    }
    let by_id = (0_u32..).zip(&nodes);
    let by_id: HashMap<Box<str>, NodeIx> = by_id
        .map(|(place, node)| (node.id.as_str().into(), NodeIx(place)))
        .collect();
    let outputs: Vec<usize> = nodes.iter().map(|node| node.outputs.len()).collect();
    let inputs: Vec<usize> = nodes.iter().map(|node| node.inputs.len()).collect();
    let outgoing = Adjacency::new(&outputs, &edges, |edge| (edge.source, edge.source_port));
    let incoming = Adjacency::new(&inputs, &edges, |edge| {
        (edge.destination, edge.destination_port)
    });
    let mut plan = Plan {
        name: document.name.clone(),
        hash: DocumentHash::of(document),
        commit: document.commit,
        limits: document.limits,
        nodes,
        edges,
        outgoing,
        incoming,
        order: flow.order,
        loops: flow.loops,
        triggers,
        by_id,
        size: Size::default(),
    };
    plan.size = plan.measure();
    let traced = taint::trace(&plan, document);
    for (node, traced) in plan.nodes.iter_mut().zip(traced) {
        node.traced = traced;
    }
    Ok(plan)
}

fn compiled(place: usize, node: DraftNode, flow: &Flow) -> Result<PlanNode, Vec<Problem>> {
    let id = node.node.id.clone();
    let (Some(node_type), Some(mut kind), Some(config)) = (node.node_type, node.kind, node.config)
    else {
        let message = format!("`{id}` cannot be compiled");
        let pointer = format!("/nodes/{place}");
        return Err(vec![Problem::error("node.not_compiled", pointer, message)]);
    };
    if let NodeKind::Loop { body, .. } | NodeKind::While { body, .. } = &mut kind {
        let own = |at: &crate::plan::LoopBody| at.node.0 as usize == place;
        let index = flow.loops.iter().position(own);
        *body = LoopIx(
            index
                .and_then(|index| u16::try_from(index).ok())
                .unwrap_or_default(),
        );
    }
    let checks = check::of(place, &node.node, node_type)?;
    let body_of = flow.body_of.get(place).copied().flatten();
    let around = body_of.and_then(|at| flow.loops.get(usize::from(at.0)));
    let patience = Patience {
        retry: node.node.retry,
        timeout_ms: node.node.timeout_seconds.map(milliseconds),
    };
    let account = node.node.config.get("account_id");
    let account = account.and_then(|id| id.as_str()?.parse().ok());
    let stands_in = kind.is_effect() || matches!(kind, NodeKind::Ask);
    let first = node.node.outputs.first().filter(|_| stands_in);
    let example = first.map(|port| example::of(&port.schema));
    let inputs = node.node.inputs.into_iter();
    Ok(PlanNode {
        id,
        node_type,
        kind,
        config,
        inputs: inputs
            .map(|port| PlanInput {
                name: port.name,
                required: port.required,
            })
            .collect(),
        outputs: node
            .node
            .outputs
            .into_iter()
            .map(|port| port.name)
            .collect(),
        checks,
        patience,
        approval: node.approval.map(PlanApproval),
        traced: Vec::new(),
        allow: node.node.allow,
        pinned: node.node.pinned,
        example: example.unwrap_or_default(),
        account,
        body_of,
        depth: around.map_or(0, |body| body.depth),
    })
}
