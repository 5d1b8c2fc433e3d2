//! What the names in a node's expressions stand for.

use crate::{
    evolve::OUT,
    run::{NodeState, Run},
};
use events::{Json, RunTrigger, Timestamp};
use expressions::{Context, Reference};
use serde_json::json;
use std::borrow::Cow;
use workflow::plan::{Plan, PlanNode};

/// One node in one turn, about to be rendered.
pub(crate) struct Scope<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) run: &'a Run,
    pub(crate) node: &'a PlanNode,
    pub(crate) path: &'a [u32],
    /// One slot per input port.
    pub(crate) inputs: &'a [Option<Json>],
    /// The item of the innermost loop.
    pub(crate) item: Option<Json>,
    /// The number of its turn.
    pub(crate) index: Option<u32>,
}

impl Scope<'_> {
    fn port(&self, name: &str) -> Option<&Json> {
        let at = self
            .node
            .inputs
            .iter()
            .position(|input| input.name.as_str() == name)?;
        self.inputs.get(at)?.as_ref()
    }

    fn output(&self, id: &str) -> Option<&Json> {
        let node = self.plan.node(self.plan.find(id)?);
        let path = self.path.get(..usize::from(node.depth))?;
        match self.run.state(&node.id, path)? {
            NodeState::Completed(outputs) => outputs
                .iter()
                .find_map(|(name, value)| (name.as_str() == OUT).then_some(value)),
            NodeState::Started(_)
            | NodeState::Asked(_)
            | NodeState::Failed(_)
            | NodeState::Skipped => None,
        }
    }

    fn trigger(&self) -> Option<String> {
        let trigger = self.run.trigger()?;
        let payload = self.output(trigger.node.as_str())?;
        Some(trigger_json(trigger, payload))
    }

    fn about_run(&self) -> String {
        let identity = self.run.identity();
        let started_at = Timestamp::from_timestamp_millis(self.run.started_at_ms());
        json!({
            "id": identity.run_id,
            "workflow_id": identity.workflow_id,
            "started_at": started_at,
        })
        .to_string()
    }
}

/// The fields of the payload, with `type` and `event_id` beside them.
fn trigger_json(trigger: &RunTrigger, payload: &Json) -> String {
    let kind = trigger.kind.as_str();
    let own = format!(r#""type":"{kind}","event_id":"{}"}}"#, trigger.event_id);
    match payload.as_str().trim().strip_suffix('}') {
        Some("{") => format!("{{{own}"),
        Some(fields) => format!("{fields},{own}"),
        None => format!(r#"{{"payload":{},{own}"#, payload.as_str()),
    }
}

impl Context for Scope<'_> {
    fn json(&self, reference: &Reference) -> Option<Cow<'_, str>> {
        match reference {
            Reference::Input => Some(Cow::Borrowed(self.port("in")?.as_str())),
            Reference::Port(name) => Some(Cow::Borrowed(self.port(name)?.as_str())),
            Reference::Node(id) => Some(Cow::Borrowed(self.output(id)?.as_str())),
            Reference::Trigger => self.trigger().map(Cow::Owned),
            Reference::Run => Some(Cow::Owned(self.about_run())),
            Reference::Item => Some(Cow::Borrowed(self.item.as_ref()?.as_str())),
            Reference::Index => self.index.map(|index| Cow::Owned(index.to_string())),
        }
    }

    fn all(&self) -> Vec<Reference> {
        let port = |name: &str| Reference::Port(name.to_owned());
        let ports = self
            .node
            .inputs
            .iter()
            .map(|input| port(input.name.as_str()));
        let nodes = self.plan.nodes().iter();
        let nodes = nodes.map(|node| Reference::Node(node.id.as_str().to_owned()));
        let simple = [
            Reference::Input,
            Reference::Trigger,
            Reference::Run,
            Reference::Item,
            Reference::Index,
        ];
        let all = ports.chain(nodes).chain(simple);
        all.filter(|reference| self.json(reference).is_some())
            .collect()
    }
}
