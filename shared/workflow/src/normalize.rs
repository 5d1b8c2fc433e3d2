//! Fills in what a document left out.

use crate::{Document, InputPort, Node, NodeType, OutputPort, kinds};

/// The document with the ports of every node written out, in the order that [`crate::plan::port`] counts on.
///
/// A declared port keeps its schema; ports of the node type that were not declared are added. Nodes of an unknown type
/// stay as they are. Nothing is reordered but ports, so pointers stay valid.
#[must_use]
pub fn normalize(document: &Document) -> Document {
    let mut document = document.clone();
    document.nodes.iter_mut().for_each(normalize_node);
    document
}

fn normalize_node(node: &mut Node) {
    let Some(node_type) = NodeType::named(&node.node_type) else {
        return;
    };
    let same_input = |a: &InputPort, b: &InputPort| a.name == b.name;
    let own = kinds::node_inputs(node_type);
    node.inputs = merged(own, std::mem::take(&mut node.inputs), same_input);
    let same_output = |a: &OutputPort, b: &OutputPort| a.name == b.name;
    let declared = std::mem::take(&mut node.outputs);
    let own = if node_type == NodeType::Parallel && !declared.is_empty() {
        Vec::new()
    } else {
        kinds::node_outputs(node_type, &node.config)
    };
    node.outputs = merged(own, declared, same_output);
}

/// The node type's own ports, each replaced by the declared one of its name, then the ports that only the document has.
fn merged<P: Clone>(own: Vec<P>, declared: Vec<P>, same: impl Fn(&P, &P) -> bool) -> Vec<P> {
    let is_own: Vec<bool> = declared
        .iter()
        .map(|port| own.iter().any(|other| same(port, other)))
        .collect();
    let mut ports: Vec<P> = own
        .into_iter()
        .map(|port| {
            let found = declared.iter().find(|other| same(other, &port));
            found.cloned().unwrap_or(port)
        })
        .collect();
    let extra = declared.into_iter().zip(is_own);
    ports.extend(extra.filter(|(_, own)| !own).map(|(port, _)| port));
    ports
}
