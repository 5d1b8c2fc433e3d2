//! How large a run can become, before it starts.

use super::{NodeIx, NodeKind, Plan};
use ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most turns of one loop over items.
pub const TURNS: u32 = 10_000;

/// What a run of a plan may amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    /// All nodes, triggers included.
    pub nodes: u32,
    /// The longest chain of nodes.
    pub levels: u32,
    /// The most nodes side by side, those of loops counted once.
    pub width: u32,
    /// Nodes that an adapter works for, those of loops counted once.
    pub effects: u32,
    /// Most calls of models, every turn that a loop may have counted; the limits of the document aside.
    pub most_model_calls: u64,
    /// What adapters are asked to do, such as `http.request`.
    pub operations: BTreeSet<String>,
    /// The accounts that the document names: everybody who may edit the workflow must be allowed to use them.
    pub accounts: BTreeSet<AccountId>,
}

impl Plan {
    pub(super) fn measure(&self) -> Size {
        let (levels, width) = self.extent();
        let places = (0..).map(NodeIx).zip(&self.nodes);
        let calls = places.filter(|(_, node)| node.kind.most_model_calls() > 0);
        let described = |node: &super::PlanNode| crate::kinds::find(node.node_type)?.operation;
        let operations = self.nodes.iter().filter_map(described);
        Size {
            nodes: count(self.nodes.len()),
            levels,
            width,
            effects: count(self.nodes.iter().filter(|n| n.kind.is_effect()).count()),
            most_model_calls: calls
                .map(|(at, node)| {
                    self.most_turns(at)
                        .saturating_mul(node.kind.most_model_calls())
                })
                .sum(),
            operations: operations
                .map(|o| format!("{}.{}", o.protocol, o.operation))
                .collect(),
            accounts: self.nodes.iter().filter_map(|node| node.account).collect(),
        }
    }

    /// How often a node can run.
    fn most_turns(&self, node: NodeIx) -> u64 {
        let mut most = 1_u64;
        let mut around = self.node(node).body_of;
        while let Some(body) = around.and_then(|ix| self.body(ix)) {
            let turns = if let NodeKind::While { most, .. } = self.node(body.node).kind {
                most
            } else {
                TURNS
            };
            most = most.saturating_mul(u64::from(turns));
            around = body.parent;
        }
        most
    }

    /// Levels and width.
    fn extent(&self) -> (u32, u32) {
        let mut level_of = vec![0_u32; self.nodes.len()];
        let mut widths: Vec<u32> = Vec::new();
        for node in self.order() {
            let before = self.in_edges(*node).iter().map(|edge| self.edge(*edge));
            let level = before
                .filter(|edge| !edge.back)
                .filter_map(|edge| level_of.get(edge.source.0 as usize))
                .map(|level| level + 1)
                .max()
                .unwrap_or(0);
            if let Some(slot) = level_of.get_mut(node.0 as usize) {
                *slot = level;
            }
            if widths.len() <= level as usize {
                widths.resize(level as usize + 1, 0);
            }
            if let Some(width) = widths.get_mut(level as usize) {
                *width += 1;
            }
        }
        (count(widths.len()), widths.into_iter().max().unwrap_or(0))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
