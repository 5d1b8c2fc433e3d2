//! Keeps one of the items that are the same, in this run or across runs.

use crate::{
    Error, Memory,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Key,
    value,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Most days for which keys are remembered.
const MOST_DAYS: u32 = 400;
/// Most keys that are remembered.
const MOST_KEYS: u32 = 100_000;

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
    /// Drops also what an earlier run of the workflow has let through this node. Left out, every run stands for itself.
    #[serde(default)]
    across_runs: Option<AcrossRuns>,
}

/// For how long, and how much of it, runs know what earlier ones have let through.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AcrossRuns {
    /// After so many days an item counts as new again.
    #[serde(default = "thirty_days")]
    #[schemars(range(min = 1, max = 400))]
    days: u32,
    /// Of so many items at least it is known that they were there, the newest.
    #[serde(default = "ten_thousand")]
    #[schemars(range(min = 1, max = 100_000))]
    most: u32,
}

const fn thirty_days() -> u32 {
    30
}

const fn ten_thousand() -> u32 {
    10_000
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
    const DOCS: &'static str = "Keeps one of the items that are the same, as a whole or by fields; drops also what earlier runs of the workflow have seen, if asked to; emits the list.";
    const KEEPS_ITEMS: bool = true;

    fn remembers(config: &Map<String, Value>) -> bool {
        config.get("across_runs").is_some_and(|has| !has.is_null())
    }

    fn check(&self) -> Result<(), Error> {
        let Some(AcrossRuns { days, most }) = self.across_runs else {
            return Ok(());
        };
        within("days", days, MOST_DAYS)?;
        within("most", most, MOST_KEYS)
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let kept = self.kept(call)?.into_iter().map(|(_, item)| item);
        Ok(out(kept.collect()))
    }

    fn run(&self, call: &Call<'_>) -> Result<(Outputs, Option<Memory>), Error> {
        let (keys, items): (Vec<String>, Vec<Value>) = self.kept(call)?.into_iter().unzip();
        let memory = self.across_runs.map(|AcrossRuns { days, most }| Memory {
            keys: keys.iter().map(|key| hashed(key)).collect(),
            days,
            most,
        });
        Ok((out(Value::Array(items)), memory))
    }
}

impl RemoveDuplicates {
    /// The items that stay, with what makes each the same as others.
    fn kept(&self, call: &Call<'_>) -> Result<Vec<(String, Value)>, Error> {
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
        keyed.retain(|(key, _)| seen.insert(key.clone()));
        if self.keep == Keep::Last {
            keyed.reverse();
        }
        Ok(keyed)
    }
}

fn within(field: &str, given: u32, most: u32) -> Result<(), Error> {
    if (1..=most).contains(&given) {
        return Ok(());
    }
    let message = format!("`{field}` must be 1 to {most}, not {given}");
    Err(Error::config(format!("/across_runs/{field}"), message))
}

/// What is remembered of a key: the first half of its SHA-256.
fn hashed(key: &str) -> String {
    let digest = Sha256::digest(key);
    hex::encode(digest.get(..16).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use crate::{
        Memory,
        testing::{memory, parse, refused, run},
    };
    use serde_json::json;

    #[test]
    fn across_runs_each_item_that_stays_has_a_key() {
        let config = json!({ "by": ["id"], "across_runs": {} });
        let Memory { keys, days, most } = memory(
            "remove_duplicates",
            config.clone(),
            json!([{ "id": 1 }, { "id": 1.0, "x": 2 }, { "id": 2 }]),
        )
        .unwrap();
        assert_eq!((days, most), (30, 10_000));
        assert_eq!(keys.iter().map(String::len).collect::<Vec<_>>(), [32, 32]);
        let again = memory("remove_duplicates", config, json!({ "id": 1, "x": 3 })).unwrap();
        assert_eq!(again.keys, keys[..1], "one object is a list of one");
        assert_eq!(memory("remove_duplicates", json!({}), json!([1])), None);
    }

    #[test]
    fn bounds_of_what_is_remembered_are_kept() {
        for (field, most) in [("days", 400), ("most", 100_000)] {
            for given in [0, most + 1] {
                let config = json!({ "across_runs": { field: given } });
                parse("remove_duplicates", config).unwrap_err();
                let computed = json!({ "across_runs": { field: format!("{{{{ {given} }}}}") } });
                let (code, message) = refused("remove_duplicates", computed, json!([]));
                assert_eq!(code, "node.config_invalid");
                assert!(message.contains(field), "{message}");
            }
        }
        parse(
            "remove_duplicates",
            json!({ "across_runs": { "weeks": 1 } }),
        )
        .unwrap_err();
        assert!(
            !parse("remove_duplicates", json!({ "across_runs": null }))
                .unwrap()
                .remembers()
        );
    }

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
