//! Anthropic's messages.
//!
//! Source: the API reference of Anthropic, "Messages", "Tool use", "Streaming messages", "Errors" and "List models". What a
//! system says stands apart, sides take turns, calls and what came of them are parts of what is said, and the longest answer
//! must be named. An answer of a shape is asked for as the arguments of one tool that the model must call.

mod reader;

use super::{Asked, Reader, Speech, as_object};
use crate::tools;
use events::{ChatMessage, ChatRole};
use http::HeaderName;
use reader::Events;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The longest answer where none is asked for, in tokens: as much as all models since Claude 3.5 can.
const ANSWER_TOKENS: u32 = 8_192;
/// The tool whose arguments are the answer, and their name for it where the schema is not of an object.
const ANSWER: &str = "answer";

pub(super) struct Anthropic;

impl Speech for Anthropic {
    fn chat(&self) -> &'static str {
        "v1/messages"
    }

    fn models(&self) -> &'static str {
        "v1/models?limit=1000"
    }

    fn habits(&self) -> &'static [&'static str] {
        &["/v1"]
    }

    fn address(&self) -> &'static str {
        "The base URL of Anthropic is https://api.anthropic.com."
    }

    fn key(&self) -> (HeaderName, &'static str) {
        (HeaderName::from_static("x-api-key"), "")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn varies(&self) -> bool {
        false
    }

    fn body(&self, asked: &Asked) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), json!(asked.model));
        let longest = asked.max_tokens.unwrap_or(ANSWER_TOKENS);
        body.insert("max_tokens".into(), json!(longest));
        body.insert("stream".into(), json!(asked.is_streamed));
        let (system, turns) = turns(asked);
        if !system.is_empty() {
            body.insert("system".into(), json!(system));
        }
        body.insert("messages".into(), turns);
        if let Some(schema) = &asked.schema {
            let input = match fits(schema) {
                true => schema.clone(),
                false => wrapped(schema),
            };
            let description = "Takes your answer.";
            let tool = json!({ "name": ANSWER, "description": description, "input_schema": input });
            body.insert("tools".into(), json!([tool]));
            let choice = json!({ "type": "tool", "name": ANSWER });
            body.insert("tool_choice".into(), choice);
        } else if !asked.tools.is_empty() {
            let offers = asked.tools.iter().map(|tool| {
                json!({ "name": tool.name, "description": tool.description, "input_schema": tool.input })
            });
            body.insert("tools".into(), offers.collect());
        }
        if let Some(temperature) = asked.temperature {
            body.insert("temperature".into(), json!(temperature.clamp(0.0, 1.0)));
        }
        body.into()
    }

    fn reader(&self, asked: &Asked) -> Box<dyn Reader> {
        let answer = asked.schema.as_ref().map(|schema| !fits(schema));
        Box::new(Events::new(answer))
    }

    fn names(&self, list: &[u8]) -> Result<Vec<String>, serde_json::Error> {
        let list: Models = serde_json::from_slice(list)?;
        Ok(list.data.into_iter().map(|model| model.id).collect())
    }
}

/// Whether a tool can have these arguments: an object, and nothing that combines schemas at the top.
fn fits(schema: &Value) -> bool {
    let combined = ["anyOf", "oneOf", "allOf", "$ref"];
    schema["type"] == "object" && combined.iter().all(|word| schema.get(word).is_none())
}

/// Arguments that hold a value of the schema; what it refers to stays at the top, where it looks for it.
fn wrapped(schema: &Value) -> Value {
    let mut inner = schema.clone();
    let mut outer = Map::new();
    outer.insert("type".into(), json!("object"));
    outer.insert("required".into(), json!([ANSWER]));
    for definitions in ["$defs", "definitions"] {
        let found = inner.as_object_mut().and_then(|o| o.remove(definitions));
        if let Some(found) = found {
            outer.insert(definitions.into(), found);
        }
    }
    outer.insert("properties".into(), json!({ ANSWER: inner }));
    outer.into()
}

/// What the system says, and the exchange: the sides take turns, the person first, nobody with nothing.
fn turns(asked: &Asked) -> (String, Value) {
    // Calls may not be told of where no tool is offered.
    let has_tools = !asked.tools.is_empty() && asked.schema.is_none();
    let messages = match has_tools {
        true => asked.messages.clone(),
        false => tools::in_words(&asked.messages),
    };
    let mut system: Vec<&str> = Vec::new();
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in &messages {
        let (side, parts) = match message.role {
            ChatRole::System => {
                system.push(&message.text);
                continue;
            }
            ChatRole::Assistant => ("assistant", parts(message)),
            ChatRole::User | ChatRole::Tool => ("user", parts(message)),
        };
        match turns.last_mut() {
            _ if parts.is_empty() => {}
            Some((last, said)) if *last == side => said.extend(parts),
            Some(_) | None => turns.push((side, parts)),
        }
    }
    let mut system = system.join("\n\n");
    if turns.first().is_none_or(|(side, _)| *side != "user") {
        let opening = match turns.is_empty() && !system.trim().is_empty() {
            true => std::mem::take(&mut system),
            false => "…".to_owned(),
        };
        turns.insert(0, ("user", vec![text(&opening)]));
    }
    let turns = turns.into_iter();
    let turns = turns.map(|(role, content)| json!({ "role": role, "content": content }));
    (system, turns.collect())
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn parts(message: &ChatMessage) -> Vec<Value> {
    if let Some(call_id) = &message.call_id {
        let came =
            json!({ "type": "tool_result", "tool_use_id": call_id, "content": message.text });
        return vec![came];
    }
    let said = Some(message.text.as_str()).filter(|said| !said.trim().is_empty());
    let calls = message.calls.iter().map(|call| {
        let input = as_object(&call.arguments);
        json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
    });
    said.map(text).into_iter().chain(calls).collect()
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}
