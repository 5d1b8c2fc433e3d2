//! What values are to each other: order, identity, text.

use crate::{Error, limits};
use serde_json::{Map, Number, Value};
use std::{cmp::Ordering, io};

/// A total order: booleans, numbers, texts, arrays, objects; `null` is after all of them. Texts by Unicode code points.
pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => order_numbers(a, b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => a
            .iter()
            .zip(b)
            .map(|(a, b)| order(a, b))
            .find(|found| found.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        (Value::Object(_), Value::Object(_)) => identity(a).cmp(&identity(b)),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn order_numbers(a: &Number, b: &Number) -> Ordering {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => float(a).total_cmp(&float(b)),
    }
}

const fn rank(value: &Value) -> u8 {
    match value {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    }
}

/// A number that is whole, however it is written: `2` and `2.0`.
pub(crate) fn integer(number: &Number) -> Option<i128> {
    if let Some(whole) = number.as_i64() {
        return Some(whole.into());
    }
    if let Some(whole) = number.as_u64() {
        return Some(whole.into());
    }
    let float = number.as_f64()?;
    // Whole numbers beyond 2^53 have no exact form as a float.
    let exact = float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    exact.then_some(float as i128)
}

pub(crate) fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// Equal for values that are the same: whatever the order of fields, however a number is written.
pub(crate) fn identity(value: &Value) -> String {
    match value {
        Value::Number(number) => {
            integer(number).map_or_else(|| number.to_string(), |n| n.to_string())
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(identity).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(map) => {
            let field = |(name, item): (&String, &Value)| {
                format!("{}:{}", Value::String(name.clone()), identity(item))
            };
            let mut fields: Vec<String> = map.iter().map(field).collect();
            fields.sort_unstable();
            format!("{{{}}}", fields.join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

/// What a value reads as inside a text: text as it is, `null` as nothing, the rest as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The JSON type of a value, for messages.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The fields of an item.
pub(crate) fn object(item: Value, index: usize) -> Result<Map<String, Value>, Error> {
    match item {
        Value::Object(map) => Ok(map),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)) => Err(no_object(&other, index)),
    }
}

pub(crate) fn no_object(item: &Value, index: usize) -> Error {
    let message = format!("item {index} is {}, not an object with fields", kind(item));
    Error::value(
        "transform.no_object",
        message,
        "make objects of the items first, with a transform node",
    )
}

/// How long a value is as JSON, in bytes.
pub(crate) fn size(value: &Value) -> usize {
    let mut count = Count(0);
    // A sink that only counts cannot fail.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A number of a sum or an average; what JSON has no number for is `null`.
pub(crate) fn number(float: f64) -> Value {
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

/// Refuses text that is too long to put out.
pub(crate) fn bounded(text: String) -> Result<Value, Error> {
    if text.len() > limits::OUTPUT_BYTES {
        return Err(Error::too_large("the text", limits::OUTPUT_BYTES));
    }
    Ok(Value::String(text))
}

#[cfg(test)]
mod tests {
    use super::{identity, order};
    use serde_json::json;

    #[test]
    fn values_of_all_types_have_one_order() {
        let sorted = [
            json!(false),
            json!(true),
            json!(-1.5),
            json!(2),
            json!(10),
            json!(u64::MAX),
            json!("B"),
            json!("a"),
            json!("é"),
            json!([1]),
            json!([1, 0]),
            json!({ "a": 1 }),
            json!(null),
        ];
        for (at, a) in sorted.iter().enumerate() {
            for (bt, b) in sorted.iter().enumerate() {
                assert_eq!(order(a, b), at.cmp(&bt), "{a} {b}");
            }
        }
    }

    #[test]
    fn the_same_value_has_one_identity() {
        assert_eq!(
            identity(&json!({ "a": 1, "b": [2.0] })),
            identity(&json!({ "b": [2], "a": 1.0 }))
        );
        assert_ne!(identity(&json!("1")), identity(&json!(1)));
        assert_ne!(identity(&json!(1.5)), identity(&json!(1)));
    }
}
