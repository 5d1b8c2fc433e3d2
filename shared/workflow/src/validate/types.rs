//! Whether what flows along every edge is what its end accepts.

use super::{Draft, Flow};
use crate::{
    Document, NodeType, Problem,
    config::Late,
    document::any_value,
    plan::{NodeIx, NodeKind, PortIx, port},
    subschema::{self, Verdict},
};
use expressions::Expression;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Schemas larger than this are not carried on; what follows is "any value".
const SCHEMA_BYTES: usize = 32 * 1024;

/// Deepest nesting of references that is written out when a schema is carried into another.
const REFERENCES: u8 = 8;

type Schemas = HashMap<(NodeIx, PortIx), Value>;

/// Works out what every output emits, in order, and compares along the edges.
pub(super) fn check(draft: &mut Draft, given: &Document, flow: &Flow) {
    let mut types = Types {
        draft,
        given,
        emitted: Schemas::new(),
        problems: Vec::new(),
    };
    for node in &flow.order {
        types.outputs(*node);
    }
    types.edges();
    let problems = types.problems;
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}

struct Types<'d> {
    draft: &'d Draft,
    given: &'d Document,
    emitted: Schemas,
    problems: Vec<Problem>,
}

impl Types<'_> {
    fn outputs(&mut self, at: NodeIx) {
        let Some(node) = self.draft.nodes.get(at.0 as usize) else {
            return;
        };
        let declared = self
            .given
            .nodes
            .get(at.0 as usize)
            .map(|node| &node.outputs);
        for (place, output) in (0_u16..).zip(&node.node.outputs) {
            let natural = self.natural(at, PortIx(place), node.node_type);
            let claim =
                declared.and_then(|ports| ports.iter().find(|port| port.name == output.name));
            let claim = claim.filter(|port| !subschema::is_any(&port.schema));
            let schema = claim.map_or_else(|| natural.clone(), |port| port.schema.clone());
            if claim.is_some() {
                self.claim(at, PortIx(place), &natural, &schema);
            }
            self.emitted.insert((at, PortIx(place)), schema);
        }
    }

    /// What a port emits by the nature of its node.
    fn natural(&self, at: NodeIx, output: PortIx, node_type: Option<NodeType>) -> Value {
        match node_type {
            Some(
                NodeType::Branch
                | NodeType::Switch
                | NodeType::Wait
                | NodeType::Parallel
                | NodeType::Notify
                | NodeType::Log
                | NodeType::HttpResponse,
            ) => self.arriving(at, port::IN),
            Some(NodeType::Loop) if output == port::ITEM => {
                items_of(&self.arriving(at, port::ITEMS))
            }
            Some(NodeType::Join) if output == port::OUT => self.joined(at),
            Some(NodeType::Compute(kind)) if kind.keeps_items() => {
                json!({ "type": "array", "items": items_of(&self.arriving(at, port::IN)) })
            }
            Some(NodeType::Transform) => {
                let node = self.draft.nodes.get(at.0 as usize);
                let output = node.and_then(|node| node.node.config.get("output"));
                output.map_or_else(any_value, rendered)
            }
            Some(node_type) => {
                let node = self.draft.nodes.get(at.0 as usize);
                let ports =
                    node.map(|node| crate::kinds::node_outputs(node_type, &node.node.config));
                let port = ports.and_then(|ports| ports.into_iter().nth(usize::from(output.0)));
                port.map_or_else(any_value, |port| port.schema)
            }
            None => any_value(),
        }
    }

    /// What arrives at an input: what all its edges carry, or what it declares when nothing is known of them.
    fn arriving(&self, at: NodeIx, input: PortIx) -> Value {
        let edges = self.draft.edges.iter().flatten();
        let edges = edges.filter(|edge| edge.destination == at && edge.destination_port == input);
        let mut carried: Vec<Value> = Vec::new();
        for edge in edges {
            let schema = self.emitted.get(&(edge.source, edge.source_port));
            let schema = schema.map_or_else(any_value, standalone);
            if !carried.contains(&schema) {
                carried.push(schema);
            }
        }
        let schema = match carried.as_slice() {
            [] => any_value(),
            [one] => one.clone(),
            several if several.iter().any(subschema::is_any) => any_value(),
            several => json!({ "anyOf": several }),
        };
        if schema.to_string().len() > SCHEMA_BYTES {
            return any_value();
        }
        schema
    }

    fn joined(&self, at: NodeIx) -> Value {
        let node = self.draft.nodes.get(at.0 as usize);
        let inputs = node.map_or(&[][..], |node| &node.node.inputs);
        // Who does not wait for all has a promise of none.
        let waits_for_all = node.is_some_and(|node| {
            matches!(&node.kind, Some(NodeKind::Join(join)) if join.wanted.is_none() && join.late == Late::Fail)
        });
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (place, input) in (0_u16..).zip(inputs) {
            properties.insert(input.name.to_string(), self.arriving(at, PortIx(place)));
            if input.required && waits_for_all {
                required.push(input.name.to_string());
            }
        }
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        if schema.to_string().len() > SCHEMA_BYTES {
            return json!({ "type": "object", "required": required });
        }
        schema
    }

    /// A declared output schema is the author's word; it may not contradict what the node emits.
    fn claim(&mut self, at: NodeIx, output: PortIx, natural: &Value, declared: &Value) {
        let Some(node) = self.draft.nodes.get(at.0 as usize).map(|node| &node.node) else {
            return;
        };
        let Some(port) = node.outputs.get(usize::from(output.0)) else {
            return;
        };
        let place = self.given.nodes.get(at.0 as usize).and_then(|given| {
            given
                .outputs
                .iter()
                .position(|declared| declared.name == port.name)
        });
        let pointer = format!("/nodes/{}/outputs/{}/schema", at.0, place.unwrap_or(0));
        let (finding, problem) = match subschema::check(natural, declared) {
            Verdict::Proven => return,
            Verdict::Unknown(finding) => (finding, Problem::warning("port.unproved", pointer, "")),
            Verdict::Refuted(finding) => (finding, Problem::error("port.contradicts", pointer, "")),
        };
        let message = format!(
            "the schema of output `{}` of `{}` says more than the node promises: {}{}",
            port.name,
            node.id,
            place_of(&finding.path),
            finding.reason
        );
        self.problems.push(
            Problem { message, ..problem }
                .node(&node.id)
                .port(&port.name),
        );
    }

    fn edges(&mut self) {
        for (index, edge) in self.draft.edges.iter().enumerate() {
            let Some(edge) = edge else { continue };
            let ends = (
                self.draft.nodes.get(edge.source.0 as usize),
                self.draft.nodes.get(edge.destination.0 as usize),
            );
            let (Some(source), Some(destination)) = ends else {
                continue;
            };
            let output = source.node.outputs.get(usize::from(edge.source_port.0));
            let input = destination
                .node
                .inputs
                .get(usize::from(edge.destination_port.0));
            let (Some(output), Some(input)) = (output, input) else {
                continue;
            };
            let emitted = self.emitted.get(&(edge.source, edge.source_port));
            let Some(emitted) = emitted else { continue };
            let (source, destination) = (&source.node.id, &destination.node.id);
            let pointer = format!("/edges/{index}");
            let (finding, problem, verb, hint) = match subschema::check(emitted, &input.schema) {
                Verdict::Proven => continue,
                Verdict::Unknown(finding) => (
                    finding,
                    Problem::warning("edge.unproved", pointer, ""),
                    "may not fit",
                    "declare the schema of the output to be sure",
                ),
                Verdict::Refuted(finding) => (
                    finding,
                    Problem::error("edge.type_mismatch", pointer, ""),
                    "does not fit",
                    "change the value with a transform node, or the schema of one of the ports",
                ),
            };
            let message = format!(
                "output `{}` of `{source}` {verb} input `{}` of `{destination}`: {}{}",
                output.name,
                input.name,
                place_of(&finding.path),
                finding.reason
            );
            let problem = Problem { message, ..problem };
            self.problems
                .push(problem.node(destination).port(&input.name).hint(hint));
        }
    }
}

fn place_of(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("at `{path}`, ")
    }
}

/// What a template renders to, as far as its text tells: a string that is one expression may become anything.
fn rendered(template: &Value) -> Value {
    match template {
        Value::String(text) if !text.contains("{{") => json!({ "const": text }),
        Value::String(text) => match Expression::parse(text) {
            Ok(_) => any_value(),
            Err(_) => json!({ "type": "string" }),
        },
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().map(rendered).collect();
            let count = items.len();
            let mut schema = json!({ "type": "array", "minItems": count, "maxItems": count });
            if let Some(map) = schema.as_object_mut().filter(|_| count > 0) {
                map.insert("prefixItems".to_owned(), items.into());
            }
            schema
        }
        Value::Object(map) => {
            let properties: Map<String, Value> = map
                .iter()
                .map(|(key, item)| (key.clone(), rendered(item)))
                .collect();
            let required: Vec<&String> = map.keys().collect();
            json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => json!({ "const": template }),
    }
}

/// What the items of an array may be.
fn items_of(schema: &Value) -> Value {
    let plain = schema.get("type").is_some_and(|kind| kind == "array");
    let combined = [
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "prefixItems",
        "enum",
        "const",
    ];
    if !plain || combined.iter().any(|keyword| schema.get(keyword).is_some()) {
        return any_value();
    }
    schema.get("items").cloned().unwrap_or_else(any_value)
}

/// The schema with its local references written out, so that it can stand inside another; what is too deep or too long is
/// "any value".
fn standalone(schema: &Value) -> Value {
    let mut expansion = Expansion {
        root: schema,
        left: 2_000,
    };
    let written = expansion.expand(schema, REFERENCES);
    if expansion.left == 0 || written.to_string().len() > SCHEMA_BYTES {
        return any_value();
    }
    written
}

struct Expansion<'s> {
    root: &'s Value,
    left: u32,
}

impl Expansion<'_> {
    fn expand(&mut self, schema: &Value, depth: u8) -> Value {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return any_value();
        }
        match schema {
            Value::Object(map) if map.contains_key("$ref") || map.contains_key("$dynamicRef") => {
                let pointer = map.get("$ref").and_then(Value::as_str);
                let target = pointer.and_then(|text| self.root.pointer(text.strip_prefix('#')?));
                match target.cloned() {
                    Some(target) if depth > 0 && map.len() == 1 => self.expand(&target, depth - 1),
                    _ => any_value(),
                }
            }
            Value::Object(map) => {
                let mut written = Map::new();
                for (key, item) in map {
                    let item = match key.as_str() {
                        "$defs" | "definitions" | "$schema" | "$id" => continue,
                        "enum" | "const" => item.clone(),
                        _ => self.expand(item, depth),
                    };
                    written.insert(key.clone(), item);
                }
                written.into()
            }
            Value::Array(items) => items.iter().map(|item| self.expand(item, depth)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
        }
    }
}
