//! Orders items by keys.

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
use std::cmp::Ordering;

/// Orders items by keys.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sort {
    /// The keys; a later one decides where all before it are equal. Items that are equal by all stay in their order.
    #[schemars(length(min = 1, max = 10))]
    by: Vec<By>,
}

/// One key of the order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct By {
    /// A field path (`customer.name`) or an expression over `item`. Items without it come last, whichever the order.
    key: Key,
    /// Which way.
    #[serde(default)]
    order: Order,
    /// Whether `a` and `A` are equal.
    #[serde(default)]
    ignore_case: bool,
}

/// Which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Smallest first: false before true, then numbers, then texts by their letters' code points.
    #[default]
    Asc,
    /// Largest first.
    Desc,
}

impl Transform for Sort {
    const TITLE: &'static str = "Sort";
    const DOCS: &'static str = "Orders a list by one or more keys; emits the list.";
    const KEEPS_ITEMS: bool = true;

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut items = call.items();
        let mut keyed = Vec::new();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let mut at = items.at(index, &item);
            let keys: Vec<Value> = self
                .by
                .iter()
                .map(|by| Ok(by.comparable(at.key(by.key)?)))
                .collect::<Result<_, Error>>()?;
            keyed.push((keys, item));
        }
        keyed.sort_by(|(a, _), (b, _)| self.compare(a, b));
        Ok(out(keyed.into_iter().map(|(_, item)| item).collect()))
    }
}

impl Sort {
    fn compare(&self, a: &[Value], b: &[Value]) -> Ordering {
        let keys = self.by.iter().zip(a.iter().zip(b));
        let mut compared = keys.map(|(by, (a, b))| by.compare(a, b));
        compared
            .find(|found| found.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl By {
    fn comparable(&self, key: Value) -> Value {
        match key.as_str().filter(|_| self.ignore_case) {
            Some(text) => Value::String(text.to_lowercase()),
            None => key,
        }
    }

    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        let found = value::order(a, b);
        match self.order {
            Order::Desc if !a.is_null() && !b.is_null() => found.reverse(),
            Order::Asc | Order::Desc => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, run};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn sorted(by: Value, input: Value) -> Value {
        run("sort", json!({ "by": by }), input).unwrap()
    }

    #[test]
    fn several_keys_decide_one_after_the_other() {
        let input =
            json!([{ "a": 1, "b": "x" }, { "a": 2, "b": "y" }, { "a": 1, "b": "z" }, { "b": "w" }]);
        assert_eq!(
            sorted(
                json!([{ "key": "a" }, { "key": "{{ item.b }}", "order": "desc" }]),
                input
            ),
            json!([{ "a": 1, "b": "z" }, { "a": 1, "b": "x" }, { "a": 2, "b": "y" }, { "b": "w" }])
        );
    }

    #[test]
    fn keys_of_all_types_are_in_one_order_and_missing_ones_last() {
        let input = json!([{ "k": "b" }, {}, { "k": 10 }, { "k": null, "n": 1 }, { "k": "B" }, { "k": 9.5 }, { "k": true }]);
        let keys = |list: Value| {
            list.as_array()
                .unwrap()
                .iter()
                .map(|item| item["k"].clone())
                .collect::<Vec<_>>()
        };
        let up = keys(sorted(json!([{ "key": "k" }]), input.clone()));
        assert_eq!(
            up,
            [
                json!(true),
                json!(9.5),
                json!(10),
                json!("B"),
                json!("b"),
                json!(null),
                json!(null)
            ]
        );
        let down = keys(sorted(json!([{ "key": "k", "order": "desc" }]), input));
        assert_eq!(
            down,
            [
                json!("b"),
                json!("B"),
                json!(10),
                json!(9.5),
                json!(true),
                json!(null),
                json!(null)
            ]
        );
        let equal = sorted(
            json!([{ "key": "k", "ignore_case": true }]),
            json!([{ "k": "b" }, { "k": "A" }, { "k": "B" }]),
        );
        assert_eq!(keys(equal), ["A", "b", "B"]);
        assert_eq!(sorted(json!([{ "key": "k" }]), json!([])), json!([]));
    }

    #[test]
    fn keys_are_parsed_ahead() {
        assert!(parse("sort", json!({ "by": [{ "key": "a." }] })).is_err());
        assert!(parse("sort", json!({ "by": "{{ input.by }}" })).is_err());
        assert!(
            parse(
                "sort",
                json!({ "by": [{ "key": "a", "order": "{{ input.order }}" }] })
            )
            .is_ok()
        );
    }

    proptest! {
        #[test]
        fn the_result_is_a_permutation_in_order(numbers in prop::collection::vec(-9_i64..9, 0..40)) {
            let items: Value = numbers.iter().map(|n| json!({ "n": n })).collect();
            let found = sorted(json!([{ "key": "n", "order": "desc" }]), items);
            let found: Vec<i64> = found.as_array().unwrap().iter().map(|i| i["n"].as_i64().unwrap()).collect();
            let mut expected = numbers;
            expected.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(found, expected);
        }
    }
}
