//! What the engine, the gateway and the UI must agree on after each event.

use crate::{
    Run,
    run::{NodeState, Turns},
};
use events::{RunEvent, Timer};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where the run and its nodes stood after the last event.
#[derive(Default)]
pub(super) struct View {
    places: BTreeSet<(ids::NodeId, Vec<u32>)>,
    status: Option<&'static str>,
    nodes: BTreeMap<String, Value>,
}

impl View {
    /// What has changed. When a run has ended, its nodes are of no use to the engine any more: only the status counts.
    pub(super) fn after(&mut self, run: &Run, event: &RunEvent) -> Value {
        let event = serde_json::to_value(event).unwrap();
        let node = match &event["trigger"]["node"] {
            Value::String(node) => Some(node.parse().unwrap()),
            _ => event["node"].as_str().map(|node| node.parse().unwrap()),
        };
        let iteration = serde_json::from_value(event["iteration"].clone()).unwrap_or_default();
        self.places.extend(node.map(|node| (node, iteration)));
        let mut changed = Map::new();
        let status = run.status().as_str();
        if self.status != Some(status) {
            self.status = Some(status);
            changed.insert("status".to_owned(), json!(status));
        }
        if !run.has_ended() {
            let nodes = self.nodes_of(run);
            let different = nodes
                .iter()
                .filter(|(key, node)| self.nodes.get(*key) != Some(node));
            let gone = self.nodes.keys().filter(|key| !nodes.contains_key(*key));
            let mut different: Map<_, _> = different
                .map(|(key, node)| (key.clone(), node.clone()))
                .collect();
            different.extend(gone.map(|key| (key.clone(), Value::Null)));
            if !different.is_empty() {
                changed.insert("nodes".to_owned(), Value::Object(different));
            }
            self.nodes = nodes;
        }
        Value::Object(changed)
    }

    fn nodes_of(&self, run: &Run) -> BTreeMap<String, Value> {
        let mut timed = BTreeMap::new();
        let mut timers = run.timers.clone();
        while let Some((wake_at_ms, node, path, timer)) = timers.first().cloned() {
            timers.end(&node, &path, timer);
            // A deadline is no reason to wait, nor are those of a question.
            let limits = [Timer::Deadline, Timer::Decision, Timer::Escalation];
            if !limits.contains(&timer) {
                timed.insert(
                    (node, path),
                    json!({ "timer": timer, "wake_at_ms": wake_at_ms }),
                );
            }
        }
        let asks = |node: &ids::NodeId, path: &[u32]| {
            let mut questions = run.questions.values();
            questions.any(|open| open.node == *node && open.iteration == path)
        };
        let places = self.places.iter();
        let seen = places.filter_map(|(node, path)| {
            let wait = timed.get(&(node.clone(), path.clone()));
            let state = run.state(node, path);
            let listens = run.awaited.contains(&(node.clone(), path.clone()));
            let waits = wait.is_some() || listens || asks(node, path);
            let name = match state {
                None => waits.then_some("waiting")?,
                Some(NodeState::Started(_)) if waits => "waiting",
                Some(NodeState::Started(_)) => "running",
                Some(NodeState::Asked(_)) => "waiting",
                Some(NodeState::Completed(_)) => "completed",
                Some(NodeState::Failed(_)) => "failed",
                Some(NodeState::Skipped) => "skipped",
            };
            let mut view = json!({ "state": name });
            if let Some(NodeState::Started(Turns { begun, .. })) = state
                && *begun > 0
            {
                view["turns"] = json!(begun);
            }
            if let Some(wait) = wait {
                view["wait"] = wait.clone();
            }
            Some((key(node.as_str(), path), view))
        });
        seen.collect()
    }
}

/// `fetch`, or `fetch[2,0]` inside loops.
fn key(node: &str, path: &[u32]) -> String {
    if path.is_empty() {
        return node.to_owned();
    }
    let path: Vec<String> = path.iter().map(u32::to_string).collect();
    format!("{node}[{}]", path.join(","))
}
