//! Nodes by themselves: ids, types, declared ports, triggers.

use super::{Draft, DraftNode};
use crate::{
    Document, InputPort, Node, NodeType, OutputPort, Problem,
    config::{FlowControl, Respond, WebhookAuthKind},
    kinds,
};
use ids::PortName;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The draft of a document: every node with its type, ports checked.
pub(super) fn draft(given: &Document, normalized: &Document) -> Draft {
    let mut draft = Draft {
        nodes: Vec::with_capacity(normalized.nodes.len()),
        edges: Vec::new(),
        problems: Vec::new(),
    };
    if given.name.trim().is_empty() {
        draft.report(
            Problem::error("document.no_name", "/name", "the workflow has no name")
                .hint("give it a name that people recognise"),
        );
    }
    let mut seen = HashMap::new();
    for (index, (given, node)) in given.nodes.iter().zip(&normalized.nodes).enumerate() {
        let pointer = format!("/nodes/{index}");
        if let Some(first) = seen.insert(&node.id, index) {
            let message = format!("two nodes are called `{}`", node.id);
            draft.report(
                Problem::error("node.duplicate_id", format!("{pointer}/id"), message)
                    .node(&node.id)
                    .hint(format!("rename one of them; the other is /nodes/{first}")),
            );
        }
        let node_type = NodeType::named(&node.node_type);
        match node_type {
            None => draft.report(unknown_type(node, &pointer)),
            Some(node_type) => check_ports(&mut draft, given, node_type, &pointer),
        }
        draft.nodes.push(DraftNode {
            node: node.clone(),
            node_type,
            kind: None,
            config: None,
            approval: None,
            trigger: None,
            expressions: Vec::new(),
            per_item: Vec::new(),
        });
    }
    draft
}

fn unknown_type(node: &Node, pointer: &str) -> Problem {
    let known: Vec<&str> = NodeType::all().map(NodeType::as_str).collect();
    let message = format!("`{}` is no node type", node.node_type);
    Problem::error("node.unknown_type", format!("{pointer}/node_type"), message)
        .node(&node.id)
        .hint(format!("use one of {}", known.join(", ")))
}

fn check_ports(draft: &mut Draft, node: &Node, node_type: NodeType, pointer: &str) {
    let own_inputs = kinds::node_inputs(node_type);
    let own_outputs = kinds::node_outputs(node_type, &node.config);
    let inputs: Vec<(&PortName, &Value)> = node
        .inputs
        .iter()
        .map(|port| (&port.name, &port.schema))
        .collect();
    let outputs: Vec<(&PortName, &Value)> = node
        .outputs
        .iter()
        .map(|port| (&port.name, &port.schema))
        .collect();
    let input_names = own_inputs
        .iter()
        .map(|port: &InputPort| &port.name)
        .collect();
    let output_names = own_outputs
        .iter()
        .map(|port: &OutputPort| &port.name)
        .collect();
    let free_inputs = node_type == NodeType::Join;
    let free_outputs = node_type == NodeType::Parallel;
    for (side, ports, own, free) in [
        ("inputs", inputs, input_names, free_inputs),
        ("outputs", outputs, output_names, free_outputs),
    ] {
        let own: Vec<&PortName> = own;
        let mut seen = HashSet::new();
        for (index, (name, schema)) in ports.into_iter().enumerate() {
            let at = format!("{pointer}/{side}/{index}");
            let problem = if !seen.insert(name) {
                let message = format!("`{}` declares the port `{name}` twice", node.id);
                Problem::error("port.duplicate", format!("{at}/name"), message)
            } else if !free && !own.contains(&name) {
                let names: Vec<&str> = own.iter().map(|name| name.as_str()).collect();
                let message = format!(
                    "a node of type {} has no port `{name}` among its {side}",
                    node.node_type
                );
                Problem::error("port.unknown", format!("{at}/name"), message)
                    .hint(format!("its {side} are: {}", names.join(", ")))
            } else if let Err(error) = jsonschema::validator_for(schema) {
                let message = format!("the schema of port `{name}` is no JSON Schema: {error}");
                Problem::error(
                    "port.bad_schema",
                    format!("{at}/schema"),
                    crate::shape::shorten(&message),
                )
            } else {
                continue;
            };
            draft.report(problem.node(&node.id).port(name));
        }
    }
    if node_type == NodeType::Join && node.inputs.len() < 2 {
        let message = format!("the join `{}` declares fewer than two inputs", node.id);
        draft.report(
            Problem::error("join.too_few_inputs", format!("{pointer}/inputs"), message)
                .node(&node.id)
                .hint(r#"declare them: "inputs": [{"name": "a"}, {"name": "b"}]"#),
        );
    }
}

/// What only shows when all triggers are seen together.
pub(super) fn check_triggers(draft: &mut Draft) {
    let has =
        |wanted: fn(NodeType) -> bool| draft.nodes.iter().any(|n| n.node_type.is_some_and(wanted));
    let unknown = draft.nodes.iter().any(|node| node.node_type.is_none());
    let responds = has(|kind| kind == NodeType::HttpResponse);
    let hooked = has(|kind| kind == NodeType::TriggerWebhook);
    let mut problems = Vec::new();
    if !has(NodeType::is_trigger) && !unknown {
        let message = "the workflow has no trigger, so it can never run";
        problems.push(
            Problem::error("document.no_trigger", "/nodes", message)
                .hint("add a node of type trigger.manual, trigger.webhook, trigger.schedule, trigger.integration_event or trigger.error"),
        );
    }
    let mut paths = HashSet::new();
    for (index, node) in draft.nodes.iter_mut().enumerate() {
        let pointer = format!("/nodes/{index}");
        let id = &node.node.id;
        if node.node_type == Some(NodeType::HttpResponse) && !hooked {
            let message = format!("`{id}` answers a webhook, but no webhook starts this workflow");
            problems.push(Problem::warning("trigger.no_webhook", pointer, message).node(id));
            continue;
        }
        let Some(trigger) = node.trigger.as_mut().filter(|t| t.webhook_path.is_some()) else {
            continue;
        };
        let route = (trigger.method.clone(), trigger.webhook_path.clone());
        if !paths.insert(route) {
            let message = format!("`{id}` listens on a path and method that another trigger has");
            let at = format!("{pointer}/config/path");
            problems.push(Problem::error("trigger.duplicate_path", at, message).node(id));
        }
        if trigger.respond == Some(Respond::Last) && !responds {
            let message = format!("`{id}` waits for an HTTP response, but no node gives one");
            let at = format!("{pointer}/config/respond");
            problems.push(
                Problem::warning("trigger.no_response", at, message)
                    .node(id)
                    .hint("add an http_response node, or set respond to accepted"),
            );
        }
        let default = if responds {
            Respond::Last
        } else {
            Respond::Accepted
        };
        let respond = *trigger.respond.get_or_insert(default);
        if let Some(field) = trigger.flow.as_ref().and_then(FlowControl::gathers)
            && respond == Respond::Last
        {
            let message = format!(
                "the callers of `{id}` wait for an answer, and `{field}` gives a run to one of many"
            );
            let at = format!("{pointer}/config/flow/{field}");
            problems.push(
                Problem::error("flow.contradiction", at, message)
                    .node(id)
                    .hint("set respond to accepted"),
            );
        }
        let missing = trigger.auth.as_ref().and_then(|auth| match auth.kind {
            WebhookAuthKind::None => None,
            _ if auth.secret_name.is_none() => Some("secret_name"),
            WebhookAuthKind::HmacSha256 if auth.header.is_none() => Some("header"),
            WebhookAuthKind::HmacSha256 | WebhookAuthKind::StandardWebhooks => None,
        });
        if let Some(field) = missing {
            let message = format!("the auth of `{id}` needs `{field}`");
            let at = format!("{pointer}/config/auth");
            problems.push(Problem::error("config.missing", at, message).node(id));
        }
    }
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}
