//! Keeps the items for which a condition holds.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Condition,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Keeps the items for which a condition holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// An expression over `item` and `index` that gives a boolean: `{{ item.price > 10 }}`.
    condition: Condition,
}

impl Transform for Filter {
    const TITLE: &'static str = "Filter";
    const DOCS: &'static str =
        "Keeps the items of a list for which a condition holds; emits the list.";
    const KEEPS_ITEMS: bool = true;

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut items = call.items();
        let mut kept = Vec::new();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            if items.at(index, &item).condition(self.condition)? {
                kept.push(item);
            }
        }
        Ok(out(Value::Array(kept)))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Class, Fault, limits,
        testing::{parse, refused, run},
    };
    use serde_json::{Value, json};

    fn filtered(condition: &str, input: Value) -> Value {
        run("filter", json!({ "condition": condition }), input).unwrap()
    }

    #[test]
    fn items_are_kept_in_order() {
        assert_eq!(
            filtered(
                "{{ item.n > 1 }}",
                json!([{ "n": 3 }, { "n": 1 }, { "n": 2 }])
            ),
            json!([{ "n": 3 }, { "n": 2 }])
        );
        assert_eq!(
            filtered("{{ index % 2 = 0 }}", json!(["a", null, 3])),
            json!(["a", 3])
        );
        assert_eq!(
            filtered("{{ $exists(item.ü) }}", json!([{ "ü": null }, {}])),
            json!([{ "ü": null }])
        );
        assert_eq!(
            filtered("{{ item in input[0] }}", json!([["a"]])),
            json!([])
        );
        assert_eq!(filtered("{{ true }}", json!([])), json!([]));
    }

    #[test]
    fn one_object_is_a_list_of_one_and_null_of_none() {
        assert_eq!(
            filtered("{{ item.n = 1 }}", json!({ "n": 1 })),
            json!([{ "n": 1 }])
        );
        assert_eq!(filtered("{{ true }}", json!(null)), json!([]));
        let (code, message) = refused(
            "filter",
            json!({ "condition": "{{ true }}" }),
            json!("text"),
        );
        assert_eq!(
            (code, message.as_str()),
            ("transform.no_list", "input `in` is a text, not a list")
        );
    }

    #[test]
    fn a_condition_that_is_none_names_the_item() {
        let config = json!({ "condition": "{{ item.ok }}" });
        let (code, message) = refused("filter", config.clone(), json!([{ "ok": true }, {}]));
        assert_eq!(code, "transform.no_boolean");
        assert_eq!(
            message,
            "item 1: the condition must give true or false, not null"
        );
        let config = json!({ "condition": "{{ item + 1 > 0 }}" });
        let error = run("filter", config, json!([1, "x"])).unwrap_err();
        assert_eq!(
            (error.class, error.code),
            (Class::Expression, "expression.failed")
        );
        assert!(error.message.starts_with("item 1: "), "{error}");
    }

    #[test]
    fn a_condition_that_does_not_parse_is_refused_at_its_place() {
        for (condition, pointer) in [
            ("{{ item. }}", "/condition"),
            ("item.n > 1", "/condition"),
            ("a {{ true }}", "/condition"),
        ] {
            let faults = parse("filter", json!({ "condition": condition })).unwrap_err();
            assert!(
                matches!(&faults[..], [Fault::Expression(error)] if error.pointer == pointer),
                "{faults:?}"
            );
        }
        let expressions = parse("filter", json!({ "condition": "{{ item.n > 1 }}" }))
            .unwrap()
            .per_item();
        assert_eq!(expressions[0].0, "/condition");
        assert_eq!(expressions[0].1.source(), "item.n > 1");
    }

    #[test]
    fn lists_over_the_limits_are_refused() {
        let config = json!({ "condition": "{{ true }}" });
        let many = json!(vec![0; limits::ITEMS + 1]);
        assert_eq!(
            refused("filter", config.clone(), many),
            (
                "transform.too_many_items",
                "input `in` has more than 10000 items".to_owned()
            )
        );
        let large = json!(["x".repeat(limits::INPUT_BYTES)]);
        assert_eq!(
            refused("filter", config, large),
            (
                "transform.too_large",
                "input `in` is larger than 1024 KiB".to_owned()
            )
        );
    }
}
