//! Sets fields of each item.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Computed,
    path::Path,
    rows::Rows,
    value,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Sets fields of each item.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetFields {
    /// The new values by field path (`customer.name`); a value is any JSON, with expressions over `item` as it came.
    fields: IndexMap<String, Computed>,
    /// Whether the other fields stay.
    #[serde(default)]
    keep: Keep,
}

/// Whether other fields stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Keep {
    /// All others stay as they are.
    #[default]
    All,
    /// Only the fields named here.
    None,
}

impl Transform for SetFields {
    const TITLE: &'static str = "Set fields";
    const DOCS: &'static str =
        "Sets fields of each item and keeps the others, or only these; emits the list.";

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "array", "items": { "type": "object" } })
    }

    fn check(&self) -> Result<(), Error> {
        self.paths().map(|_| ())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let paths = self.paths()?;
        let mut items = call.items();
        let mut rows = Rows::default();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let mut at = items.at(index, &item);
            let values: Vec<Value> = paths
                .iter()
                .map(|(_, computed)| at.value(*computed))
                .collect::<Result<_, _>>()?;
            let mut row = match self.keep {
                Keep::All => Value::Object(value::object(item, index)?),
                Keep::None => json!({}),
            };
            for ((path, _), value) in paths.iter().zip(values) {
                let set = path.set(&mut row, value);
                set.map_err(|message| {
                    let hint = "choose another field path, or set the parent as a whole";
                    Error::value("transform.no_field", message, hint).at(index)
                })?;
            }
            rows.push(row)?;
        }
        Ok(out(rows.into_value()))
    }
}

impl SetFields {
    fn paths(&self) -> Result<Vec<(Path, Computed)>, Error> {
        let path = |(path, computed): (&String, &Computed)| {
            let path = Path::parse(path).map_err(|message| Error::config("/fields", message))?;
            Ok((path, *computed))
        };
        self.fields.iter().map(path).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Fault,
        testing::{parse, refused, run},
    };
    use serde_json::json;

    #[test]
    fn fields_are_set_from_the_item_as_it_came() {
        let config = json!({ "fields": {
            "total": "{{ item.price * item.count }}", "customer.city": "Köln", "price": null, "at": "{{ index }}", "{}": { "a": ["{{ item.count }}"] },
        } });
        let input = json!([{ "price": 2, "count": 3, "customer": { "name": "Ann" } }, {}]);
        assert_eq!(
            run("set_fields", config.clone(), input).unwrap(),
            json!([
                { "price": null, "count": 3, "customer": { "name": "Ann", "city": "Köln" }, "total": 6, "at": 0, "{}": { "a": [3] } },
                { "total": null, "customer": { "city": "Köln" }, "price": null, "at": 1, "{}": { "a": [null] } },
            ])
        );
        assert_eq!(run("set_fields", config, json!(null)).unwrap(), json!([]));
    }

    #[test]
    fn only_these_may_be_kept() {
        let config = json!({ "keep": "none", "fields": { "id": "{{ item.id }}" } });
        let input = json!({ "id": 7, "secret": "x" });
        assert_eq!(
            run("set_fields", config.clone(), input).unwrap(),
            json!([{ "id": 7 }])
        );
        let scalars = json!([1, "a"]);
        assert_eq!(
            run("set_fields", config, scalars).unwrap(),
            json!([{ "id": null }, { "id": null }])
        );
    }

    #[test]
    fn what_cannot_be_set_is_named() {
        let config = json!({ "fields": { "name.first": "x" } });
        let (code, message) = refused("set_fields", config.clone(), json!([{}, { "name": "Ann" }]));
        assert_eq!(code, "transform.no_field");
        assert!(
            message.starts_with("item 1: `first` cannot be set"),
            "{message}"
        );
        let (code, message) = refused("set_fields", config, json!([1]));
        assert_eq!(
            (code, message.as_str()),
            (
                "transform.no_object",
                "item 0 is a number, not an object with fields"
            )
        );
    }

    #[test]
    fn faults_show_when_the_version_is_published() {
        let faults = parse("set_fields", json!({ "fields": { "a..b": 1 } })).unwrap_err();
        assert!(
            matches!(&faults[..], [Fault::Config(error)] if error.pointer == "/fields"),
            "{faults:?}"
        );
        let faults = parse(
            "set_fields",
            json!({ "fields": { "a": { "b": ["x {{ item. }}"] } } }),
        )
        .unwrap_err();
        assert!(
            matches!(&faults[..], [Fault::Expression(error)] if error.pointer == "/fields/a/b/0"),
            "{faults:?}"
        );
        let faults = parse("set_fields", json!({ "fields": "{{ input }}" })).unwrap_err();
        assert!(
            matches!(&faults[..], [Fault::Expression(error)] if error.pointer == "/fields"),
            "{faults:?}"
        );
    }

    #[test]
    fn a_result_that_grows_too_large_is_refused() {
        let config = json!({ "fields": { "copy": "{{ input }}" } });
        let input = json!(vec![json!({ "text": "x".repeat(100) }); 500]);
        assert_eq!(
            refused("set_fields", config, input).0,
            "transform.too_large"
        );
    }
}
