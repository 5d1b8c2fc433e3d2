//! Gives fields of each item other names.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    path::Path,
    rows::Rows,
    value,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Gives fields of each item other names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameFields {
    /// New field paths by old ones (`mail.from`: `sender`). A field that an item lacks is passed over.
    fields: IndexMap<String, String>,
}

impl Transform for RenameFields {
    const TITLE: &'static str = "Rename fields";
    const DOCS: &'static str = "Gives fields of each item other names or places; emits the list.";

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "array", "items": { "type": "object" } })
    }

    fn check(&self) -> Result<(), Error> {
        self.paths().map(|_| ())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let paths = self.paths()?;
        let mut rows = Rows::default();
        for (index, item) in call.list("in")?.into_iter().enumerate() {
            let mut row = Value::Object(value::object(item, index)?);
            // All are taken before any is put back, so that two fields can change places.
            let taken: Vec<(&Path, Value)> = paths
                .iter()
                .filter_map(|(from, to)| Some((to, from.take(&mut row)?)))
                .collect();
            for (to, value) in taken {
                let set = to.set(&mut row, value);
                set.map_err(|message| {
                    let hint = "choose another new name";
                    Error::value("transform.no_field", message, hint).at(index)
                })?;
            }
            rows.push(row)?;
        }
        Ok(out(rows.into_value()))
    }
}

impl RenameFields {
    fn paths(&self) -> Result<Vec<(Path, Path)>, Error> {
        let parse = |path: &str| Path::parse(path).map_err(|e| Error::config("/fields", e));
        let pair = |(from, to): (&String, &String)| Ok((parse(from)?, parse(to)?));
        self.fields.iter().map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, refused, run};
    use serde_json::json;

    #[test]
    fn fields_move_and_may_change_places() {
        for (fields, input, expected) in [
            (
                json!({ "a": "b" }),
                json!([{ "a": 1, "c": 2 }]),
                json!([{ "c": 2, "b": 1 }]),
            ),
            (
                json!({ "a": "b", "b": "a" }),
                json!([{ "a": 1, "b": 2 }]),
                json!([{ "a": 2, "b": 1 }]),
            ),
            (
                json!({ "mail.from": "sender" }),
                json!({ "mail": { "from": "x", "to": "y" } }),
                json!([{ "mail": { "to": "y" }, "sender": "x" }]),
            ),
            (
                json!({ "name": "person.name" }),
                json!([{ "name": null }, {}]),
                json!([{ "person": { "name": null } }, {}]),
            ),
            (
                json!({ "a": "b" }),
                json!([{ "a": 1, "b": 2 }]),
                json!([{ "b": 1 }]),
            ),
            (json!({ "a": "b" }), json!([]), json!([])),
        ] {
            assert_eq!(
                run("rename_fields", json!({ "fields": fields }), input).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn what_cannot_be_renamed_is_named() {
        let config = json!({ "fields": { "a": "b.c" } });
        assert_eq!(
            refused("rename_fields", config.clone(), json!([{ "a": 1, "b": 2 }])).0,
            "transform.no_field"
        );
        assert_eq!(
            refused("rename_fields", config, json!(["x"])).0,
            "transform.no_object"
        );
        assert!(parse("rename_fields", json!({ "fields": { "a": "" } })).is_err());
        assert!(
            parse(
                "rename_fields",
                json!({ "fields": { "a": "{{ input.name }}" } })
            )
            .is_ok()
        );
    }
}
