//! Runs of other workflows: asked for like an effect, let go of when nobody waits for them any more.

use crate::{
    decide::Step,
    key, limits,
    node::{Failed, error},
    request::AdapterRequest,
    run::{EffectRun, NodeState, OpenEffect, OpenQuestion},
};
use events::{ChildRunRequested, EffectOrigin, ErrorClass, Json, RunEvent, TaintStep};
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
        input: Option<&Json>,
        tainted: Vec<TaintStep>,
    ) -> Result<ChildRunRequested, Failed> {
        let depth = self.run.parent.as_ref().map_or(0, |parent| parent.depth) + 1;
        if depth > limits::DEPTH {
            return Err(too_deep());
        }
        Ok(ChildRunRequested {
            child_run_id: key::child(origin.run_id, &origin.effect_key, self.given.now_ms),
            child_workflow_id: call.workflow_id,
            version: call.version,
            input: call
                .input
                .unwrap_or_else(|| input.map(Json::value).unwrap_or_default()),
            depth,
            actor: self.run.trigger().and_then(|trigger| trigger.actor),
            budget: self.budget_left(),
            tainted,
            reads: self.run.parent().is_some_and(|parent| parent.reads),
            origin,
        })
    }

    /// Before a node or the run ends that still waits for child runs or for people, they are let go of.
    pub(crate) fn let_go(&mut self, event: &RunEvent) {
        if !self.run.is_waiting() {
            return;
        }
        let left = if event.ends_run() {
            self.left_behind()
        } else if let RunEvent::NodeFailed {
            node, iteration, ..
        }
        | RunEvent::NodeSkipped {
            node, iteration, ..
        } = event
        {
            self.left_by(node, iteration)
        } else {
            return;
        };
        left.into_iter().for_each(|event| self.emit(event));
    }

    /// By one node.
    fn left_by(&self, node: &NodeId, iteration: &[u32]) -> Vec<RunEvent> {
        let asked = self.run.questions.values();
        let asked = asked.filter(|open| open.node == *node && open.iteration == iteration);
        let mut left: Vec<RunEvent> = asked.map(|open| self.withdrawn(open)).collect();
        if let Some(NodeState::Asked(key)) = self.run.state(node, iteration)
            && let Some(EffectRun::Open(open)) = self.run.effects.get(key)
        {
            left.extend(self.abandoned(open));
        }
        left
    }

    /// By the whole run.
    fn left_behind(&self) -> Vec<RunEvent> {
        let questions = self.run.questions.values();
        let questions = questions.map(|open| self.withdrawn(open));
        let mut children: Vec<&OpenEffect> =
            self.run.open_effects().map(|(_, open)| open).collect();
        children.sort_by(|a, b| (&a.node, &a.iteration).cmp(&(&b.node, &b.iteration)));
        let children = children.into_iter().filter_map(|open| self.abandoned(open));
        questions.chain(children).collect()
    }

    fn withdrawn(&self, open: &OpenQuestion) -> RunEvent {
        RunEvent::QuestionWithdrawn {
            at_ms: self.given.now_ms,
            node: open.node.clone(),
            iteration: open.iteration.clone(),
            question_id: open.question.question_id,
        }
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
