//! Small changes of JSON and of text.

use crate::values;
use graphs::Dice;
use serde_json::{Value, json};
use workflow::NodeType;

/// Changes some places of a value; parts of `donor` may come in.
pub(crate) fn value(value: &mut Value, donor: &Value, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let mut places = Vec::new();
        collect(value, String::new(), &mut places);
        let place = places[dice.below(places.len())].clone();
        let mut parts = Vec::new();
        collect(donor, String::new(), &mut parts);
        let part = donor.pointer(&parts[dice.below(parts.len())]);
        change(value, &place, part.cloned().unwrap_or_default(), dice);
    }
}

fn change(value: &mut Value, place: &str, part: Value, dice: &mut Dice) {
    let kinds: Vec<NodeType> = NodeType::all().collect();
    let Some(target) = value.pointer_mut(place) else {
        return;
    };
    match (dice.below(12), &mut *target) {
        (0 | 1, Value::Array(items)) if !items.is_empty() => {
            items.remove(dice.below(items.len()));
        }
        (2 | 3, Value::Array(items)) if !items.is_empty() => {
            let again = items[dice.below(items.len())].clone();
            items.push(again);
        }
        (4, Value::Array(items)) if items.len() > 1 => {
            let (a, b) = (dice.below(items.len()), dice.below(items.len()));
            items.swap(a, b);
        }
        (5, Value::Array(items)) => items.push(part),
        (0..3, Value::Object(fields)) if !fields.is_empty() => {
            let name = fields.keys().nth(dice.below(fields.len())).cloned();
            name.and_then(|name| fields.remove(&name));
        }
        (3 | 4, Value::Object(fields)) => {
            fields.insert(values::text(dice).to_owned(), part);
        }
        (5..7, Value::Object(fields)) if fields.contains_key("node_type") => {
            let kind = kinds[dice.below(kinds.len())];
            fields.insert("node_type".to_owned(), json!(kind.as_str()));
        }
        (0..5, Value::String(text)) => {
            let flipped = self::text(text.clone(), dice);
            *text = String::from_utf8_lossy(&flipped).into_owned();
        }
        (5 | 6, Value::String(text)) => text.push_str(values::text(dice)),
        (7 | 8, _) => *target = part,
        _ => *target = values::any(dice),
    }
}

/// Pointers of all places; of long lists only the first.
fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(40) {
                collect(item, format!("{at}/{index}"), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(field, format!("{at}/{name}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places.push(at);
}

/// Damages a text here and there.
pub(crate) fn text(text: String, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 if !bytes.is_empty() => {
                let end = bytes.len().min(at + dice.below(40));
                bytes.drain(at..end);
            }
            3 => {
                let end = bytes.len().min(at + dice.below(200));
                let chunk: Vec<u8> = bytes[at..end].to_vec();
                bytes.splice(at..at, chunk);
            }
            4 => {
                let open = ["[", "{\"a\":", "\"", "\\u0000", "1e999", "}"];
                let open = open[dice.below(open.len())];
                let times = if dice.percent(20) {
                    dice.below(3_000)
                } else {
                    1
                };
                bytes.splice(at..at, open.repeat(times).into_bytes());
            }
            _ => {
                let strange = values::text(dice);
                bytes.splice(at..at, strange.bytes());
            }
        }
    }
    bytes
}
