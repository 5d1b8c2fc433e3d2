//! Dotted paths into an item: `customer.address.city`, `lines.0.price`.

use crate::limits;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Where a field stands. A dot goes into an object, a number into an array, `\.` is a dot of the name itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    steps: Vec<String>,
    last: String,
}

impl Path {
    /// Reads a path; the error is a sentence about it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = vec![String::new()];
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '.' {
                steps.push(String::new());
                continue;
            }
            let escaped = character == '\\' && characters.peek() == Some(&'.');
            let character = if escaped {
                characters.next()
            } else {
                Some(character)
            };
            if let (Some(step), Some(character)) = (steps.last_mut(), character) {
                step.push(character);
            }
        }
        if steps.iter().any(String::is_empty) {
            return Err(format!("`{text}` is no field path: a step is empty"));
        }
        if steps.len() > limits::PATH_STEPS {
            let most = limits::PATH_STEPS;
            return Err(format!("the field path has more than {most} steps"));
        }
        let last = steps.pop().unwrap_or_default();
        Ok(Self { steps, last })
    }

    /// The name of the field itself.
    pub(crate) fn name(&self) -> &str {
        &self.last
    }

    /// The value there, if there is one.
    pub(crate) fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let steps = self.steps.iter().chain([&self.last]);
        steps
            .into_iter()
            .try_fold(value, |value, step| match value {
                Value::Object(map) => map.get(step),
                Value::Array(items) => items.get(step.parse::<usize>().ok()?),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
            })
    }

    /// Puts a value there; what is missing on the way becomes objects. The error names what stands in the way.
    pub(crate) fn set(&self, into: &mut Value, value: Value) -> Result<(), String> {
        let mut at = into;
        for step in self.steps.iter().chain([&self.last]) {
            at = match at {
                Value::Object(map) => map.entry(step).or_insert(Value::Null),
                Value::Null => {
                    *at = Value::Object(Map::new());
                    at.as_object_mut()
                        .map(|map| map.entry(step).or_insert(Value::Null))
                        .ok_or_else(|| format!("`{step}` cannot be set"))?
                }
                Value::Array(items) => step
                    .parse::<usize>()
                    .ok()
                    .and_then(|place| items.get_mut(place))
                    .ok_or_else(|| format!("`{step}` is no place of the array"))?,
                Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                    return Err(format!(
                        "`{step}` cannot be set in a value that is no object"
                    ));
                }
            };
        }
        *at = value;
        Ok(())
    }

    /// Takes the value away from there, if there is one.
    pub(crate) fn take(&self, from: &mut Value) -> Option<Value> {
        let parent = self
            .steps
            .iter()
            .try_fold(from, |value, step| match value {
                Value::Object(map) => map.get_mut(step),
                Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
            })?;
        parent.as_object_mut()?.shift_remove(&self.last)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Path {
    fn schema_name() -> Cow<'static, str> {
        "Path".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "x-field-path": true })
    }
}

#[cfg(test)]
mod tests {
    use super::Path;
    use serde_json::{Value, json};

    #[test]
    fn a_path_goes_into_objects_and_arrays() {
        let value = json!({ "a": { "b": [10, { "c": "ü" }] }, "x.y": 1, "": 2 });
        for (path, expected) in [
            ("a.b.0", Some(json!(10))),
            ("a.b.1.c", Some(json!("ü"))),
            (r"x\.y", Some(json!(1))),
            ("x.y", None),
            ("a.b.2", None),
            ("a.b.0.c", None),
            ("a.b.-1", None),
        ] {
            let path = Path::parse(path).unwrap();
            assert_eq!(path.get(&value), expected.as_ref(), "{path:?}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", &vec!["a"; 33].join(".")] {
            assert!(Path::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn setting_makes_objects_and_never_replaces_what_is_none() {
        let set = |mut value: Value, path: &str| {
            let set = Path::parse(path).unwrap().set(&mut value, json!(1));
            set.map(|()| value)
        };
        assert_eq!(set(json!({}), "a.b"), Ok(json!({ "a": { "b": 1 } })));
        assert_eq!(
            set(json!({ "a": null }), "a.b"),
            Ok(json!({ "a": { "b": 1 } }))
        );
        assert_eq!(set(json!({ "a": [0] }), "a.0"), Ok(json!({ "a": [1] })));
        assert!(set(json!({ "a": "text" }), "a.b").is_err());
        assert!(set(json!({ "a": [0] }), "a.1").is_err());
    }

    #[test]
    fn taking_leaves_the_rest_in_order() {
        let mut value = json!({ "a": 1, "b": { "c": 2, "d": 3 }, "e": 4 });
        assert_eq!(Path::parse("b.c").unwrap().take(&mut value), Some(json!(2)));
        assert_eq!(Path::parse("b.x").unwrap().take(&mut value), None);
        assert_eq!(Path::parse("a").unwrap().take(&mut value), Some(json!(1)));
        assert_eq!(value.to_string(), r#"{"b":{"d":3},"e":4}"#);
    }
}
