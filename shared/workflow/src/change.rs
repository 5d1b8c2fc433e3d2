//! Changes of a document as steps on its graph: ids, layout and all else stay as they are.

use crate::{Document, Edge, Node, Problem, kinds::schema_of};
use ids::{NodeId, PortName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum GraphChange {
    /// Adds a node: `{id, node_type, config}`.
    AddNode { node: Value },
    /// Removes a node with its edges.
    RemoveNode { id: NodeId },
    /// Sets one value of a node, such as `/config/url`; null takes it away.
    Set {
        id: NodeId,
        pointer: String,
        value: Value,
    },
    /// Connects two nodes, by `out` and `in` when no ports are named.
    Connect(Ends),
    /// Takes such a connection away.
    Disconnect(Ends),
    /// Calls the workflow something else.
    Rename { name: String },
}

/// The ends of an edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ends {
    pub source: NodeId,
    #[serde(default)]
    pub source_port: Option<PortName>,
    pub destination: NodeId,
    #[serde(default)]
    pub destination_port: Option<PortName>,
}

/// JSON Schema of a workflow's id with steps.
pub(crate) fn schema() -> Value {
    static STEPS: LazyLock<Value> = LazyLock::new(|| schema_of::<Vec<GraphChange>>().to_value());
    json!({
        "type": "object",
        "properties": { "workflow_id": { "type": "string" }, "changes": *STEPS },
        "required": ["workflow_id", "changes"],
        "additionalProperties": false,
    })
}

/// The document after all steps, in their order. It is not validated.
///
/// # Errors
/// The first step that cannot be done, by its place: `/changes/2`.
pub fn change(document: &Document, changes: &[GraphChange]) -> Result<Document, Problem> {
    let mut changed = document.clone();
    for (place, step) in changes.iter().enumerate() {
        let done = apply(&mut changed, step);
        done.map_err(|message| {
            Problem::error("change.impossible", format!("/changes/{place}"), message)
        })?;
    }
    Ok(changed)
}

fn apply(document: &mut Document, step: &GraphChange) -> Result<(), String> {
    match step {
        GraphChange::AddNode { node } => {
            let node: Node = serde_json::from_value(node.clone())
                .map_err(|error| format!("this is no node: {error}"))?;
            if document.nodes.iter().any(|other| other.id == node.id) {
                return Err(format!("there is a node `{}` already", node.id));
            }
            document.nodes.push(node);
        }
        GraphChange::RemoveNode { id } => {
            node(document, id)?;
            document.nodes.retain(|node| node.id != *id);
            document
                .edges
                .retain(|edge| edge.source != *id && edge.destination != *id);
            document.layout.nodes.remove(id);
        }
        GraphChange::Set { id, pointer, value } => {
            let changed = set(node(document, id)?, pointer, value)?;
            if changed.id != *id {
                return Err("an id stays as it is".to_owned());
            }
            document
                .nodes
                .iter_mut()
                .filter(|node| node.id == *id)
                .for_each(|node| *node = changed.clone());
        }
        GraphChange::Connect(ends) => {
            node(document, &ends.source)?;
            node(document, &ends.destination)?;
            let edge = edge(ends)?;
            if !document.edges.contains(&edge) {
                document.edges.push(edge);
            }
        }
        GraphChange::Disconnect(ends) => {
            let edge = edge(ends)?;
            let before = document.edges.len();
            document.edges.retain(|other| *other != edge);
            if document.edges.len() == before {
                let (from, to) = (&ends.source, &ends.destination);
                return Err(format!("`{from}` and `{to}` are not connected like this"));
            }
        }
        GraphChange::Rename { name } => document.name.clone_from(name),
    }
    Ok(())
}

fn node<'d>(document: &'d Document, id: &NodeId) -> Result<&'d Node, String> {
    let found = document.nodes.iter().find(|node| node.id == *id);
    found.ok_or_else(|| format!("there is no node `{id}`"))
}

fn edge(ends: &Ends) -> Result<Edge, String> {
    let port = |given: &Option<PortName>, usual: &str| match given {
        Some(port) => Ok(port.clone()),
        None => usual.parse().map_err(|_| format!("`{usual}` is no port")),
    };
    Ok(Edge {
        source: ends.source.clone(),
        source_port: port(&ends.source_port, "out")?,
        destination: ends.destination.clone(),
        destination_port: port(&ends.destination_port, "in")?,
    })
}

/// A node with one value set, objects on the way to it made where there are none.
fn set(node: &Node, pointer: &str, value: &Value) -> Result<Node, String> {
    let mut whole = serde_json::to_value(node).map_err(|error| error.to_string())?;
    let steps = pointer
        .strip_prefix('/')
        .ok_or("a pointer begins with `/`, such as /config/url")?;
    let mut steps: Vec<String> = steps
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let last = steps.pop().unwrap_or_default();
    let mut at = &mut whole;
    for step in &steps {
        at = match at {
            Value::Object(map) => map.entry(step.as_str()).or_insert_with(|| json!({})),
            Value::Array(items) => {
                let item = step
                    .parse::<usize>()
                    .ok()
                    .and_then(|place| items.get_mut(place));
                item.ok_or_else(|| format!("there is nothing at `{pointer}`"))?
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(format!("there is nothing at `{pointer}`"));
            }
        };
    }
    match at {
        Value::Object(map) if value.is_null() => {
            map.remove(&last);
        }
        Value::Object(map) => {
            map.insert(last, value.clone());
        }
        Value::Array(items) => {
            let place = last.parse::<usize>().ok();
            let item = place.and_then(|place| items.get_mut(place));
            *item.ok_or_else(|| format!("there is nothing at `{pointer}`"))? = value.clone();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(format!("there is nothing at `{pointer}`"));
        }
    }
    serde_json::from_value(whole).map_err(|error| format!("that makes no node: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;

    fn document() -> Document {
        serde_json::from_value(json!({
            "name": "n",
            "nodes": [
                { "id": "go", "node_type": "trigger.manual" },
                { "id": "say", "node_type": "log", "config": { "message": "hi", "level": "info" } },
            ],
            "edges": [{ "source": "go", "source_port": "out", "destination": "say", "destination_port": "in" }],
            "layout": { "nodes": { "go": { "x": 1, "y": 2 }, "say": { "x": 3, "y": 4 } } },
        }))
        .unwrap()
    }

    fn steps(steps: Value) -> Vec<GraphChange> {
        serde_json::from_value(steps).unwrap()
    }

    #[test]
    fn a_node_is_put_in_between_and_all_else_stays() {
        let steps = steps(json!([
            { "op": "add_node", "node": { "id": "nap", "node_type": "wait", "config": { "for": "1m" } } },
            { "op": "disconnect", "source": "go", "destination": "say" },
            { "op": "connect", "source": "go", "destination": "nap" },
            { "op": "connect", "source": "nap", "destination": "say" },
            { "op": "set", "id": "say", "pointer": "/config/message", "value": "later" },
            { "op": "set", "id": "say", "pointer": "/config/level", "value": null },
            { "op": "rename", "name": "m" },
        ]));
        let changed = change(&document(), &steps).unwrap();
        assert_eq!(changed.layout, document().layout);
        assert_eq!(
            json!(changed.nodes[1].config),
            json!({ "message": "later" })
        );
        let found = diff(&document(), &changed);
        assert_eq!(
            (found.nodes.len(), found.edges.len(), found.fields.len()),
            (2, 3, 1)
        );
    }

    #[test]
    fn what_is_removed_takes_its_edges_and_its_place_along() {
        let changed = change(
            &document(),
            &steps(json!([{ "op": "remove_node", "id": "say" }])),
        )
        .unwrap();
        assert!(
            changed.edges.is_empty() && !changed.layout.nodes.contains_key(&"say".parse().unwrap())
        );
    }

    #[test]
    fn a_step_that_cannot_be_done_is_named_and_changes_nothing() {
        for (step, why) in [
            (
                json!({ "op": "add_node", "node": { "id": "say", "node_type": "log" } }),
                "already",
            ),
            (
                json!({ "op": "add_node", "node": { "id": "a b" } }),
                "no node",
            ),
            (json!({ "op": "remove_node", "id": "nobody" }), "nobody"),
            (
                json!({ "op": "set", "id": "say", "pointer": "config", "value": 1 }),
                "begins with",
            ),
            (
                json!({ "op": "set", "id": "say", "pointer": "/config/message/x/y", "value": 1 }),
                "nothing at",
            ),
            (
                json!({ "op": "set", "id": "say", "pointer": "/id", "value": "other" }),
                "stays",
            ),
            (
                json!({ "op": "set", "id": "say", "pointer": "/retry", "value": 1 }),
                "makes no node",
            ),
            (
                json!({ "op": "connect", "source": "go", "destination": "nobody" }),
                "nobody",
            ),
            (
                json!({ "op": "disconnect", "source": "say", "destination": "go" }),
                "not connected",
            ),
        ] {
            let good = json!({ "op": "rename", "name": "m" });
            let problem = change(&document(), &steps(json!([good, step]))).unwrap_err();
            assert_eq!(problem.pointer, "/changes/1");
            assert!(problem.message.contains(why), "{step}: {}", problem.message);
        }
    }
}
