//! JSON that is passed on unread.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use std::{borrow::Cow, fmt, sync::Arc};

/// A JSON value kept as its text, because most of what crosses the engine is carried and never looked at.
///
/// Cloning counts a reference; writing it into an event copies bytes. In JSON it is the value itself, or what stands for it
/// there: see [`Self::written_as`].
#[derive(Clone)]
pub struct Json {
    text: Arc<RawValue>,
    /// What events carry in its place.
    stand_in: Option<Arc<RawValue>>,
}

impl Json {
    /// `null`.
    #[must_use]
    pub fn null() -> Self {
        Self::from(RawValue::NULL.to_owned())
    }

    /// Checks that `text` is one JSON value, without building it.
    ///
    /// # Errors
    /// The place at which the text stops being JSON.
    pub fn parse(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self::from)
    }

    /// Any value that can be written as JSON.
    ///
    /// # Errors
    /// The value has a map whose keys are no strings, or its own `Serialize` fails.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        to_raw_value(value).map(Self::from)
    }

    /// The same value, for which events carry `stand_in`: it is as long in an event as that, wherever the value is passed on.
    #[must_use]
    pub fn written_as(self, stand_in: &Self) -> Self {
        Self {
            stand_in: Some(Arc::clone(&stand_in.text)),
            ..self
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.get()
    }

    /// The text that events carry.
    #[must_use]
    pub fn as_written(&self) -> &str {
        self.stand_in.as_ref().unwrap_or(&self.text).get()
    }

    /// The value, built anew by each call.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(self.as_str()).unwrap_or_default()
    }

    /// Reads the value as `T`.
    ///
    /// # Errors
    /// The value is no `T`; the message names the field.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// For `#[serde(deserialize_with)]` in structs that are read straight from JSON text: no value is built.
    pub(crate) fn unread<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::null()
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Json {}

impl From<Box<RawValue>> for Json {
    fn from(raw: Box<RawValue>) -> Self {
        Self {
            text: raw.into(),
            stand_in: None,
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        Self::of(value).unwrap_or_default()
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        json.value()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.stand_in.as_ref().unwrap_or(&self.text);
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A tagged enum buffers its content, and raw text does not survive that.
        Self::of(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Value::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunEvent;
    use serde_json::json;

    #[test]
    fn it_reads_and_writes_as_the_value_itself() {
        let event = RunEvent::RunCompleted {
            at_ms: 1,
            output: json!({ "a": [1, "x"] }).into(),
            stopped: None,
        };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(
            text,
            r#"{"type":"run_completed","at_ms":1,"output":{"a":[1,"x"]}}"#
        );
        assert_eq!(serde_json::from_str::<RunEvent>(&text).unwrap(), event);
        let value = serde_json::to_value(&event).unwrap();
        assert_eq!(value["output"]["a"][1], "x");
        assert_eq!(serde_json::from_value::<RunEvent>(value).unwrap(), event);
    }

    #[test]
    fn events_carry_what_stands_for_a_value_wherever_it_is_passed_on() {
        let long = Json::from(json!(["a", "very", "long", "list"]));
        let kept = long.clone().written_as(&json!({ "$json": 1 }).into());
        let event = RunEvent::RunCompleted {
            at_ms: 1,
            output: kept.clone(),
            stopped: None,
        };
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(written["output"], json!({ "$json": 1 }));
        assert_eq!(kept, long);
        assert_eq!(kept.value(), long.value());
        assert_eq!(kept.as_written(), r#"{"$json":1}"#);
        assert_eq!(long.as_written(), long.as_str());
    }

    #[test]
    fn text_that_is_no_json_is_refused() {
        assert!(Json::parse("{".into()).is_err());
        assert!(Json::parse("1 2".into()).is_err());
        assert_eq!(Json::parse(" [1] ".into()).unwrap().value(), json!([1]));
    }
}
