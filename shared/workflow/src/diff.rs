//! What one version of a document says otherwise than another, as a person reads it: nodes, fields, edges.

use crate::{Document, Edge, Node, normalize};
use ids::NodeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that differs. What only stands elsewhere, or writes out what was left out, is no difference.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Name, description, commit, limits.
    pub fields: Vec<FieldChange>,
    /// Nodes by id, in the order of the newer document, removed ones last.
    pub nodes: Vec<NodeChange>,
    /// Edges, added ones first.
    pub edges: Vec<EdgeChange>,
}

/// What became of a node or an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the newer document has it.
    Added,
    /// Only the older document has it.
    Removed,
    /// Both have it, and it differs.
    Changed,
}

/// One node that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeChange {
    pub id: NodeId,
    /// In the newer document, where it has the node.
    pub node_type: String,
    pub change: Change,
    /// For a changed node: what differs.
    pub fields: Vec<FieldChange>,
}

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// JSON pointer within the node, or within the document.
    pub pointer: String,
    /// Absent when the field is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent when the field is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// One edge that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeChange {
    #[serde(flatten)]
    pub edge: Edge,
    /// `added` or `removed`: an edge is nothing but its ends.
    pub change: Change,
}

/// What `newer` says otherwise than `older`.
#[must_use]
pub fn diff(older: &Document, newer: &Document) -> Difference {
    let (older, newer) = (normalize(older), normalize(newer));
    let mut fields = Vec::new();
    compare(&frame(&older), &frame(&newer), String::new(), &mut fields);
    Difference {
        fields,
        nodes: nodes(&older, &newer),
        edges: edges(&older, &newer),
    }
}

/// The document without nodes and edges, and where they are drawn.
fn frame(document: &Document) -> Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.remove("nodes");
        map.remove("edges");
        map.remove("layout");
    }
    value
}

fn nodes(older: &Document, newer: &Document) -> Vec<NodeChange> {
    let before: BTreeMap<&NodeId, &Node> = older.nodes.iter().map(|n| (&n.id, n)).collect();
    let after: BTreeSet<&NodeId> = newer.nodes.iter().map(|node| &node.id).collect();
    let change = |node: &Node, change, fields| NodeChange {
        id: node.id.clone(),
        node_type: node.node_type.clone(),
        change,
        fields,
    };
    let kept = newer.nodes.iter().filter_map(|node| {
        let Some(old) = before.get(&node.id) else {
            return Some(change(node, Change::Added, Vec::new()));
        };
        let value = |node: &Node| serde_json::to_value(node).unwrap_or_default();
        let mut fields = Vec::new();
        compare(&value(old), &value(node), String::new(), &mut fields);
        (!fields.is_empty()).then(|| change(node, Change::Changed, fields))
    });
    let gone = older.nodes.iter().filter(|node| !after.contains(&node.id));
    kept.chain(gone.map(|node| change(node, Change::Removed, Vec::new())))
        .collect()
}

fn edges(older: &Document, newer: &Document) -> Vec<EdgeChange> {
    let only = |of: &Document, other: &Document, change| {
        let edges = of.edges.iter().filter(|edge| !other.edges.contains(edge));
        let edges = edges.map(|edge| EdgeChange {
            edge: edge.clone(),
            change,
        });
        edges.collect::<Vec<_>>()
    };
    let mut edges = only(newer, older, Change::Added);
    edges.extend(only(older, newer, Change::Removed));
    edges
}

/// Goes down as far as both sides are objects; a list is one value.
fn compare(before: &Value, after: &Value, pointer: String, found: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return found.push(FieldChange {
            pointer,
            before: Some(before.clone()),
            after: Some(after.clone()),
        });
    };
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let pointer = format!("{pointer}/{}", expressions::escape_pointer(name));
        match (old.get(name), new.get(name)) {
            (Some(before), Some(after)) => compare(before, after, pointer, found),
            (before, after) => found.push(FieldChange {
                pointer,
                before: before.cloned(),
                after: after.cloned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(value: &Value) -> Document {
        Document::read(value).unwrap()
    }

    fn older() -> Value {
        json!({
            "name": "greet",
            "nodes": [
                { "id": "go", "node_type": "trigger.manual" },
                { "id": "say", "node_type": "notify", "config": { "title": "Hello", "urgency": "low" } },
                { "id": "note", "node_type": "log", "config": { "message": "x" } },
            ],
            "edges": [
                { "source": "go", "source_port": "out", "destination": "say", "destination_port": "in" },
                { "source": "say", "source_port": "out", "destination": "note", "destination_port": "in" },
            ],
        })
    }

    #[test]
    fn what_is_only_written_otherwise_is_no_difference() {
        let mut newer = older();
        newer["nodes"].as_array_mut().unwrap().reverse();
        newer["edges"].as_array_mut().unwrap().reverse();
        newer["layout"] = json!({ "nodes": { "go": { "x": 10, "y": -20 } } });
        newer["nodes"][0]["outputs"] = json!([{ "name": "out", "schema": {} }]);
        let found = diff(&document(&older()), &document(&newer));
        assert_eq!(found, Difference::default());
    }

    #[test]
    fn nodes_fields_and_edges_are_named() {
        let mut newer = older();
        newer["name"] = json!("welcome");
        newer["limits"] = json!({ "seconds": 60 });
        newer["nodes"][1]["config"] = json!({ "title": "Welcome", "body": "{{ input }}" });
        newer["nodes"][2] = json!({ "id": "nap", "node_type": "wait", "config": { "for": "1m" } });
        newer["edges"][1]["destination"] = json!("nap");
        let found = diff(&document(&older()), &document(&newer));
        let pointers = |fields: &[FieldChange]| -> Vec<String> {
            fields.iter().map(|field| field.pointer.clone()).collect()
        };
        assert_eq!(pointers(&found.fields), ["/limits", "/name"]);
        assert_eq!(found.fields[1].before, Some(json!("greet")));
        let nodes: Vec<_> = found
            .nodes
            .iter()
            .map(|n| (n.id.as_str(), n.change))
            .collect();
        assert_eq!(
            nodes,
            [
                ("say", Change::Changed),
                ("nap", Change::Added),
                ("note", Change::Removed)
            ]
        );
        assert_eq!(
            pointers(&found.nodes[0].fields),
            ["/config/body", "/config/title", "/config/urgency"]
        );
        assert_eq!(found.nodes[0].fields[2].after, None);
        let edges: Vec<_> = found
            .edges
            .iter()
            .map(|e| (e.edge.destination.as_str(), e.change))
            .collect();
        assert_eq!(edges, [("nap", Change::Added), ("note", Change::Removed)]);
    }
}
