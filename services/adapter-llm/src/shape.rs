//! The shape that an answer must have: how it is asked for, found in what the model said, and judged. Pure.

use jsonschema::Validator;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Places where a value may begin that are tried.
const STARTS: usize = 1_000;
/// Violations that are named to the model and to people.
const NAMED: usize = 10;

/// A JSON Schema for answers.
pub struct Shape {
    schema: Value,
    validator: Validator,
}

impl Shape {
    /// Reads a schema.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(schema: &Value) -> Result<Self, String> {
        let validator = jsonschema::validator_for(schema).map_err(|error| error.to_string())?;
        Ok(Self {
            schema: schema.clone(),
            validator,
        })
    }

    /// SHA-256 of the schema, hex.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.schema.to_string()))
    }

    /// The schema itself.
    #[must_use]
    pub const fn schema(&self) -> &Value {
        &self.schema
    }

    /// What the model is told, whether or not its server also holds it to the schema: not every server that accepts a
    /// constraint obeys it.
    #[must_use]
    pub fn instruction(&self) -> String {
        format!(
            "Answer with one JSON value and nothing else: no Markdown, no remarks. It must satisfy this JSON Schema:\n{}",
            self.schema
        )
    }

    /// The value in what the model said.
    ///
    /// # Errors
    /// Everything that is wrong with it, at most ten sentences.
    pub fn read(&self, said: &str) -> Result<Value, Vec<String>> {
        if said.trim().is_empty() {
            return Err(vec!["the answer is empty".to_owned()]);
        }
        let value =
            find(said).ok_or_else(|| vec!["the answer holds no whole JSON value".to_owned()])?;
        self.judge(&value).map(|()| value)
    }

    /// Whether a value fits.
    ///
    /// # Errors
    /// Everything that is wrong with it, at most ten sentences.
    pub fn judge(&self, value: &Value) -> Result<(), Vec<String>> {
        let violations: Vec<String> = self
            .validator
            .iter_errors(value)
            .take(NAMED)
            .map(|error| match error.instance_path().as_str() {
                "" => error.to_string(),
                path => format!("{path}: {error}"),
            })
            .collect();
        match violations.is_empty() {
            true => Ok(()),
            false => Err(violations),
        }
    }

    /// What the model is told when its answer does not fit.
    #[must_use]
    pub fn complaint(violations: &[String]) -> String {
        format!(
            "That answer cannot be used:\n- {}\nAnswer again with the corrected JSON value and nothing else.",
            violations.join("\n- ")
        )
    }
}

/// The JSON in a text: all of it, what a Markdown fence holds, or the first object or array that is whole.
pub(crate) fn find(said: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str(said.trim()) {
        return Some(value);
    }
    let fenced = said
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.find(['{', '[']).and_then(|at| block.get(at..)));
    fenced.chain(starts(said)).find_map(|text| {
        serde_json::Deserializer::from_str(text)
            .into_iter()
            .next()?
            .ok()
    })
}

fn starts(said: &str) -> impl Iterator<Item = &str> {
    said.match_indices(['{', '['])
        .take(STARTS)
        .filter_map(|(at, _)| said.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shape() -> Shape {
        Shape::new(&json!({
            "type": "object",
            "properties": { "category": { "enum": ["a", "b"] }, "confidence": { "type": "number" } },
            "required": ["category", "confidence"],
        }))
        .unwrap()
    }

    #[test]
    fn the_value_is_found_however_it_is_wrapped() {
        let value = json!({ "category": "a", "confidence": 0.5 });
        for said in [
            format!(" {value}\n"),
            format!("```json\n{value:#}\n```"),
            format!("Sure [see below]:\n```\n{value}\n```\nAnything else?"),
            format!("I think that {value} fits."),
            format!("Not {{this}} but {value}"),
        ] {
            assert_eq!(shape().read(&said), Ok(value.clone()), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (said, expected) in [
            ("", "the answer is empty"),
            ("Happy to help!", "the answer holds no whole JSON value"),
            (
                r#"{"category": "a", "conf"#,
                "the answer holds no whole JSON value",
            ),
            (
                r#"{"category": "a"}"#,
                r#""confidence" is a required property"#,
            ),
            (
                r#"{"category": "c", "confidence": 1}"#,
                r#"/category: "c" is not one of "a" or "b""#,
            ),
        ] {
            let violations = shape().read(said).unwrap_err();
            assert_eq!(violations, [expected], "{said}");
        }
    }

    #[test]
    fn a_schema_that_is_none_is_refused() {
        assert!(Shape::new(&json!({ "type": 7 })).is_err());
    }
}
