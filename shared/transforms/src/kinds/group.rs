//! Puts items with the same key together.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Key,
    value,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Puts items with the same key together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// A field path (`customer.city`) or an expression over `item`; items without it share the key `null`.
    by: Key,
}

impl Transform for Group {
    const TITLE: &'static str = "Group";
    const DOCS: &'static str = "Puts items with the same key together, in the order in which keys appear; emits a list of {key, items}.";

    fn out(_: &Map<String, Value>) -> Value {
        let group = json!({
            "type": "object",
            "properties": { "key": {}, "items": { "type": "array", "minItems": 1 } },
            "required": ["key", "items"],
        });
        json!({ "type": "array", "items": group })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut items = call.items();
        let mut groups: IndexMap<String, (Value, Vec<Value>)> = IndexMap::new();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let key = items.at(index, &item).key(self.by)?;
            let group = groups.entry(value::identity(&key));
            group.or_insert_with(|| (key, Vec::new())).1.push(item);
        }
        let group = |(key, items)| json!({ "key": key, "items": Value::Array(items) });
        Ok(out(groups.into_values().map(group).collect()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::run;
    use serde_json::json;

    #[test]
    fn items_with_one_key_come_together() {
        let input = json!([{ "c": "Köln", "n": 1 }, { "c": 1 }, { "c": "Köln", "n": 2 }, { "c": 1.0 }, {}, { "c": null }, { "c": "1" }]);
        assert_eq!(
            run("group", json!({ "by": "c" }), input).unwrap(),
            json!([
                { "key": "Köln", "items": [{ "c": "Köln", "n": 1 }, { "c": "Köln", "n": 2 }] },
                { "key": 1, "items": [{ "c": 1 }, { "c": 1.0 }] },
                { "key": null, "items": [{}, { "c": null }] },
                { "key": "1", "items": [{ "c": "1" }] },
            ])
        );
    }

    #[test]
    fn a_key_may_be_computed() {
        let found = run(
            "group",
            json!({ "by": "{{ { 'even': item % 2 = 0 } }}" }),
            json!([1, 2, 3]),
        );
        assert_eq!(
            found.unwrap(),
            json!([{ "key": { "even": false }, "items": [1, 3] }, { "key": { "even": true }, "items": [2] }])
        );
        assert_eq!(
            run("group", json!({ "by": "c" }), json!(null)).unwrap(),
            json!([])
        );
    }
}
