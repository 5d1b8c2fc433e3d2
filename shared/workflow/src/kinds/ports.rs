//! The ports of every node type, with what they carry.

use super::NodeType;
use crate::{InputPort, OutputPort, config, document::any_value};
use ids::PortName;
use serde_json::{Map, Value, json};

/// The output of a switch that none of its cases takes.
pub(crate) const OTHERWISE: &str = "otherwise";

/// The inputs of a node whose document declares none.
#[must_use]
pub fn node_inputs(node_type: NodeType) -> Vec<InputPort> {
    match node_type {
        NodeType::TriggerManual
        | NodeType::TriggerWebhook
        | NodeType::TriggerSchedule
        | NodeType::TriggerIntegrationEvent
        | NodeType::TriggerWorkflow
        | NodeType::TriggerError
        | NodeType::Join => Vec::new(),
        NodeType::Loop => [
            input("items", json!({ "type": "array" }), true),
            input("next", any_value(), false),
        ]
        .into_iter()
        .flatten()
        .collect(),
        NodeType::While => [
            input("in", any_value(), true),
            input("next", any_value(), false),
        ]
        .into_iter()
        .flatten()
        .collect(),
        NodeType::Compute(kind) => kind
            .inputs()
            .into_iter()
            .filter_map(|port| input(port.name, port.schema, true))
            .collect(),
        NodeType::LlmCall
        | NodeType::Classify
        | NodeType::Generate
        | NodeType::Summarize
        | NodeType::Extract
        | NodeType::Score
        | NodeType::Decide
        | NodeType::Deduplicate
        | NodeType::Coordinate
        | NodeType::HttpRequest
        | NodeType::SendEmail
        | NodeType::SendMessage
        | NodeType::Transform
        | NodeType::Branch
        | NodeType::Switch
        | NodeType::Parallel
        | NodeType::Wait
        | NodeType::Stop
        | NodeType::Fail
        | NodeType::SubWorkflow
        | NodeType::Approval
        | NodeType::Ask
        | NodeType::Notify
        | NodeType::Log
        | NodeType::HttpResponse
        | NodeType::Reply => input("in", any_value(), true).into_iter().collect(),
    }
}

/// The outputs of a node whose document declares none; some follow from its parameters.
#[must_use]
pub fn node_outputs(node_type: NodeType, config: &Map<String, Value>) -> Vec<OutputPort> {
    let out = |schema: Value| vec![("out", schema)];
    let effect = |schema: Value| vec![("out", schema), ("error", error_schema())];
    let batched = config.get("flow").and_then(|flow| flow.get("batch"));
    let batched = batched.is_some_and(|batch| !batch.is_null());
    let ports = match node_type {
        trigger if trigger.is_trigger() && batched => out(batch_schema()),
        NodeType::TriggerManual | NodeType::TriggerWorkflow => {
            let schema = config
                .get("input_schema")
                .filter(|schema| !schema.is_null());
            out(schema.cloned().unwrap_or_else(any_value))
        }
        NodeType::TriggerWebhook => out(webhook_schema()),
        NodeType::TriggerSchedule => out(schedule_schema()),
        NodeType::TriggerIntegrationEvent => out(json!({ "type": "object" })),
        NodeType::TriggerError => out(failure_schema()),
        NodeType::LlmCall => {
            let schema = config
                .get("output_schema")
                .filter(|schema| !schema.is_null());
            effect(schema.cloned().unwrap_or_else(text_schema))
        }
        NodeType::Classify => effect(classification_schema(config)),
        NodeType::Generate | NodeType::Summarize => effect(text_schema()),
        NodeType::Extract => {
            let schema = config.get("schema").cloned();
            effect(schema.unwrap_or_else(|| json!({ "type": "object" })))
        }
        NodeType::Score => effect(score_schema(config)),
        NodeType::Decide => effect(
            constants(config, "options")
                .map_or_else(open_choice_schema, |all| config::choice(&all)),
        ),
        NodeType::Deduplicate => effect(config::sameness()),
        NodeType::Coordinate => effect(coordination_schema()),
        NodeType::HttpRequest => effect(http_schema()),
        NodeType::SendEmail | NodeType::SendMessage => effect(object(&[("message_id", "string")])),
        NodeType::Branch => vec![("true", any_value()), ("false", any_value())],
        NodeType::Switch => return switch_outputs(config),
        NodeType::Loop => {
            let mut ports = vec![("item", any_value()), ("done", json!({ "type": "array" }))];
            if config
                .get("on_error")
                .is_some_and(|policy| policy == "continue")
            {
                ports.push(("errors", turn_errors_schema()));
            }
            ports
        }
        NodeType::While => vec![("item", any_value()), ("done", any_value())],
        NodeType::Join => effect(json!({ "type": "object" })),
        NodeType::Stop | NodeType::Fail => Vec::new(),
        NodeType::SubWorkflow => effect(json!({ "type": "object" })),
        NodeType::Approval => vec![("approved", any_value()), ("rejected", rejection_schema())],
        NodeType::Ask => {
            let form = config.get("form").filter(|schema| !schema.is_null());
            effect(form.cloned().unwrap_or_else(any_value))
        }
        NodeType::Wait if config.contains_key("event") => {
            vec![("out", json!({ "type": "object" })), ("late", any_value())]
        }
        NodeType::Compute(kind) => {
            let outputs = kind.outputs(config).into_iter();
            let error = kind.parses().then(|| ("error", error_schema()));
            outputs
                .map(|port| (port.name, port.schema))
                .chain(error)
                .collect()
        }
        NodeType::Transform
        | NodeType::Parallel
        | NodeType::Wait
        | NodeType::Notify
        | NodeType::Log
        | NodeType::HttpResponse
        | NodeType::Reply => out(any_value()),
    };
    let port = |(name, schema): (&str, Value)| {
        let name: PortName = name.parse().ok()?;
        Some(OutputPort { name, schema })
    };
    ports.into_iter().filter_map(port).collect()
}

fn input(name: &str, schema: Value, required: bool) -> Option<InputPort> {
    let name: PortName = name.parse().ok()?;
    Some(InputPort {
        name,
        schema,
        required,
    })
}

/// What leaves a node by its port `error`.
fn error_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "code": { "type": "string" },
            "class": { "type": "string" },
            "message": { "type": "string" },
            "hint": { "type": "string" },
        },
        "required": ["code", "message"],
    })
}

/// What a loop that goes on after errors puts out by its port `errors`.
fn turn_errors_schema() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": { "index": { "type": "integer", "minimum": 0 }, "item": {}, "error": error_schema() },
            "required": ["index", "item", "error"],
        },
    })
}

/// What leaves an approval by its port `rejected`.
fn rejection_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "value": {}, "comment": { "type": "string" } },
        "required": ["value", "comment"],
    })
}

/// One output per case, then `otherwise`.
fn switch_outputs(config: &Map<String, Value>) -> Vec<OutputPort> {
    let cases = config.get("cases").and_then(Value::as_array);
    let names = cases
        .into_iter()
        .flatten()
        .filter_map(|case| case.get("name")?.as_str());
    let names = names.chain([OTHERWISE]);
    let port = |name: &str| {
        let name: PortName = name.parse().ok()?;
        let schema = any_value();
        Some(OutputPort { name, schema })
    };
    names.filter_map(port).collect()
}

/// A list of texts, unless an expression stands in it.
fn constants(config: &Map<String, Value>, field: &str) -> Option<Vec<String>> {
    let constant = |value: &Value| {
        let text = value.as_str().filter(|text| !text.contains("{{"));
        text.map(str::to_owned)
    };
    let all = config.get(field).and_then(Value::as_array)?;
    all.iter().map(constant).collect()
}

fn score_schema(config: &Map<String, Value>) -> Value {
    let bound = |field: &str, default: f64| {
        let value = config.get(field).and_then(Value::as_f64);
        value.unwrap_or(default)
    };
    config::score(bound("min", 0.0), bound("max", 100.0))
}

fn open_choice_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "reason": { "type": "string" },
            "choice": { "type": "string" },
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
        },
        "required": ["reason", "choice", "confidence"],
    })
}

fn coordination_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "text": { "type": "string" },
            "rounds": { "type": "integer", "minimum": 1 },
            "calls": { "type": "integer", "minimum": 0 },
        },
        "required": ["text", "rounds", "calls"],
    })
}

fn classification_schema(config: &Map<String, Value>) -> Value {
    constants(config, "categories").map_or_else(
        || {
            json!({
                "type": "object",
                "properties": {
                    "category": { "type": "string" },
                    "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
                },
                "required": ["category", "confidence"],
            })
        },
        |categories| config::classification(&categories),
    )
}

fn text_schema() -> Value {
    object(&[("text", "string")])
}

fn schedule_schema() -> Value {
    object(&[("due_at", "string"), ("fired_at", "string")])
}

fn batch_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "events": { "type": "array", "minItems": 1 } },
        "required": ["events"],
    })
}

fn failure_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "workflow": object(&[("id", "string"), ("name", "string"), ("version", "integer")]),
            "run_id": { "type": "string" },
            "started_at": { "type": "string" },
            "failed_at": { "type": "string" },
            "error": {
                "type": "object",
                "properties": {
                    "class": { "type": "string" },
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                    "hint": { "type": ["string", "null"] },
                    "node": { "type": ["string", "null"] },
                },
                "required": ["class", "code", "message", "hint", "node"],
            },
            "trigger": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string" },
                    "node": { "type": "string" },
                    "event_id": { "type": "string" },
                },
                "required": ["kind", "node", "event_id"],
            },
        },
        "required": ["workflow", "run_id", "started_at", "failed_at", "error", "trigger"],
    })
}

fn webhook_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "method": { "type": "string" },
            "path": { "type": "string" },
            "query": { "type": "object" },
            "headers": { "type": "object" },
            "body": {},
        },
        "required": ["method", "path", "query", "headers", "body"],
    })
}

fn http_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": { "type": "integer", "minimum": 200, "maximum": 299 },
            "headers": { "type": "object" },
            "body": {},
        },
        "required": ["status", "headers", "body"],
    })
}

fn object(fields: &[(&str, &str)]) -> Value {
    let field = |(name, kind): &(&str, &str)| ((*name).to_owned(), json!({ "type": kind }));
    let properties: Map<String, Value> = fields.iter().map(field).collect();
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}
