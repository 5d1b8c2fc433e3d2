//! The workflow document: what people write, the API carries and the database stores.

use ids::{NodeId, PortName};
use petgraph::graph::DiGraph;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A JSON Schema (draft 2020-12) of the values that pass a port; `{}` and `true` allow every value.
pub type PortSchema = Value;

/// The graph that a document describes. Built on load, never stored.
pub type Graph = DiGraph<Node, EdgeWeight>;

/// A directed graph of nodes, whose triggers start runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What people call the workflow.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What the workflow is for, in a sentence or two.
    #[serde(default)]
    #[schemars(length(max = 10_000))]
    pub description: String,
    /// The nodes, in any order.
    #[schemars(length(max = 500))]
    pub nodes: Vec<Node>,
    /// The edges. Where several meet one input port, the first that delivers wins.
    #[serde(default)]
    #[schemars(length(max = 5_000))]
    pub edges: Vec<Edge>,
    /// When a run's progress is made durable.
    #[serde(default, skip_serializing_if = "Commit::is_default")]
    pub commit: Commit,
}

/// When a run's progress is made durable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Commit {
    /// Before anything outside can notice: nodes without effects are computed again after a failure.
    #[default]
    WhenNeeded,
    /// After each node: slower, and no node is ever computed twice.
    EachNode,
}

impl Commit {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One node: what it does, with which parameters, between which ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique in the document; expressions name it: `nodes.<id>`.
    pub id: NodeId,
    /// One of the node types, such as `trigger.webhook` or `classify`.
    pub node_type: String,
    /// Parameters of the node type; any string may hold `{{ … }}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Left out, the node type's own inputs; `join` declares its inputs here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputPort>,
    /// Left out, the node type's own outputs; `parallel` declares its outputs here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OutputPort>,
}

/// Where values enter a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputPort {
    /// Unique among the node's inputs.
    pub name: PortName,
    /// What the node accepts.
    #[serde(default = "any_value")]
    pub schema: PortSchema,
    /// Whether the node is skipped when nothing arrives here.
    #[serde(default = "required_unless_said")]
    pub required: bool,
}

/// Where values leave a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputPort {
    /// Unique among the node's outputs.
    pub name: PortName,
    /// What the node emits.
    #[serde(default = "any_value")]
    pub schema: PortSchema,
}

/// A connection from an output port to an input port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// The node that emits.
    pub source: NodeId,
    /// Its output port.
    pub source_port: PortName,
    /// The node that receives.
    pub destination: NodeId,
    /// Its input port.
    pub destination_port: PortName,
}

/// What an edge of the [`Graph`] carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeWeight {
    /// The output port of the source.
    pub source_port: PortName,
    /// The input port of the destination.
    pub destination_port: PortName,
}

impl Document {
    /// The graph of the document, nodes and edges in document order.
    ///
    /// Of two nodes with one id the first counts, and an edge to an unknown node is left out: `validate` names both.
    #[must_use]
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::with_capacity(self.nodes.len(), self.edges.len());
        let mut indices = HashMap::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let index = graph.add_node(node.clone());
            indices.entry(&node.id).or_insert(index);
        }
        for edge in &self.edges {
            if let (Some(source), Some(destination)) =
                (indices.get(&edge.source), indices.get(&edge.destination))
            {
                let weight = EdgeWeight {
                    source_port: edge.source_port.clone(),
                    destination_port: edge.destination_port.clone(),
                };
                graph.add_edge(*source, *destination, weight);
            }
        }
        graph
    }
}

/// The schema that allows every value.
pub(crate) fn any_value() -> PortSchema {
    Value::Object(Map::new())
}

const fn required_unless_said() -> bool {
    true
}
