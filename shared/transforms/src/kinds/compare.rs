//! Tells two lists apart by key. Four outputs rather than one: what was added, removed and changed mostly goes different
//! ways.

use crate::{
    Error,
    call::{Call, Items, Outputs},
    kind::{Inputs, Transform},
    part::Key,
    path::Path,
    value,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Tells two lists apart by key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Compare {
    /// What items of both lists are known by: a field path or an expression over `item`. Each item needs one of its own.
    key: Key,
    /// Field paths that may differ in items that count as the same.
    #[serde(default)]
    #[schemars(length(max = 50))]
    ignore: Vec<Path>,
}

/// Items by their keys, in order.
type Keyed = IndexMap<String, (Value, Value)>;

impl Transform for Compare {
    const TITLE: &'static str = "Compare";
    const DOCS: &'static str = "Tells the lists before and after apart by key; emits four lists: added, removed, changed ({key, before, after, fields}) and same.";
    const INPUTS: Inputs = Inputs::Lists("before", "after");

    fn outputs(_: &Map<String, Value>) -> Vec<(&'static str, Value)> {
        let list = || json!({ "type": "array" });
        let changed = json!({
            "type": "object",
            "properties": { "key": {}, "before": {}, "after": {}, "fields": { "type": "array", "items": { "type": "string" } } },
            "required": ["key", "before", "after", "fields"],
        });
        vec![
            ("added", list()),
            ("removed", list()),
            ("changed", json!({ "type": "array", "items": changed })),
            ("same", list()),
        ]
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut items = call.items();
        let before = self
            .keyed(&mut items, call.list("before")?)
            .map_err(|e| e.of("before"))?;
        let mut after = self
            .keyed(&mut items, call.list("after")?)
            .map_err(|e| e.of("after"))?;
        let [mut removed, mut changed, mut same] = [const { Vec::new() }; 3];
        for (key, (shown, old)) in before {
            let Some((_, new)) = after.shift_remove(&key) else {
                removed.push(old);
                continue;
            };
            let (a, b) = (self.without_ignored(&old), self.without_ignored(&new));
            if value::identity(&a) == value::identity(&b) {
                same.push(new);
            } else {
                let fields = differing(&a, &b);
                changed
                    .push(json!({ "key": shown, "before": old, "after": new, "fields": fields }));
            }
        }
        let added = after.into_values().map(|(_, item)| item).collect();
        Ok(vec![
            ("added", Value::Array(added)),
            ("removed", Value::Array(removed)),
            ("changed", Value::Array(changed)),
            ("same", Value::Array(same)),
        ])
    }
}

impl Compare {
    fn keyed(&self, items: &mut Items<'_>, list: Vec<Value>) -> Result<Keyed, Error> {
        let mut keyed = Keyed::new();
        for (index, item) in list.into_iter().enumerate() {
            let key = items.at(index, &item).key(self.key)?;
            if key.is_null() {
                let message = "has no key";
                let hint = "choose a key that all items have";
                return Err(Error::value("transform.no_key", message, hint).at(index));
            }
            let identity = value::identity(&key);
            if let Some((first, _, _)) = keyed.get_full(&identity) {
                let message = format!("has the key of item {first}");
                let hint = "choose a key that is unique, or remove duplicates first";
                return Err(Error::value("transform.duplicate_key", message, hint).at(index));
            }
            keyed.insert(identity, (key, item));
        }
        Ok(keyed)
    }

    fn without_ignored(&self, item: &Value) -> Value {
        let mut item = item.clone();
        for path in &self.ignore {
            path.take(&mut item);
        }
        item
    }
}

/// The names of the fields that are not the same.
fn differing(a: &Value, b: &Value) -> Vec<String> {
    let (Value::Object(a), Value::Object(b)) = (a, b) else {
        return Vec::new();
    };
    let same = |name: &str| match (a.get(name), b.get(name)) {
        (Some(a), Some(b)) => value::identity(a) == value::identity(b),
        (a, b) => a.is_none() && b.is_none(),
    };
    let only_new = b.keys().filter(|name| !a.contains_key(*name));
    let names = a.keys().chain(only_new).filter(|name| !same(name));
    names.cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{outputs, parse};
    use serde_json::{Value, json};

    fn compared(config: Value, before: Value, after: Value) -> Value {
        outputs("compare", config, &[("before", before), ("after", after)]).unwrap()
    }

    #[test]
    fn items_are_told_apart() {
        let before = json!([{ "id": 1, "n": "a", "seen": 1 }, { "id": 2, "n": "b" }, { "id": 3, "n": "c", "x": { "y": 1 } }]);
        let after = json!([{ "id": 4 }, { "id": 3.0, "m": 1, "x": { "y": 2 }, "n": "c" }, { "seen": 2, "id": 1, "n": "a" }]);
        assert_eq!(
            compared(
                json!({ "key": "id", "ignore": ["seen"] }),
                before.clone(),
                after.clone()
            ),
            json!({
                "added": [{ "id": 4 }],
                "removed": [{ "id": 2, "n": "b" }],
                "changed": [{ "key": 3, "before": before[2], "after": after[1], "fields": ["x", "m"] }],
                "same": [{ "seen": 2, "id": 1, "n": "a" }],
            })
        );
    }

    #[test]
    fn lists_of_plain_values_and_empty_ones_can_be_compared() {
        assert_eq!(
            compared(
                json!({ "key": "{{ item }}" }),
                json!(["a", "b"]),
                json!(["b", "c"])
            ),
            json!({ "added": ["c"], "removed": ["a"], "changed": [], "same": ["b"] })
        );
        let none = json!({ "added": [], "removed": [], "changed": [], "same": [] });
        assert_eq!(
            compared(json!({ "key": "id" }), json!(null), json!([])),
            none
        );
    }

    #[test]
    fn every_item_needs_a_key_of_its_own() {
        let refused = |before: Value, after: Value| {
            let error = outputs(
                "compare",
                json!({ "key": "id" }),
                &[("before", before), ("after", after)],
            )
            .unwrap_err();
            (error.code, error.message)
        };
        let twice = json!([{ "id": 1 }, { "id": 2 }, { "id": 1.0 }]);
        assert_eq!(
            refused(json!([]), twice),
            (
                "transform.duplicate_key",
                "`after`: item 2: has the key of item 0".to_owned()
            )
        );
        assert_eq!(
            refused(json!([{}]), json!([])),
            (
                "transform.no_key",
                "`before`: item 0: has no key".to_owned()
            )
        );
        assert!(parse("compare", json!({ "key": "" })).is_err());
    }
}
