//! How large a run can become, before it starts.

use events::RunEvent;
use workflow::Plan;

/// `plan_computed`, from the plan's size.
pub(crate) fn plan_computed(plan: &Plan) -> RunEvent {
    let size = plan.size();
    RunEvent::PlanComputed {
        nodes: size.nodes,
        levels: size.levels,
        width: size.width,
        effects: size.effects,
    }
}
