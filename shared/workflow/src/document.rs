//! The workflow document: what people write, the API carries and the database stores.

use crate::{EffectClass, Layout};
use ids::{NodeId, PortName};
use petgraph::graph::DiGraph;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

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
    /// Where a run stops although it could go on. What is left out is bounded by the installation alone.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
    /// When people must agree to what the nodes are about to do that say nothing of it themselves. The first rule that is
    /// about what a node may do outside counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub approvals: Vec<ApprovalRule>,
    /// Where an editor draws things.
    #[serde(default, skip_serializing_if = "Layout::is_empty")]
    pub layout: Layout,
}

/// When people must agree to what some of the nodes are about to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// Nodes that may do this outside.
    #[schemars(length(min = 1))]
    pub effects: Vec<EffectClass>,
    /// As beside a node: `approval`.
    #[serde(default)]
    pub approval: Map<String, Value>,
}

/// What one run may use. A run that would go over a limit fails before it does, with class `limit`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Longest time from start to end, in seconds, waits included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 34_560_000))]
    pub seconds: Option<u64>,
    /// Most nodes, each turn of a loop counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub nodes: Option<u64>,
    /// Most tokens of models, in and out. A call is not made when what it may use does not fit any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub tokens: Option<u64>,
    /// Most that models may cost, in millionths of a US dollar. No call is made once it is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub cost_micros: Option<u64>,
}

impl Limits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
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
    /// How a failure of what an adapter does is tried again. Left out, only as the adapter itself does within seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Longest time from the node's start to its end, in seconds, tries and pauses included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 34_560_000))]
    pub timeout_seconds: Option<u64>,
    /// When people must agree to what the node is about to do: `{}` always, `{"when": "{{ input.amount > 500 }}"}`
    /// sometimes, `{"when": false}` never. The parameters are those of the node type `approval`. Only for nodes that act
    /// outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Map<String, Value>>,
    /// What decides whom the node reaches (`to`, `url`, `method`, `account_id`) may be one of these without a question,
    /// although it comes from outside the workflow: addresses, domains such as `@example.org`, origins such as
    /// `https://example.org`, or `*` for everything. Anything else from outside people must agree to each time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub allow: BTreeMap<String, Vec<String>>,
    /// What the node puts out in dry runs and tests instead of running, by output port. Live runs never use it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned: BTreeMap<PortName, Value>,
}

/// How a failed effect is tried again: after a pause that doubles from try to try, up to a longest one, half of it drawn
/// at random. A longer pause that the other side asked for is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Most tries, the first included.
    #[schemars(range(min = 2, max = 50))]
    pub tries: u32,
    /// The first pause, in seconds.
    #[serde(default = "one_second")]
    #[schemars(range(min = 1, max = 86_400))]
    pub pause_seconds: u64,
    /// The longest pause, in seconds.
    #[serde(default = "one_hour")]
    #[schemars(range(min = 1, max = 604_800))]
    pub longest_pause_seconds: u64,
    /// The classes of errors that are worth another try.
    #[serde(default = "passing")]
    #[schemars(length(min = 1))]
    pub on: Vec<Passing>,
}

/// A class of errors that another try may heal. What may have happened (`unknown`) is never repeated by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Passing {
    /// Credentials were refused or are missing.
    Auth,
    /// The other side asked to wait.
    RateLimit,
    /// No answer in time.
    Timeout,
    /// The other side failed or could not be reached.
    Unavailable,
    /// The other side refused what it was sent.
    Rejected,
    /// A model's answer was not of the wanted shape.
    Schema,
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

const fn one_second() -> u64 {
    1
}

const fn one_hour() -> u64 {
    3_600
}

fn passing() -> Vec<Passing> {
    vec![Passing::RateLimit, Passing::Timeout, Passing::Unavailable]
}
