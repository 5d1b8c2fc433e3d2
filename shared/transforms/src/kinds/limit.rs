//! Keeps the first or last items.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Keeps the first or last items.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// How many items to keep.
    count: usize,
    /// From which end.
    #[serde(default)]
    from: End,
    /// How many items to pass over at that end.
    #[serde(default)]
    offset: usize,
}

/// An end of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum End {
    /// From the start.
    #[default]
    First,
    /// From the end; the items stay in their order.
    Last,
}

impl Transform for Limit {
    const TITLE: &'static str = "Limit";
    const DOCS: &'static str = "Keeps the first or the last items of a list; emits the list.";
    const KEEPS_ITEMS: bool = true;

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let items = call.list("in")?;
        let skip = match self.from {
            End::First => self.offset,
            End::Last => items
                .len()
                .saturating_sub(self.offset.saturating_add(self.count)),
        };
        let left = match self.from {
            End::First => self.count,
            End::Last => items.len().saturating_sub(self.offset).min(self.count),
        };
        let kept: Vec<Value> = items.into_iter().skip(skip).take(left).collect();
        Ok(out(Value::Array(kept)))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, run};
    use serde_json::json;

    #[test]
    fn items_are_kept_from_either_end() {
        for (config, expected) in [
            (json!({ "count": 2 }), json!([1, 2])),
            (json!({ "count": 2, "offset": 1 }), json!([2, 3])),
            (json!({ "count": 9, "offset": 4 }), json!([5])),
            (json!({ "count": 2, "offset": 9 }), json!([])),
            (json!({ "count": 2, "from": "last" }), json!([4, 5])),
            (
                json!({ "count": 2, "from": "last", "offset": 1 }),
                json!([3, 4]),
            ),
            (
                json!({ "count": 9, "from": "last", "offset": 3 }),
                json!([1, 2]),
            ),
            (
                json!({ "count": 2, "from": "last", "offset": 9 }),
                json!([]),
            ),
            (json!({ "count": 0 }), json!([])),
            (
                json!({ "count": u64::MAX, "from": "last", "offset": u64::MAX }),
                json!([]),
            ),
        ] {
            assert_eq!(
                run("limit", config.clone(), json!([1, 2, 3, 4, 5])).unwrap(),
                expected,
                "{config}"
            );
            assert_eq!(run("limit", config, json!(null)).unwrap(), json!([]));
        }
    }

    #[test]
    fn the_count_may_be_computed() {
        let found = run(
            "limit",
            json!({ "count": "{{ $count(input) - 1 }}" }),
            json!([1, 2, 3]),
        );
        assert_eq!(found.unwrap(), json!([1, 2]));
        let error = run("limit", json!({ "count": "{{ 'many' }}" }), json!([1])).unwrap_err();
        assert_eq!(
            (error.code, error.pointer.as_str()),
            ("node.config_invalid", "/count")
        );
        assert!(parse("limit", json!({})).is_err());
    }
}
