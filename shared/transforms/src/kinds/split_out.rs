//! Makes items of the elements of a field.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    path::Path,
    rows::Rows,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Makes items of the elements of a field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitOut {
    /// The field path of the array. A single value counts as one element, `null` as none.
    field: Path,
    /// Field paths that each new item takes along from the item it came from. With any, a new item is an object of these and
    /// of the element, under the name of its field; without, it is the element.
    #[serde(default)]
    #[schemars(length(max = 50))]
    carry: Vec<Path>,
}

impl Transform for SplitOut {
    const TITLE: &'static str = "Split out";
    const DOCS: &'static str = "Makes an item of each element of a field's array, with other fields beside it; emits the list.";

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut rows = Rows::default();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let elements = match self.field.get(&item) {
                None | Some(Value::Null) => continue,
                Some(Value::Array(elements)) => elements.as_slice(),
                Some(single) => std::slice::from_ref(single),
            };
            for element in elements {
                rows.push(self.row(&item, element).map_err(|error| error.at(index))?)?;
            }
        }
        Ok(out(rows.into_value()))
    }
}

impl SplitOut {
    fn row(&self, item: &Value, element: &Value) -> Result<Value, Error> {
        if self.carry.is_empty() {
            return Ok(element.clone());
        }
        let mut row = json!({});
        for path in &self.carry {
            if let Some(carried) = path.get(item) {
                let set = path.set(&mut row, carried.clone());
                set.map_err(|message| {
                    let hint = "carry either a field or what is inside it";
                    Error::value("transform.no_field", message, hint)
                })?;
            }
        }
        if let Some(map) = row.as_object_mut() {
            map.insert(self.field.name().to_owned(), element.clone());
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        limits,
        testing::{parse, refused, run},
    };
    use serde_json::json;

    #[test]
    fn each_element_becomes_an_item() {
        let input = json!([{ "id": 1, "to": { "list": ["a", "b"] } }, { "id": 2 }, { "id": 3, "to": { "list": null } }, { "id": 4, "to": { "list": "c" } }, "text"]);
        assert_eq!(
            run("split_out", json!({ "field": "to.list" }), input.clone()).unwrap(),
            json!(["a", "b", "c"])
        );
        assert_eq!(
            run(
                "split_out",
                json!({ "field": "to.list", "carry": ["id", "none"] }),
                input
            )
            .unwrap(),
            json!([{ "id": 1, "list": "a" }, { "id": 1, "list": "b" }, { "id": 4, "list": "c" }])
        );
        assert_eq!(
            run("split_out", json!({ "field": "x" }), json!([])).unwrap(),
            json!([])
        );
    }

    #[test]
    fn more_items_than_allowed_are_refused() {
        let half = vec![0; limits::ITEMS / 2 + 1];
        let input = json!([{ "l": half }, { "l": half }]);
        assert_eq!(
            refused("split_out", json!({ "field": "l" }), input).0,
            "transform.too_many_items"
        );
        let input = json!([{ "l": vec![0; 100], "big": "x".repeat(limits::INPUT_BYTES / 2) }]);
        assert_eq!(
            refused(
                "split_out",
                json!({ "field": "l", "carry": ["big"] }),
                input
            )
            .0,
            "transform.too_large"
        );
    }

    #[test]
    fn a_field_that_is_no_path_is_refused_ahead() {
        assert!(parse("split_out", json!({ "field": "a." })).is_err());
        assert_eq!(
            run(
                "split_out",
                json!({ "field": "{{ 'a' & '.' }}" }),
                json!([])
            )
            .unwrap_err()
            .pointer,
            "/field"
        );
    }
}
