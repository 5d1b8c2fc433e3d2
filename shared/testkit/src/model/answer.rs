//! What the model says by itself: the same to the same request.

use super::spoken::Asked;
use serde_json::{Map, Value, json};

/// Words that speak for a category whose name contains the first of them.
const KEYWORDS: [(&str, &[&str]); 5] = [
    (
        "urgent",
        &["urgent", "asap", "immediately", "outage", "is down"],
    ),
    ("invoice", &["invoice", "payment", "amount due", "receipt"]),
    ("newsletter", &["newsletter", "unsubscribe", "digest"]),
    ("meeting", &["meeting", "calendar", "invitation"]),
    ("spam", &["lottery", "you have won", "prince"]),
];

/// The answer to a request.
pub(super) fn to(asked: &Asked) -> String {
    match schema(asked) {
        Some(schema) => value(&schema, &asked.said).to_string(),
        None => format!("You wrote: {}", asked.said),
    }
}

/// Whether the tool is offered, and nothing has come of any since a person spoke.
pub(super) fn wants(asked: &Asked, tool: &str) -> bool {
    asked.is_persons_turn && asked.tools.iter().any(|name| name == tool)
}

/// The schema that the request names, or that its instructions quote.
fn schema(asked: &Asked) -> Option<Value> {
    if asked.constraint.is_some() {
        return asked.constraint.clone();
    }
    let (_, quoted) = asked.system.split_once("JSON Schema")?;
    let quoted = quoted.get(quoted.find('{')?..)?;
    serde_json::Deserializer::from_str(quoted)
        .into_iter()
        .next()?
        .ok()
}

/// A value that the schema allows.
fn value(schema: &Value, said: &str) -> Value {
    if let Some(choices) = schema["enum"].as_array() {
        return choose(choices, &said.to_lowercase());
    }
    // `["string", "null"]` is as good as its first.
    let kind = schema["type"].get(0).unwrap_or(&schema["type"]);
    match kind.as_str() {
        Some("object") => object(schema, said),
        Some("array") => json!([value(&schema["items"], said)]),
        Some("number") => number(schema, json!(0.9)),
        Some("integer") => number(schema, json!(1)),
        Some("boolean") => json!(true),
        Some("null") => Value::Null,
        _ => json!(
            said.split_whitespace()
                .take(8)
                .collect::<Vec<_>>()
                .join(" ")
        ),
    }
}

fn object(schema: &Value, said: &str) -> Value {
    let properties = schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let filled = properties
        .iter()
        .map(|(name, schema)| (name.clone(), value(schema, said)));
    Value::Object(filled.collect::<Map<_, _>>())
}

fn number(schema: &Value, usual: Value) -> Value {
    match schema["minimum"].as_f64() {
        Some(least) if usual.as_f64() < Some(least) => schema["minimum"].clone(),
        _ => usual,
    }
}

/// The category with a keyword in the text, else one that promises nothing, else the last.
fn choose(choices: &[Value], said: &str) -> Value {
    let spoken_for = |choice: &&Value| {
        let name = choice.as_str().unwrap_or_default().to_lowercase();
        let known = KEYWORDS.iter().find(|(word, _)| name.contains(word));
        said.contains(&name)
            || known.is_some_and(|(_, words)| words.iter().any(|w| said.contains(w)))
    };
    let neutral = |choice: &&Value| {
        ["other", "normal", "routine", "later"].contains(&choice.as_str().unwrap_or_default())
    };
    let chosen = choices
        .iter()
        .find(spoken_for)
        .or_else(|| choices.iter().find(neutral))
        .or_else(|| choices.last());
    chosen.cloned().unwrap_or_default()
}
