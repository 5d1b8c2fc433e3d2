//! Keeps one of the items that are the same.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Key,
    value,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

/// Keeps one of the items that are the same.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemoveDuplicates {
    /// What makes items the same: field paths or expressions over `item`, all of which must be equal. Left out, the whole
    /// item counts.
    #[serde(default)]
    #[schemars(length(max = 10))]
    by: Vec<Key>,
    /// Which of them stays.
    #[serde(default)]
    keep: Keep,
}

/// Which of several items stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Keep {
    /// The one that comes first.
    #[default]
    First,
    /// The one that comes last, at its own place.
    Last,
}

impl Transform for RemoveDuplicates {
    const TITLE: &'static str = "Remove duplicates";
    const DOCS: &'static str =
        "Keeps one of the items that are the same, as a whole or by fields; emits the list.";
    const KEEPS_ITEMS: bool = true;

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut items = call.items();
        let mut keyed = Vec::new();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let mut at = items.at(index, &item);
            let keys: Vec<Value> = self
                .by
                .iter()
                .map(|by| at.key(*by))
                .collect::<Result<_, _>>()?;
            let whole = self.by.is_empty().then(|| value::identity(&item));
            let key = whole.unwrap_or_else(|| value::identity(&Value::Array(keys)));
            keyed.push((key, item));
        }
        if self.keep == Keep::Last {
            keyed.reverse();
        }
        let mut seen = HashSet::new();
        let mut kept: Vec<Value> = keyed
            .into_iter()
            .filter_map(|(key, item)| seen.insert(key).then_some(item))
            .collect();
        if self.keep == Keep::Last {
            kept.reverse();
        }
        Ok(out(Value::Array(kept)))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::run;
    use serde_json::json;

    #[test]
    fn one_of_equal_items_stays() {
        let input = json!([{ "a": 1, "b": 1 }, { "b": 1, "a": 1.0 }, { "a": 1, "b": 2 }, 1, "1", null, null]);
        assert_eq!(
            run("remove_duplicates", json!({}), input).unwrap(),
            json!([{ "a": 1, "b": 1 }, { "a": 1, "b": 2 }, 1, "1", null])
        );
        assert_eq!(
            run("remove_duplicates", json!({}), json!([])).unwrap(),
            json!([])
        );
    }

    #[test]
    fn the_first_or_the_last_stays_at_its_place() {
        let input = json!([{ "a": "x", "n": 1 }, { "n": 2 }, { "a": "X", "n": 3 }, { "n": 4 }]);
        let by = json!(["{{ $lowercase(item.a) }}"]);
        assert_eq!(
            run("remove_duplicates", json!({ "by": by }), input.clone()).unwrap(),
            json!([{ "a": "x", "n": 1 }, { "n": 2 }])
        );
        assert_eq!(
            run(
                "remove_duplicates",
                json!({ "by": by, "keep": "last" }),
                input.clone()
            )
            .unwrap(),
            json!([{ "a": "X", "n": 3 }, { "n": 4 }])
        );
        assert_eq!(
            run(
                "remove_duplicates",
                json!({ "by": ["a", "n"] }),
                input.clone()
            )
            .unwrap(),
            input
        );
    }
}
