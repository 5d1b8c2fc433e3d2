//! Nodes that will ask each time, because strangers may choose whom they reach.

use crate::{
    Plan, Problem,
    plan::{NodeKind, PlanNode, Way},
};

/// One warning for each argument that comes from outside and is not allowed to be anything.
pub(super) fn warnings(plan: &Plan) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, node) in plan.nodes().iter().enumerate() {
        if matches!(node.kind, NodeKind::SubWorkflow) {
            continue;
        }
        for traced in &node.traced {
            let allowed = node.allow.contains_key(traced.argument);
            let Some(way) = traced.ways.iter().find(|way| enters(plan, way)) else {
                continue;
            };
            if !allowed {
                problems.push(warning(plan, index, node, traced.argument, way));
            }
        }
    }
    problems
}

fn warning(plan: &Plan, index: usize, node: &PlanNode, argument: &str, way: &Way) -> Problem {
    let through: Vec<&str> = way.iter().map(|at| plan.node(*at).id.as_str()).collect();
    let message = format!(
        "`{argument}` of `{}` comes from outside ({}), so people are asked each time",
        node.id,
        through.join(" → ")
    );
    let pointer = format!("/nodes/{index}/config/{argument}");
    Problem::warning("argument.tainted", pointer, message)
        .node(&node.id)
        .hint(format!(
            "write it out, or name what it may be under `allow`: {{\"{argument}\": [\"…\"]}}"
        ))
}

/// Whether strangers have a say in what comes on this way, whatever starts the run.
fn enters(plan: &Plan, way: &Way) -> bool {
    let source = way.first().map(|at| &plan.node(*at).kind);
    match source {
        Some(NodeKind::Trigger(kind)) => kind.is_foreign(),
        Some(_) => true,
        None => false,
    }
}
