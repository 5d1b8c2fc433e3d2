//! Runs of other workflows: asked for like an effect, let go of when nobody waits for them any more.

use crate::{
    decide::Step,
    key, limits,
    node::{Failed, error},
    request::AdapterRequest,
    run::{EffectRun, NodeState, OpenEffect},
};
use events::{ChildRunRequested, EffectOrigin, ErrorClass, Json, RunEvent};
use ids::NodeId;
use workflow::config::SubWorkflow;

/// The protocol of what the engine does itself.
pub(crate) const ENGINE: &str = "engine";

impl Step<'_> {
    /// What a sub-workflow node asks for.
    pub(crate) fn child(
        &self,
        call: SubWorkflow,
        origin: EffectOrigin,
        input: Json,
    ) -> Result<ChildRunRequested, Failed> {
        let depth = self.run.parent.as_ref().map_or(0, |parent| parent.depth) + 1;
        if depth > limits::DEPTH {
            return Err(too_deep());
        }
        Ok(ChildRunRequested {
            child_run_id: key::child(origin.run_id, &origin.effect_key, self.given.now_ms),
            child_workflow_id: call.workflow_id,
            version: call.version,
            input: call.input.unwrap_or_else(|| input.value()),
            depth,
            actor: self.run.trigger().and_then(|trigger| trigger.actor),
            origin,
        })
    }

    /// Before something ends that waits for child runs, they are let go of.
    pub(crate) fn let_children_go(&mut self, event: &RunEvent) {
        if self.run.open_effects == 0 {
            return;
        }
        let ends_run = matches!(
            event,
            RunEvent::RunCompleted { .. }
                | RunEvent::RunFailed { .. }
                | RunEvent::RunCancelled { .. }
        );
        let mut left: Vec<&OpenEffect> = Vec::new();
        if ends_run {
            let open = self.run.open_effects().map(|(_, open)| open);
            left.extend(open.filter(|open| open.protocol == ENGINE));
            left.sort_by(|a, b| (&a.node, &a.iteration).cmp(&(&b.node, &b.iteration)));
        } else if let RunEvent::NodeFailed {
            node, iteration, ..
        }
        | RunEvent::NodeSkipped {
            node, iteration, ..
        } = event
            && let Some(NodeState::Asked(key)) = self.run.state(node, iteration)
            && let Some(EffectRun::Open(open)) = self.run.effects.get(key)
            && open.protocol == ENGINE
        {
            left.push(open);
        }
        let abandoned: Vec<_> = left
            .iter()
            .filter_map(|open| self.abandoned(open))
            .collect();
        abandoned.into_iter().for_each(|event| self.emit(event));
    }

    fn abandoned(&self, open: &OpenEffect) -> Option<RunEvent> {
        let origin = self.origin(&open.node, "");
        let AdapterRequest::Child(child) = AdapterRequest::read(ENGINE, &open.request, &origin)?
        else {
            return None;
        };
        Some(RunEvent::ChildAbandoned {
            at_ms: self.given.now_ms,
            node: open.node.clone(),
            iteration: open.iteration.clone(),
            run_id: child.child_run_id,
            workflow_id: child.child_workflow_id,
        })
    }

    /// Where an effect of a node comes from.
    pub(crate) fn origin(&self, node: &NodeId, effect_key: &str) -> EffectOrigin {
        let identity = self.run.identity();
        EffectOrigin {
            run_id: identity.run_id,
            workflow_id: identity.workflow_id,
            node: node.clone(),
            effect_key: effect_key.to_owned(),
        }
    }
}

fn too_deep() -> Failed {
    let message = format!(
        "more than {} workflows would call each other",
        limits::DEPTH
    );
    let hint = "look for a workflow that calls itself";
    error(ErrorClass::Limit, "child.too_deep", message, hint)
}
