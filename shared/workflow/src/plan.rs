//! The compiled graph that the engine runs: dense indices, edges by port, parsed expressions.
//!
//! Built once per version; immutable and `Send + Sync`. Everything a step needs costs O(out-degree).

mod adjacency;
mod approval;
mod build;
mod check;
mod kind;
mod size;
mod taint;
mod trigger;
mod work;

pub use approval::PlanApproval;
pub use check::{OutputCheck, OutputFault, faults};
pub use kind::{Join, NodeKind};
pub use size::{Size, TURNS};
pub use taint::{Traced, Way, traced_arguments};
pub use trigger::{TriggerKind, TriggerSpec};
pub use work::{ConfigError, Work};

use adjacency::Adjacency;

use crate::{
    Commit, DocumentHash, Limits, NodeType, Retry,
    kinds::{EffectClass, find},
};
use expressions::Template;
use ids::{AccountId, NodeId, PortName};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

pub(crate) use build::build;

/// Of a number of seconds in a document.
#[must_use]
pub fn milliseconds(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

/// A node of one plan: its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIx(pub u32);

/// An edge of one plan: its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeIx(pub u32);

/// An input or output port of one node: its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortIx(pub u16);

/// A loop of one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoopIx(pub u16);

/// Where the ports of node types with fixed ports stand. Normalisation keeps them there.
pub mod port {
    use super::PortIx;

    /// Input `in`.
    pub const IN: PortIx = PortIx(0);
    /// Output `out`.
    pub const OUT: PortIx = PortIx(0);
    /// Output `error` of an effect node.
    pub const ERROR: PortIx = PortIx(1);
    /// Output `true` of a branch.
    pub const TRUE: PortIx = PortIx(0);
    /// Output `false` of a branch.
    pub const FALSE: PortIx = PortIx(1);
    /// Input `items` of a loop.
    pub const ITEMS: PortIx = PortIx(0);
    /// Input `next` of a loop.
    pub const NEXT: PortIx = PortIx(1);
    /// Output `item` of a loop.
    pub const ITEM: PortIx = PortIx(0);
    /// Output `done` of a loop.
    pub const DONE: PortIx = PortIx(1);
    /// Output `approved` of an approval.
    pub const APPROVED: PortIx = PortIx(0);
    /// Output `rejected` of an approval.
    pub const REJECTED: PortIx = PortIx(1);
    /// Output `late` of a wait for an event.
    pub const LATE: PortIx = PortIx(1);
    /// Output `errors` of a loop that goes on after errors.
    pub const ERRORS: PortIx = PortIx(2);
}

/// A workflow version, compiled.
#[derive(Debug)]
pub struct Plan {
    name: String,
    hash: DocumentHash,
    commit: Commit,
    limits: Limits,
    nodes: Vec<PlanNode>,
    edges: Vec<PlanEdge>,
    outgoing: Adjacency,
    incoming: Adjacency,
    order: Vec<NodeIx>,
    loops: Vec<LoopBody>,
    triggers: Vec<TriggerSpec>,
    by_id: HashMap<Box<str>, NodeIx>,
    size: Size,
}

/// One node, compiled.
#[derive(Debug)]
pub struct PlanNode {
    /// As the document and the run log name it.
    pub id: NodeId,
    /// As the document names its type.
    pub node_type: NodeType,
    /// What it does, with all that can be parsed ahead.
    pub kind: NodeKind,
    /// The whole config; rendered, it is what [`NodeKind::work`] takes.
    pub config: Template,
    /// Its inputs, in order.
    pub inputs: Vec<PlanInput>,
    /// Names of its outputs, in order.
    pub outputs: Vec<PortName>,
    /// What the document says of its outputs beyond the node type.
    pub checks: Vec<OutputCheck>,
    /// How its failures are tried again, and for how long.
    pub patience: Patience,
    /// When people must agree to what it is about to do.
    pub approval: Option<PlanApproval>,
    /// What decides whom or what it reaches, and where the values of that may come from.
    pub traced: Vec<Traced>,
    /// What such an argument may be without a question although it comes from outside, by argument.
    pub allow: BTreeMap<String, Vec<String>>,
    /// What it puts out in dry runs and tests instead of running.
    pub pinned: BTreeMap<PortName, Value>,
    /// For a node that an adapter works for: a value as its output `out` may carry.
    pub example: Value,
    /// The account that it names, when no expression does.
    pub account: Option<AccountId>,
    /// The innermost loop whose body it belongs to.
    pub body_of: Option<LoopIx>,
    /// How many loops are around it: the length of its iteration path.
    pub depth: u16,
}

/// One input port, compiled.
#[derive(Debug)]
pub struct PlanInput {
    /// As expressions name it: `inputs.<name>`.
    pub name: PortName,
    /// Whether the node is skipped when nothing arrives here.
    pub required: bool,
}

/// How a node's effect is tried again, and for how long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patience {
    /// How a failure is tried again.
    pub retry: Option<Retry>,
    /// Longest time from start to end, in milliseconds.
    pub timeout_ms: Option<i64>,
}

/// An edge, compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanEdge {
    /// The node that emits.
    pub source: NodeIx,
    /// Its output.
    pub source_port: PortIx,
    /// The node that receives.
    pub destination: NodeIx,
    /// Its input.
    pub destination_port: PortIx,
    /// Whether it closes a loop: it ends in a loop's `next`.
    pub back: bool,
}

/// The nodes that a loop runs for each item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopBody {
    /// The loop node.
    pub node: NodeIx,
    /// The loop around it.
    pub parent: Option<LoopIx>,
    /// How many loops are around its members, itself included: 1 for an outermost loop.
    pub depth: u16,
    /// All nodes inside, those of inner loops included, in topological order.
    pub members: Vec<NodeIx>,
}

impl Plan {
    /// What people call the workflow.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The identity of the document it was compiled from.
    #[must_use]
    pub const fn hash(&self) -> DocumentHash {
        self.hash
    }

    /// When a run's progress is made durable.
    #[must_use]
    pub const fn commit(&self) -> Commit {
        self.commit
    }

    /// What one run may use.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What a run may amount to.
    #[must_use]
    pub const fn size(&self) -> &Size {
        &self.size
    }

    /// All nodes; a `NodeIx` is a place here.
    #[must_use]
    pub fn nodes(&self) -> &[PlanNode] {
        &self.nodes
    }

    /// All edges; an `EdgeIx` is a place here.
    #[must_use]
    pub fn edges(&self) -> &[PlanEdge] {
        &self.edges
    }

    /// One node of this plan.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "only this plan makes its indices, so one that is not here is a broken invariant"
    )]
    pub fn node(&self, node: NodeIx) -> &PlanNode {
        &self.nodes[node.0 as usize]
    }

    /// One edge of this plan.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "only this plan makes its indices, so one that is not here is a broken invariant"
    )]
    pub fn edge(&self, edge: EdgeIx) -> &PlanEdge {
        &self.edges[edge.0 as usize]
    }

    /// The node with an id, in O(1).
    #[must_use]
    pub fn find(&self, id: &str) -> Option<NodeIx> {
        self.by_id.get(id).copied()
    }

    /// The edges out of a node, by port, then in document order.
    #[must_use]
    pub fn out_edges(&self, node: NodeIx) -> &[EdgeIx] {
        self.outgoing.of_node(node)
    }

    /// The edges out of one port, in document order.
    #[must_use]
    pub fn out_edges_of(&self, node: NodeIx, port: PortIx) -> &[EdgeIx] {
        self.outgoing.of_port(node, port)
    }

    /// The edges into a node, by port, then in document order.
    #[must_use]
    pub fn in_edges(&self, node: NodeIx) -> &[EdgeIx] {
        self.incoming.of_node(node)
    }

    /// The edges into one port, in document order: the first that delivered wins.
    #[must_use]
    pub fn in_edges_of(&self, node: NodeIx, port: PortIx) -> &[EdgeIx] {
        self.incoming.of_port(node, port)
    }

    /// All nodes, each after those that feed it; edges back into a loop's `next` left aside.
    #[must_use]
    pub fn order(&self) -> &[NodeIx] {
        &self.order
    }

    /// All loops, each after the one around it; a `LoopIx` is a place here.
    #[must_use]
    pub fn loops(&self) -> &[LoopBody] {
        &self.loops
    }

    /// The body of a loop.
    #[must_use]
    pub fn body(&self, of: LoopIx) -> Option<&LoopBody> {
        self.loops.get(usize::from(of.0))
    }

    /// The outermost loop around a node; a node that no loop runs is its own.
    #[must_use]
    pub fn outermost(&self, node: NodeIx) -> NodeIx {
        let mut head = node;
        let mut around = self.node(node).body_of;
        while let Some(body) = around.and_then(|ix| self.body(ix)) {
            head = body.node;
            around = body.parent;
        }
        head
    }

    /// Whether no node may change anything outside, as far as its type tells.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        let kinds = self.nodes.iter().filter_map(|node| find(node.node_type));
        let mut operations = kinds.filter_map(|kind| kind.operation);
        operations.all(|operation| operation.effect == EffectClass::Read)
            && !self
                .nodes
                .iter()
                .any(|node| matches!(node.kind, NodeKind::Coordinate { .. }))
    }

    /// What starts runs of this version.
    #[must_use]
    pub fn triggers(&self) -> &[TriggerSpec] {
        &self.triggers
    }
}
