//! A workflow in plain words.

use crate::{Document, Node, NodeType, Plan, compile, kinds};
use serde_json::Value;

/// What of a node's config tells most, the first that it has.
const TELLING: &[&str] = &[
    "cron",
    "path",
    "filter",
    "condition",
    "url",
    "to",
    "question",
    "title",
    "goal",
    "instructions",
    "categories",
    "for",
    "message",
    "text",
];
/// Longest piece of a config that is told, in characters.
const PIECE: usize = 80;

/// One line for each node, in the order in which they run: what it does, with what, and what follows. Nothing for a document
/// that does not compile.
#[must_use]
pub fn summary(document: &Document) -> Vec<String> {
    let Ok(plan) = compile(document) else {
        return Vec::new();
    };
    let lines = plan.order().iter().filter_map(|at| {
        let id = &plan.node(*at).id;
        let node = document.nodes.iter().find(|node| node.id == *id)?;
        let title = NodeType::named(&node.node_type)
            .and_then(kinds::find)?
            .title;
        let with = piece(node).map_or_else(String::new, |piece| format!(" ({piece})"));
        Some(format!("{id}: {title}{with}{}", next(&plan, id.as_str())))
    });
    lines.collect()
}

fn piece(node: &Node) -> Option<String> {
    let (name, value) = TELLING.iter().find_map(|name| {
        Some((
            name,
            node.config.get(*name).filter(|value| !value.is_null())?,
        ))
    })?;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(PIECE).collect();
    let cut = if short.len() < line.len() { "…" } else { "" };
    Some(format!("{name}: {short}{cut}"))
}

fn next(plan: &Plan, id: &str) -> String {
    let Some(at) = plan.find(id) else {
        return String::new();
    };
    let ways: Vec<String> = plan
        .out_edges(at)
        .iter()
        .map(|edge| {
            let edge = plan.edge(*edge);
            let to = &plan.node(edge.destination).id;
            let outputs = &plan.node(at).outputs;
            match outputs.get(usize::from(edge.source_port.0)) {
                Some(port) if port.as_str() != "out" => format!("{port} → {to}"),
                Some(_) | None => format!("→ {to}"),
            }
        })
        .collect();
    match ways.is_empty() {
        true => String::new(),
        false => format!(", {}", ways.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_workflow_is_told_line_by_line() {
        let slots = json!({ "recipe": "extract_from_mail", "field": "amount", "over": 500 });
        let document = crate::recipes::document(&slots).unwrap();
        assert_eq!(
            summary(&document),
            [
                "mail: Integration event, → read",
                "read: Extract (text: Subject: {{ nodes.mail.subject }} {{ $substring(nodes.mail.text, 0, 8000) }}), → is_much",
                "is_much: Branch (condition: {{ input.amount > 500 }}), true → agree, false → tell",
                "agree: Approval (title: amount: {{ input.amount }}. Go on?), approved → tell",
                "tell: Notify (title: amount: {{ $string(nodes.read.amount) }})",
            ]
        );
        assert!(summary(&Document::default()).is_empty());
    }
}
