//! Pinned outputs: of ports that there are, as those declare their values.

use super::Draft;
use crate::Problem;

/// Checks what nodes pin.
pub(super) fn check(draft: &mut Draft) {
    let mut problems = Vec::new();
    for (place, node) in draft.nodes.iter().enumerate() {
        if node.node_type.is_none() {
            continue;
        }
        for (name, value) in &node.node.pinned {
            let at = format!("/nodes/{place}/pinned/{name}");
            let id = &node.node.id;
            let port = node.node.outputs.iter().find(|port| port.name == *name);
            let problem = match port {
                None => {
                    let names = node.node.outputs.iter().map(|port| port.name.as_str());
                    let names: Vec<&str> = names.collect();
                    let message = format!("`{id}` has no output `{name}` to pin a value to");
                    Problem::error("pinned.unknown_port", at, message)
                        .hint(format!("its outputs are: {}", names.join(", ")))
                }
                Some(port) => {
                    let schema = jsonschema::validator_for(&port.schema).ok();
                    if schema.is_none_or(|schema| schema.is_valid(value)) {
                        continue;
                    }
                    let message = format!("what `{id}` pins is not what output `{name}` declares");
                    Problem::warning("pinned.not_as_declared", at, message)
                        .hint("pin another value, or change the schema of the output")
                }
            };
            problems.push(problem.node(id).port(name));
        }
    }
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}
