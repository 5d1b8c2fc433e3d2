//! The per-item fields of a config: parsed when a version is published, evaluated for each item.
//!
//! A schema marks such a field with `x-per-item` and its form. In a config that is rendered, the field holds the number of
//! its part: rendering passes it by, and nothing is parsed twice.

use crate::path::Path;
use expressions::{Expression, Template};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

macro_rules! per_item {
    ($($(#[$doc:meta])* $name:ident: $schema:tt,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        pub(crate) struct $name(pub(crate) usize);

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

per_item! {
    /// One expression that gives a boolean.
    Condition: { "type": "string", "x-per-item": "condition" },
    /// A field path, or a text with expressions.
    Key: { "type": "string", "minLength": 1, "x-per-item": "key" },
    /// Any JSON with expressions.
    Computed: { "x-per-item": "value" },
    /// A text with expressions.
    Words: { "type": "string", "x-per-item": "text" },
}

/// A per-item field, parsed.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// JSON pointer of the field in the config.
    pub(crate) pointer: String,
    pub(crate) form: Form,
}

#[derive(Debug, Clone)]
pub(crate) enum Form {
    Field(Path),
    Computed(Template),
}

impl Part {
    /// Every expression with the pointer, in the config, of the string that holds it.
    pub(crate) fn expressions(&self) -> Vec<(String, Expression)> {
        match &self.form {
            Form::Field(_) => Vec::new(),
            Form::Computed(template) => {
                let expressions = template.expressions().into_iter();
                expressions
                    .map(|e| (format!("{}{}", self.pointer, e.pointer()), e.clone()))
                    .collect()
            }
        }
    }
}

/// Takes the parts out of a config, leaving the number of each; faults are added to `errors`.
pub(crate) fn take(config: &mut Value, schema: &Value) -> (Vec<Part>, Vec<expressions::Error>) {
    let mut taking = Taking::default();
    taking.walk(config, schema, "");
    (taking.parts, taking.errors)
}

#[derive(Default)]
struct Taking {
    parts: Vec<Part>,
    errors: Vec<expressions::Error>,
}

impl Taking {
    fn walk(&mut self, value: &mut Value, schema: &Value, pointer: &str) {
        if let Some(form) = schema.get("x-per-item").and_then(Value::as_str) {
            // An optional field that is left out.
            if !value.is_null() || form == "value" {
                self.part(value, form, pointer);
            }
            return;
        }
        if value.as_str().is_some_and(|text| text.contains("{{")) && holds_parts(schema) {
            self.errors.push(computed(value, pointer));
            *value = Value::Null;
            return;
        }
        let variants = ["anyOf", "oneOf"].into_iter();
        let variants = variants.filter_map(|name| schema.get(name)?.as_array());
        for variant in variants.flatten() {
            let before = self.parts.len() + self.errors.len();
            self.walk(value, variant, pointer);
            if self.parts.len() + self.errors.len() > before {
                return;
            }
        }
        match value {
            Value::Object(map) => {
                for (name, item) in map {
                    let own = schema.get("properties").and_then(|all| all.get(name));
                    if let Some(schema) = own.or_else(|| schema.get("additionalProperties")) {
                        let escaped = expressions::escape_pointer(name);
                        self.walk(item, schema, &format!("{pointer}/{escaped}"));
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    for (place, item) in items.iter_mut().enumerate() {
                        self.walk(item, schema, &format!("{pointer}/{place}"));
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn part(&mut self, value: &mut Value, form: &str, pointer: &str) {
        match parse(value, form, pointer) {
            Ok(form) => {
                *value = self.parts.len().into();
                let pointer = pointer.to_owned();
                self.parts.push(Part { pointer, form });
            }
            Err(errors) => {
                // So that what is left is not blamed a second time.
                *value = Value::Null;
                self.errors.extend(errors);
            }
        }
    }
}

/// Whether per-item fields stand somewhere below.
fn holds_parts(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.contains_key("x-per-item") || map.values().any(holds_parts),
        Value::Array(items) => items.iter().any(holds_parts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn computed(value: &Value, pointer: &str) -> expressions::Error {
    expressions::Error {
        kind: expressions::Kind::Parse,
        pointer: pointer.to_owned(),
        expression: value.as_str().unwrap_or_default().to_owned(),
        position: 0,
        message: "this cannot be computed as a whole, for what is in it is evaluated per item"
            .to_owned(),
        hint: "write it out; the fields in it may hold expressions".into(),
    }
}

fn parse(value: &Value, form: &str, pointer: &str) -> Result<Form, Vec<expressions::Error>> {
    let text = value.as_str();
    if let Some(field) = text.filter(|text| form == "key" && !text.contains("{{")) {
        return Path::parse(field).map(Form::Field).map_err(|message| {
            vec![expressions::Error {
                kind: expressions::Kind::Parse,
                pointer: pointer.to_owned(),
                expression: field.to_owned(),
                position: 0,
                message,
                hint: "name a field such as customer.name, or write an expression: {{ item.price * 2 }}".into(),
            }]
        });
    }
    if let Some(text) = text.filter(|_| form == "condition") {
        Expression::parse_at(text, pointer).map_err(|error| vec![error])?;
    }
    Template::parse(value)
        .map(Form::Computed)
        .map_err(|errors| {
            let at = |error: expressions::Error| expressions::Error {
                pointer: format!("{pointer}{}", error.pointer),
                ..error
            };
            errors.into_iter().map(at).collect()
        })
}
