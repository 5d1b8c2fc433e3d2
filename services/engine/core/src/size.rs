//! How large a run can become, before it starts.

use events::RunEvent;
use workflow::Plan;

/// `plan_computed`: nodes; levels, the longest chain; width, the most nodes in one level; effects, outside loops counted once.
pub(crate) fn plan_computed(plan: &Plan) -> RunEvent {
    let mut level_of = vec![0_u32; plan.nodes().len()];
    let mut widths: Vec<u32> = Vec::new();
    for node in plan.order() {
        let before = plan.in_edges(*node).iter().map(|edge| plan.edge(*edge));
        let level = before
            .filter(|edge| !edge.back)
            .filter_map(|edge| level_of.get(edge.source.0 as usize))
            .map(|level| level + 1)
            .max()
            .unwrap_or(0);
        if let Some(slot) = level_of.get_mut(node.0 as usize) {
            *slot = level;
        }
        if widths.len() <= level as usize {
            widths.resize(level as usize + 1, 0);
        }
        if let Some(width) = widths.get_mut(level as usize) {
            *width += 1;
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    RunEvent::PlanComputed {
        nodes: count(plan.nodes().len()),
        levels: count(widths.len()),
        width: widths.into_iter().max().unwrap_or(0),
        effects: count(plan.nodes().iter().filter(|n| n.kind.is_effect()).count()),
    }
}
