//! A thousand answers of models that do not do as they are told: each gives a value of the schema, or says what is wrong.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use adapter_llm::Shape;
use serde_json::{Value, json};

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "category": { "type": "string", "enum": ["urgent", "later"] },
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
            "why": { "type": ["string", "null"], "maxLength": 200 },
        },
        "required": ["category", "confidence"],
        "additionalProperties": false,
    })
}

/// What is said, right and wrong.
fn values() -> Vec<String> {
    let right = json!({ "category": "urgent", "confidence": 0.9, "why": "“jetzt” { [ ` ```" });
    let mut values: Vec<Value> = vec![
        right.clone(),
        json!({ "category": "later", "confidence": 1, "why": null }),
        json!({ "category": "none of them", "confidence": 0.5 }),
        json!({ "category": "urgent", "confidence": "0.9" }),
        json!({ "category": "urgent", "confidence": 7 }),
        json!({ "category": "urgent", "confidence": 0.1, "more": {} }),
        json!({ "category": "urgent", "confidence": 0.1, "why": "x".repeat(100_000) }),
        json!([right]),
        json!("urgent"),
        json!(null),
        json!([[[[[[]]]]]]),
    ];
    values.push(json!({ "answer": values[0] }));
    let mut texts: Vec<String> = values.iter().map(Value::to_string).collect();
    texts.push("[".repeat(10_000));
    texts.push(r#"{"category": 'urgent', confidence: .9,}"#.to_owned());
    texts.push("\u{0}\u{feff}\u{202e}{\"category\"".to_owned());
    texts.push(String::new());
    texts
}

/// How it is said.
fn wrapped(text: &str) -> Vec<String> {
    vec![
        text.to_owned(),
        format!(" \n{text}\n\n"),
        format!("```json\n{text}\n```"),
        format!("```\n{text}"),
        format!("Sure! Here is {{ your }} answer [1]:\n\n{text}\n\nAnything else?"),
        format!("<think>{{\"category\": \"maybe\"}}</think>\n{text}"),
        format!("{text}{text}"),
        format!("data: {text}\ndata: [DONE]"),
        serde_json::to_string(text).unwrap(),
    ]
}

/// As if it had been cut off.
fn cut(text: &str) -> Vec<String> {
    let end = |part: usize| text.floor_char_boundary(text.len() * part / 8);
    let parts = [8, 7, 6, 5, 4, 2, 1];
    parts
        .iter()
        .map(|part| text[..end(*part)].to_owned())
        .collect()
}

#[test]
fn whatever_a_model_says_it_is_a_value_of_the_schema_or_a_named_fault() {
    let (shape, judge) = (
        Shape::new(&schema()).unwrap(),
        jsonschema::validator_for(&schema()).unwrap(),
    );
    let (mut fit, mut unfit) = (0, 0);
    for said in values()
        .iter()
        .flat_map(|value| wrapped(value))
        .flat_map(|said| cut(&said))
    {
        match shape.read(&said) {
            Ok(value) => {
                assert!(judge.is_valid(&value), "{value}");
                fit += 1;
            }
            Err(faults) => {
                assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.is_empty()));
                unfit += 1;
            }
        }
    }
    assert!(fit + unfit >= 1_000, "{fit} and {unfit}");
    // Both happen, and often enough to mean something.
    assert!(fit > 15 && unfit > 400, "{fit} and {unfit}");
}
