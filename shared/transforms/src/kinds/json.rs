//! JSON text as a value, and back.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    value,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// JSON text as a value, and back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Json {
    /// Which way.
    mode: Mode,
    /// For `parse`: the text; left out, the value of `in`.
    #[serde(default)]
    text: Option<String>,
    /// For `format`: the value; left out, that of `in`.
    #[serde(default)]
    value: Option<Value>,
    /// For `format`: whether it is indented, for people.
    #[serde(default)]
    pretty: bool,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// From JSON text to the value.
    Parse,
    /// From a value to JSON text.
    Format,
}

impl Transform for Json {
    const TITLE: &'static str = "JSON";
    const DOCS: &'static str = "Reads a JSON text or writes one; emits the value or the text. What is no JSON leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        match super::literal(config, "mode", "") {
            Some("format") => json!({ "type": "string" }),
            _ => json!({}),
        }
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        match self.mode {
            Mode::Parse => parsed(&call.text(self.text.as_ref())?).map(out),
            Mode::Format => {
                let value = call.given_or_input(self.value.as_ref())?;
                let text = if self.pretty {
                    format!("{value:#}")
                } else {
                    value.to_string()
                };
                value::bounded(text).map(out)
            }
        }
    }
}

fn parsed(text: &str) -> Result<Value, Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value: Result<Value, _> = serde_path_to_error::deserialize(&mut json);
    let value = value.map_err(|error| {
        let path = crate::kind::pointer(error.path());
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" in `{path}`")
        };
        bad(format!("the text is no JSON: {}{place}", error.inner()))
    })?;
    json.end()
        .map_err(|error| bad(format!("something follows the JSON: {error}")))?;
    Ok(value)
}

fn bad(message: String) -> Error {
    Error::value(
        "transform.bad_json",
        message,
        "look at the text at that line and column",
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, refused, run};
    use serde_json::{Value, json};

    #[test]
    fn texts_become_values_and_back() {
        let text = r#" {"b": [1, 2.5e3, "ü\u00e9", null], "a": true} "#;
        let value = run("json", json!({ "mode": "parse" }), json!(text)).unwrap();
        assert_eq!(value, json!({ "b": [1, 2500.0, "üé", null], "a": true }));
        let text = run("json", json!({ "mode": "format" }), value.clone()).unwrap();
        assert_eq!(text, r#"{"b":[1,2500.0,"üé",null],"a":true}"#);
        assert_eq!(
            run(
                "json",
                json!({ "mode": "parse", "text": text }),
                Value::Null
            )
            .unwrap(),
            value
        );
        let pretty = json!({ "mode": "format", "pretty": true, "value": { "a": "{{ input }}" } });
        assert_eq!(run("json", pretty, json!(1)).unwrap(), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn what_is_no_json_names_the_place() {
        let refused = |text: &str| refused("json", json!({ "mode": "parse" }), json!(text));
        let (code, message) = refused("{\"items\": [1,\n {\"price\": 1,}]}");
        assert_eq!(code, "transform.bad_json");
        assert!(
            message.contains("line 2 column 14") && message.contains("in `/items/1`"),
            "{message}"
        );
        assert!(refused("{} {}").1.contains("something follows the JSON"));
        assert!(refused("").1.contains("EOF"));
        assert!(refused(&"[".repeat(1_000)).1.contains("recursion limit"));
        assert!(refused("1e999").1.contains("out of range"));
        assert!(parse("json", json!({ "mode": "guess" })).is_err());
    }
}
