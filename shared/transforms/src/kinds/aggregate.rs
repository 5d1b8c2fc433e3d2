//! Makes one value of a list: an array of a field, or an object of arrays.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Key,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Makes one value of a list. Takes either `field` or `fields`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Aggregate {
    /// For one array: the field path or expression of its elements.
    #[serde(default)]
    field: Option<Key>,
    /// For an object of arrays: the field path or expression of the elements, by the array's name.
    #[serde(default)]
    fields: Option<IndexMap<String, Key>>,
    /// Whether an item without the field gives `null`, so that arrays stay in step; left out, it gives nothing.
    #[serde(default)]
    keep_missing: bool,
}

impl Transform for Aggregate {
    const TITLE: &'static str = "Aggregate";
    const DOCS: &'static str = "Collects a field of all items into one array, or several fields into an object of arrays; emits it.";

    fn out(config: &Map<String, Value>) -> Value {
        let Some(fields) = config.get("fields").and_then(Value::as_object) else {
            return match config.get("field") {
                None | Some(Value::Null) => json!({ "type": ["array", "object"] }),
                Some(_) => json!({ "type": "array" }),
            };
        };
        let array = |name: &String| (name.clone(), json!({ "type": "array" }));
        let properties: Map<String, Value> = fields.keys().map(array).collect();
        let required: Vec<&String> = fields.keys().collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn check(&self) -> Result<(), Error> {
        if self.field.is_some() == self.fields.is_some() {
            return Err(Error::config(
                "",
                "exactly one of `field` and `fields` must be given",
            ));
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let list = call.list("in")?;
        let mut items = call.items();
        let mut collect = |key: Key| {
            let mut values = Vec::new();
            for (index, item) in list.iter().enumerate() {
                let value = items.at(index, item).key(key)?;
                if self.keep_missing || !value.is_null() {
                    values.push(value);
                }
            }
            Ok(Value::Array(values))
        };
        let fields = self.fields.iter().flatten();
        let value = match self.field {
            Some(key) => collect(key)?,
            None => fields
                .map(|(name, key)| Ok((name.clone(), collect(*key)?)))
                .collect::<Result<Value, Error>>()?,
        };
        Ok(out(value))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, run};
    use serde_json::json;

    #[test]
    fn a_field_becomes_an_array() {
        let input = json!([{ "n": 1 }, {}, { "n": null }, { "n": [2] }]);
        assert_eq!(
            run("aggregate", json!({ "field": "n" }), input.clone()).unwrap(),
            json!([1, [2]])
        );
        assert_eq!(
            run(
                "aggregate",
                json!({ "field": "n", "keep_missing": true }),
                input.clone()
            )
            .unwrap(),
            json!([1, null, null, [2]])
        );
        assert_eq!(
            run("aggregate", json!({ "field": "{{ index }}" }), input).unwrap(),
            json!([0, 1, 2, 3])
        );
    }

    #[test]
    fn fields_become_an_object_of_arrays() {
        let config =
            json!({ "fields": { "names": "name", "first": "{{ $substring(item.name, 0, 1) }}" } });
        let input = json!([{ "name": "Ann" }, { "name": "Ödön" }]);
        assert_eq!(
            run("aggregate", config.clone(), input).unwrap(),
            json!({ "names": ["Ann", "Ödön"], "first": ["A", "Ö"] })
        );
        assert_eq!(
            run("aggregate", config, json!([])).unwrap(),
            json!({ "names": [], "first": [] })
        );
    }

    #[test]
    fn both_or_neither_is_refused_ahead() {
        assert!(parse("aggregate", json!({})).is_err());
        assert!(parse("aggregate", json!({ "field": "a", "fields": { "b": "b" } })).is_err());
        assert!(
            parse(
                "aggregate",
                json!({ "field": null, "fields": { "b": "b" } })
            )
            .is_ok()
        );
    }
}
