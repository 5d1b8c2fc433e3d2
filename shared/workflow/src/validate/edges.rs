//! Edges by themselves: both ends exist, required inputs are fed, joins are fed once per input.

use super::{Draft, DraftNode};
use crate::{
    Document, Edge, NodeType, Problem,
    plan::{EdgeIx, NodeIx, PlanEdge, PortIx, port},
};
use ids::{NodeId, PortName};
use std::collections::HashMap;

/// Finds both ends of every edge.
pub(super) fn resolve(draft: &mut Draft, document: &Document) {
    let mut places: HashMap<&NodeId, usize> = HashMap::new();
    for (place, node) in document.nodes.iter().enumerate() {
        places.entry(&node.id).or_insert(place);
    }
    for (index, edge) in document.edges.iter().enumerate() {
        let ends = Ends {
            edge,
            pointer: format!("/edges/{index}"),
            places: &places,
        };
        let resolved = ends.resolve(&draft.nodes);
        match resolved {
            Ok(edge) => draft.edges.push(edge),
            Err(problems) => {
                draft.edges.push(None);
                problems
                    .into_iter()
                    .for_each(|problem| draft.report(problem));
            }
        }
    }
    check_inputs(draft);
}

struct Ends<'e> {
    edge: &'e Edge,
    pointer: String,
    places: &'e HashMap<&'e NodeId, usize>,
}

impl Ends<'_> {
    /// `Ok(None)` when a node type is unknown, which is a problem already.
    fn resolve(&self, nodes: &[DraftNode]) -> Result<Option<PlanEdge>, Vec<Problem>> {
        let source = self.node(nodes, &self.edge.source, "source");
        let destination = self.node(nodes, &self.edge.destination, "destination");
        let (source, destination) = match (source, destination) {
            (Ok(source), Ok(destination)) => (source, destination),
            (source, destination) => {
                return Err(unboxed([source.err(), destination.err()]));
            }
        };
        let outputs = source.1.node.outputs.iter().map(|port| &port.name);
        let inputs = destination.1.node.inputs.iter().map(|port| &port.name);
        let outputs: Vec<&PortName> = outputs.collect();
        let inputs: Vec<&PortName> = inputs.collect();
        if source.1.node_type.is_none() || destination.1.node_type.is_none() {
            return Ok(None);
        }
        let from = self.port(
            &self.edge.source_port,
            &self.edge.source,
            &outputs,
            "output",
        );
        let to = self.port(
            &self.edge.destination_port,
            &self.edge.destination,
            &inputs,
            "input",
        );
        match (from, to) {
            (Ok(source_port), Ok(destination_port)) => Ok(Some(PlanEdge {
                source: source.0,
                source_port,
                destination: destination.0,
                destination_port,
                back: destination.1.node_type.is_some_and(NodeType::is_loop)
                    && destination_port == port::NEXT,
            })),
            (from, to) => Err(unboxed([from.err(), to.err()])),
        }
    }

    fn node<'n>(
        &self,
        nodes: &'n [DraftNode],
        id: &NodeId,
        end: &str,
    ) -> Result<(NodeIx, &'n DraftNode), Box<Problem>> {
        let place = self.places.get(id).copied();
        let found = place.and_then(|place| {
            let index = u32::try_from(place).ok()?;
            Some((NodeIx(index), nodes.get(place)?))
        });
        found.ok_or_else(|| {
            let message = format!("the edge's {end} `{id}` is no node of this workflow");
            Problem::error("edge.dangling", format!("{}/{end}", self.pointer), message)
                .node(id)
                .hint("name an existing node, or remove the edge")
                .into()
        })
    }

    fn port(
        &self,
        name: &PortName,
        node: &NodeId,
        ports: &[&PortName],
        side: &str,
    ) -> Result<PortIx, Box<Problem>> {
        let place = ports.iter().position(|port| *port == name);
        let index = place.and_then(|place| u16::try_from(place).ok());
        index.map(PortIx).ok_or_else(|| {
            let names: Vec<&str> = ports.iter().map(|port| port.as_str()).collect();
            let end = if side == "output" {
                "source_port"
            } else {
                "destination_port"
            };
            let message = format!("`{node}` has no {side} `{name}`");
            let hint = if names.is_empty() {
                format!("`{node}` has no {side}s at all")
            } else {
                format!("its {side}s are: {}", names.join(", "))
            };
            Problem::error(
                "edge.unknown_port",
                format!("{}/{end}", self.pointer),
                message,
            )
            .node(node)
            .port(name)
            .hint(hint)
            .into()
        })
    }
}

fn unboxed(problems: [Option<Box<Problem>>; 2]) -> Vec<Problem> {
    problems
        .into_iter()
        .flatten()
        .map(|problem| *problem)
        .collect()
}

fn check_inputs(draft: &mut Draft) {
    let mut fed: HashMap<(NodeIx, PortIx), Vec<EdgeIx>> = HashMap::new();
    for (index, edge) in (0_u32..).zip(&draft.edges) {
        if let Some(edge) = edge {
            let port = (edge.destination, edge.destination_port);
            fed.entry(port).or_default().push(EdgeIx(index));
        }
    }
    let known = draft.nodes.iter().all(|node| node.node_type.is_some());
    let mut problems = Vec::new();
    for (index, node) in (0_u32..).zip(&draft.nodes) {
        let id = &node.node.id;
        for (place, input) in (0_u16..).zip(&node.node.inputs) {
            let edges = fed
                .get(&(NodeIx(index), PortIx(place)))
                .map_or(&[][..], Vec::as_slice);
            if input.required && edges.is_empty() && known {
                let message = format!(
                    "nothing feeds the required input `{}` of `{id}`",
                    input.name
                );
                problems.push(
                    Problem::error("port.not_fed", format!("/nodes/{index}"), message)
                        .node(id)
                        .port(&input.name)
                        .hint("connect an output to it, or remove the node"),
                );
            }
            if let (Some(NodeType::Join), [_, second, ..]) = (node.node_type, edges) {
                let message = format!(
                    "two edges feed the input `{}` of the join `{id}`",
                    input.name
                );
                problems.push(
                    Problem::error("join.fed_twice", format!("/edges/{}", second.0), message)
                        .node(id)
                        .port(&input.name)
                        .hint("declare one input for each edge"),
                );
            }
        }
    }
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}
