//! A value that a schema allows, always the same one: what a dry run goes on with where nothing better is known.

use serde_json::{Map, Value, json};

/// How deep a value is built; below, `null` stands.
const DEPTH: u32 = 8;
/// Most items or characters that a schema can make an example have.
const LONGEST: u64 = 64;

/// An example for a schema: what it says itself (`const`, `default`, `examples`, `enum`), else the smallest value of its
/// type with every property filled in. Where a schema says things that no small value satisfies (a pattern, say), the
/// example may miss them.
#[must_use]
pub fn of(schema: &Value) -> Value {
    build(schema, schema, DEPTH)
}

fn build(schema: &Value, root: &Value, depth: u32) -> Value {
    let Some(below) = depth.checked_sub(1) else {
        return Value::Null;
    };
    let Some(map) = schema.as_object() else {
        return Value::Null;
    };
    let stated = map.get("const").or_else(|| map.get("default"));
    let listed = ["examples", "enum"].iter();
    let listed = listed.filter_map(|word| map.get(*word)?.as_array()?.first());
    if let Some(value) = stated.into_iter().chain(listed).next() {
        return value.clone();
    }
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|at| root.pointer(at));
        return target.map_or(Value::Null, |target| build(target, root, below));
    }
    let choices = ["anyOf", "oneOf"].iter();
    let choice = choices
        .filter_map(|word| map.get(*word)?.as_array()?.first())
        .next();
    let parts = map.get("allOf").and_then(Value::as_array);
    let parts = parts.into_iter().flatten().chain(choice);
    let mut value = own(map, root, below);
    for part in parts {
        value = merged(value, build(part, root, below));
    }
    value
}

/// Objects become one; of anything else the one that says something.
fn merged(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            first.extend(second);
            Value::Object(first)
        }
        (Value::Null, second) => second,
        (first, _) => first,
    }
}

/// What the schema's own type, properties and items make.
fn own(map: &Map<String, Value>, root: &Value, below: u32) -> Value {
    let number = |word: &str| map.get(word).and_then(Value::as_f64);
    let count = |word: &str| map.get(word).and_then(Value::as_u64);
    let least = number("minimum").or_else(|| number("exclusiveMinimum").map(|least| least + 1.0));
    let most = number("maximum").or_else(|| number("exclusiveMaximum").map(|most| most - 1.0));
    match kind(map) {
        "object" => {
            let properties = map.get("properties").and_then(Value::as_object);
            let filled = properties.into_iter().flatten();
            let filled = filled.map(|(name, schema)| (name.clone(), build(schema, root, below)));
            let mut object: Map<String, Value> = filled.collect();
            let required = map.get("required").and_then(Value::as_array);
            for name in required.into_iter().flatten().filter_map(Value::as_str) {
                object.entry(name).or_insert(Value::Null);
            }
            Value::Object(object)
        }
        "array" => {
            let tuple = map.get("prefixItems").and_then(Value::as_array);
            let tuple = tuple.into_iter().flatten();
            let mut items: Vec<Value> = tuple.map(|item| build(item, root, below)).collect();
            let wanted = count("minItems").unwrap_or(1).max(1);
            let wanted = wanted
                .min(count("maxItems").unwrap_or(LONGEST))
                .min(LONGEST);
            if let Some(schema) = map.get("items").filter(|items| items.is_object()) {
                let item = build(schema, root, below);
                while (items.len() as u64) < wanted {
                    items.push(item.clone());
                }
            }
            Value::Array(items)
        }
        "string" => {
            let text = match map.get("format").and_then(Value::as_str) {
                Some("email") => "someone@example.org",
                Some("uri" | "url") => "https://example.org/",
                Some("date-time") => "2000-01-01T00:00:00Z",
                Some("date") => "2000-01-01",
                Some("time") => "00:00:00Z",
                Some("uuid") => "00000000-0000-4000-8000-000000000000",
                Some(_) | None => "text",
            };
            let least = count("minLength").unwrap_or(0).min(LONGEST);
            let most = count("maxLength").unwrap_or(u64::MAX);
            let long = text.chars().chain(std::iter::repeat('x'));
            let length = (text.chars().count() as u64).max(least).min(most);
            json!(
                long.take(usize::try_from(length).unwrap_or(0))
                    .collect::<String>()
            )
        }
        "integer" => {
            let value = least
                .unwrap_or(0.0)
                .ceil()
                .min(most.unwrap_or(f64::MAX).floor());
            #[expect(
                clippy::cast_possible_truncation,
                reason = "saturates, and no schema asks for more"
            )]
            let value = value as i64;
            json!(value)
        }
        "number" => json!(least.unwrap_or(0.0).min(most.unwrap_or(f64::MAX))),
        "boolean" => json!(true),
        _ => Value::Null,
    }
}

/// The schema's type; of several the first that is not `null`; without one, what its words are about.
fn kind(map: &Map<String, Value>) -> &str {
    let said = match map.get("type") {
        Some(Value::String(one)) => Some(one.as_str()),
        Some(Value::Array(several)) => {
            let several = several.iter().filter_map(Value::as_str);
            several.into_iter().find(|kind| *kind != "null")
        }
        Some(_) | None => None,
    };
    let about = |word: &str| map.contains_key(word);
    said.unwrap_or({
        if about("properties") || about("required") {
            "object"
        } else if about("items") || about("prefixItems") {
            "array"
        } else {
            "null"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_what_its_schema_allows() {
        let schemas = [
            json!({}),
            json!({ "type": "string", "minLength": 9, "maxLength": 10 }),
            json!({ "type": "string", "maxLength": 2 }),
            json!({ "type": ["null", "integer"], "minimum": 3, "maximum": 5 }),
            json!({ "type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 3 }),
            json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 2 }),
            json!({ "enum": ["a", "b"] }),
            json!({ "const": { "x": 1 } }),
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }),
            json!({ "allOf": [
                { "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] },
                { "type": "object", "properties": { "b": { "format": "email", "type": "string" } }, "required": ["b"] },
            ] }),
            json!({
                "$defs": { "tree": { "type": "object", "properties": { "leaf": { "type": "integer" } }, "required": ["leaf"] } },
                "type": "object",
                "properties": { "tree": { "$ref": "#/$defs/tree" } },
                "required": ["tree"],
            }),
        ];
        for schema in schemas {
            let example = of(&schema);
            let validator = jsonschema::validator_for(&schema).unwrap();
            assert!(validator.is_valid(&example), "{example} for {schema}");
            assert_eq!(of(&schema), example, "always the same");
        }
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let schema = json!({ "type": "object", "properties": { "more": { "$ref": "#" } } });
        assert!(of(&schema).to_string().len() < 200);
    }

    #[test]
    fn every_node_type_that_an_adapter_works_for_has_an_example() {
        for kind in crate::kinds::all()
            .iter()
            .filter(|kind| kind.operation.is_some())
        {
            let outputs = crate::kinds::node_outputs(kind.node_type, &Map::new());
            let schema = &outputs[0].schema;
            let validator = jsonschema::validator_for(schema).unwrap();
            let example = of(schema);
            assert!(
                validator.is_valid(&example),
                "{:?}: {example}",
                kind.node_type
            );
        }
    }
}
