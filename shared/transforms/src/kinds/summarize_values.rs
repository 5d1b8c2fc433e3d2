//! Sums, counts and the like, for each group of items.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Key,
    rows::Rows,
    value,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value, json};
use std::collections::HashSet;

/// Sums, counts and the like, for each group of items.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SummarizeValues {
    /// What makes a group: field paths or expressions over `item`, by the name of the field in the result. Left out, all
    /// items are one group.
    #[serde(default)]
    group_by: IndexMap<String, Key>,
    /// What to work out for each group, by the name of the field in the result.
    values: IndexMap<String, Measure>,
}

/// One number or value of a group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Measure {
    /// How the values become one.
    by: By,
    /// A field path or an expression over `item`; left out, the item itself. Items without a value are passed over.
    #[serde(default)]
    of: Option<Key>,
    /// What stands between the texts of `concat`.
    #[serde(default = "comma")]
    separator: String,
}

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    /// All numbers added.
    Sum,
    /// Their mean; `null` of none.
    Avg,
    /// The smallest, in the order of the node Sort; `null` of none.
    Min,
    /// The largest, in the order of the node Sort; `null` of none.
    Max,
    /// How many.
    Count,
    /// How many that are not the same.
    CountDistinct,
    /// One text of all.
    Concat,
    /// The first; `null` of none.
    First,
    /// The last; `null` of none.
    Last,
}

fn comma() -> String {
    ", ".to_owned()
}

/// A group: its keys, and for each measure the values with the numbers of their items.
type Grouped = (Vec<Value>, Vec<Vec<(usize, Value)>>);

impl Transform for SummarizeValues {
    const TITLE: &'static str = "Summarize values";
    const DOCS: &'static str = "Adds up, counts or averages values for each group of items; emits one item for each group.";

    fn out(config: &Map<String, Value>) -> Value {
        let names = ["group_by", "values"].into_iter();
        let names = names.filter_map(|field| config.get(field)?.as_object());
        let names: Vec<&String> = names.flat_map(Map::keys).collect();
        json!({ "type": "array", "items": { "type": "object", "required": names } })
    }

    fn check(&self) -> Result<(), Error> {
        let clash = self
            .values
            .keys()
            .find(|name| self.group_by.contains_key(*name));
        clash.map_or(Ok(()), |name| {
            let message = format!("`{name}` is in `group_by` and in `values`");
            Err(Error::config("/values", message))
        })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let mut rows = Rows::default();
        for (keys, measured) in self.grouped(call)? {
            let mut row: Map<String, Value> = self.group_by.keys().cloned().zip(keys).collect();
            for ((name, measure), values) in self.values.iter().zip(&measured) {
                let result = measure.of_group(values);
                row.insert(name.clone(), result.map_err(|error| named(error, name))?);
            }
            rows.push(Value::Object(row))?;
        }
        Ok(out(rows.into_value()))
    }
}

fn named(error: Error, name: &str) -> Error {
    let message = format!("`{name}`: {}", error.message);
    Error { message, ..error }
}

impl SummarizeValues {
    fn grouped(&self, call: &Call<'_>) -> Result<Vec<Grouped>, Error> {
        let none = || vec![Vec::new(); self.values.len()];
        let mut groups: IndexMap<String, Grouped> = IndexMap::new();
        if self.group_by.is_empty() {
            // Of no items there is still a count.
            groups.insert(value::identity(&json!([])), (Vec::new(), none()));
        }
        let mut items = call.items();
        for (index, item) in call.list("in")?.iter().enumerate() {
            let mut at = items.at(index, item);
            let keys = self.group_by.values().map(|key| at.key(*key));
            let keys: Vec<Value> = keys.collect::<Result<_, _>>()?;
            let group = groups.entry(value::identity(&Value::Array(keys.clone())));
            let (_, measured) = group.or_insert_with(|| (keys, none()));
            for (measure, values) in self.values.values().zip(measured) {
                let value = match measure.of {
                    Some(key) => at.key(key)?,
                    None => item.clone(),
                };
                if !value.is_null() {
                    values.push((index, value));
                }
            }
        }
        Ok(groups.into_values().collect())
    }
}

impl Measure {
    fn of_group(&self, values: &[(usize, Value)]) -> Result<Value, Error> {
        let plain = || values.iter().map(|(_, value)| value);
        let or_null = |found: Option<&Value>| found.cloned().unwrap_or_default();
        Ok(match self.by {
            By::Sum => sum(values)?.0,
            By::Avg if values.is_empty() => Value::Null,
            #[expect(clippy::cast_precision_loss, reason = "at most ITEMS")]
            By::Avg => value::number(sum(values)?.1 / values.len() as f64),
            By::Min => or_null(plain().min_by(|a, b| value::order(a, b))),
            By::Max => or_null(plain().max_by(|a, b| value::order(a, b))),
            By::Count => values.len().into(),
            By::CountDistinct => plain()
                .map(value::identity)
                .collect::<HashSet<_>>()
                .len()
                .into(),
            By::Concat => {
                let texts: Vec<String> = plain().map(value::text).collect();
                value::bounded(texts.join(&self.separator))?
            }
            By::First => or_null(plain().next()),
            By::Last => or_null(plain().next_back()),
        })
    }
}

/// The sum, exact for whole numbers, and the sum as a float.
fn sum(values: &[(usize, Value)]) -> Result<(Value, f64), Error> {
    let (mut whole, mut float) = (Some(0_i128), 0.0);
    for (index, value) in values {
        let Value::Number(number) = value else {
            let message = format!("{} is no number to add", value::kind(value));
            let hint = "convert it with $number(…), or leave such items out with a filter";
            return Err(Error::value("transform.no_number", message, hint).at(*index));
        };
        float += value::float(number);
        whole = whole
            .zip(value::integer(number))
            .and_then(|(sum, n)| sum.checked_add(n));
    }
    let exact = whole.and_then(|sum| i64::try_from(sum).ok());
    Ok((
        exact.map_or_else(|| value::number(float), |sum| Number::from(sum).into()),
        float,
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::{parse, refused, run};
    use serde_json::{Value, json};

    fn one(by: &str, input: Value) -> Value {
        let config = json!({ "values": { "x": { "by": by, "of": "n" } } });
        run("summarize_values", config, input).unwrap()[0]["x"].take()
    }

    #[test]
    fn values_become_one() {
        let input = json!([{ "n": 2 }, { "n": 2.5 }, {}, { "n": null }, { "n": 2.0 }]);
        for (by, expected) in [
            ("sum", json!(6.5)),
            ("avg", json!(6.5 / 3.0)),
            ("min", json!(2)),
            ("max", json!(2.5)),
            ("count", json!(3)),
            ("count_distinct", json!(2)),
            ("concat", json!("2, 2.5, 2.0")),
            ("first", json!(2)),
            ("last", json!(2.0)),
        ] {
            assert_eq!(one(by, input.clone()), expected, "{by}");
        }
        for (by, expected) in [
            ("sum", json!(0)),
            ("avg", json!(null)),
            ("min", json!(null)),
            ("count", json!(0)),
            ("concat", json!("")),
            ("last", json!(null)),
        ] {
            assert_eq!(one(by, json!([])), expected, "{by} of none");
        }
        assert_eq!(
            one(
                "sum",
                json!([{ "n": 9_007_199_254_740_993_i64 }, { "n": 1 }])
            ),
            json!(9_007_199_254_740_994_i64)
        );
    }

    #[test]
    fn each_group_has_its_own() {
        let config = json!({ "group_by": { "city": "c", "big": "{{ item.n > 1 }}" }, "values": { "n": { "by": "sum", "of": "n" }, "all": { "by": "count" } } });
        let input =
            json!([{ "c": "B", "n": 1 }, { "c": "A", "n": 2 }, { "c": "B", "n": 1 }, { "n": 5 }]);
        assert_eq!(
            run("summarize_values", config.clone(), input).unwrap(),
            json!([
                { "city": "B", "big": false, "n": 2, "all": 2 },
                { "city": "A", "big": true, "n": 2, "all": 1 },
                { "city": null, "big": true, "n": 5, "all": 1 },
            ])
        );
        assert_eq!(
            run("summarize_values", config, json!([])).unwrap(),
            json!([])
        );
    }

    #[test]
    fn what_is_no_number_is_named() {
        let config = json!({ "values": { "total": { "by": "sum", "of": "n" } } });
        let (code, message) = refused(
            "summarize_values",
            config,
            json!([{ "n": 1 }, { "n": "2" }]),
        );
        assert_eq!(
            (code, message.as_str()),
            (
                "transform.no_number",
                "`total`: item 1: a text is no number to add"
            )
        );
    }

    #[test]
    fn one_name_for_two_things_is_refused_ahead() {
        let config = json!({ "group_by": { "a": "a" }, "values": { "a": { "by": "count" } } });
        assert!(parse("summarize_values", config).is_err());
        assert!(
            parse(
                "summarize_values",
                json!({ "values": { "a": { "by": "mean" } } })
            )
            .is_err()
        );
    }
}
