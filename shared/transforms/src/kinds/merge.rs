//! Makes one list of two.

use crate::{
    Error,
    call::{Call, Items, Outputs, out},
    kind::{Inputs, Transform},
    part::Key,
    rows::Rows,
    value,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Makes one list of two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// How the lists come together.
    mode: Mode,
    /// For `by_key`: a field path or an expression over `item`, an item of `left`. Items without a key meet none.
    #[serde(default)]
    left_key: Option<Key>,
    /// For `by_key`: the same of `right`; left out, as in `left`.
    #[serde(default)]
    right_key: Option<Key>,
    /// For `by_key` and `by_position`: which items stay.
    #[serde(default)]
    join: Join,
    /// For `by_key` and `by_position`: what holds when both items have a field and it differs.
    #[serde(default)]
    clash: Clash,
}

/// How two lists come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// The items of `right` after those of `left`.
    Append,
    /// Items with equal keys become one; several with one key meet each with each.
    ByKey,
    /// The first of `left` meets the first of `right`, and so on.
    ByPosition,
}

/// Which items stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Join {
    /// Those that met one of the other list.
    #[default]
    Inner,
    /// All of `left`.
    Left,
    /// All of `right`.
    Right,
    /// All of both.
    Full,
    /// Those of `left` that met none of `right`.
    Anti,
}

/// What holds when both items have a field and it differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Clash {
    /// The value of `right`.
    #[default]
    Right,
    /// The value of `left`.
    Left,
    /// Both: that of `right` as `<field>_right`.
    Both,
    /// Neither: the node fails.
    Refuse,
}

impl Transform for Merge {
    const TITLE: &'static str = "Merge";
    const DOCS: &'static str = "Makes one list of the lists left and right: one after the other, by equal keys, or by position; emits it.";
    const INPUTS: Inputs = Inputs::Lists("left", "right");

    fn check(&self) -> Result<(), Error> {
        if self.mode == Mode::ByKey && self.left_key.is_none() {
            return Err(Error::config(
                "/left_key",
                "`left_key` is needed to merge by key",
            ));
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let left = call.list("left")?;
        let right = call.list("right")?;
        let mut rows = Rows::default();
        if self.mode == Mode::Append {
            left.into_iter()
                .chain(right)
                .try_for_each(|row| rows.push(row))?;
            return Ok(out(rows.into_value()));
        }
        let mut items = call.items();
        let left_keys = keys(&mut items, &left, self.left_key).map_err(|e| e.of("left"))?;
        let right_key = self.right_key.or(self.left_key);
        let right_keys = keys(&mut items, &right, right_key).map_err(|e| e.of("right"))?;
        let right: Vec<Map<String, Value>> = objects(right).map_err(|e| e.of("right"))?;
        let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, key) in right_keys.iter().enumerate() {
            if let Some(key) = key {
                by_key.entry(key).or_default().push(at);
            }
        }
        let mut met = vec![false; right.len()];
        let left = objects(left).map_err(|e| e.of("left"))?;
        for (index, (item, key)) in left.into_iter().zip(&left_keys).enumerate() {
            let found = key.as_deref().and_then(|key| by_key.get(key));
            for other in found.into_iter().flatten() {
                if let Some(met) = met.get_mut(*other) {
                    *met = true;
                }
                if let Some(map) = right.get(*other).filter(|_| self.join != Join::Anti) {
                    rows.push(self.combined(&item, map, (index, *other))?)?;
                }
            }
            if found.is_none() && matches!(self.join, Join::Left | Join::Full | Join::Anti) {
                rows.push(Value::Object(item))?;
            }
        }
        if matches!(self.join, Join::Right | Join::Full) {
            let alone = right.into_iter().zip(met).filter(|(_, met)| !met);
            alone
                .into_iter()
                .try_for_each(|(item, _)| rows.push(Value::Object(item)))?;
        }
        Ok(out(rows.into_value()))
    }
}

/// What each item is matched by: its key, or its place when there are no keys.
fn keys(
    items: &mut Items<'_>,
    list: &[Value],
    key: Option<Key>,
) -> Result<Vec<Option<String>>, Error> {
    let of = |(index, item): (usize, &Value)| {
        let Some(key) = key else {
            return Ok(Some(index.to_string()));
        };
        let found = items.at(index, item).key(key)?;
        Ok((!found.is_null()).then(|| value::identity(&found)))
    };
    list.iter().enumerate().map(of).collect()
}

fn objects(list: Vec<Value>) -> Result<Vec<Map<String, Value>>, Error> {
    let items = list.into_iter().enumerate();
    items
        .map(|(index, item)| value::object(item, index))
        .collect()
}

impl Merge {
    /// `places`: of the two items in their lists.
    fn combined(
        &self,
        left: &Map<String, Value>,
        right: &Map<String, Value>,
        places: (usize, usize),
    ) -> Result<Value, Error> {
        let mut row = left.clone();
        for (name, theirs) in right {
            let ours = left.get(name).filter(|ours| *ours != theirs);
            match (ours, self.clash) {
                (None, _) | (Some(_), Clash::Right) => {
                    row.insert(name.clone(), theirs.clone());
                }
                (Some(_), Clash::Left) => {}
                (Some(_), Clash::Both) => {
                    let mut free = format!("{name}_right");
                    while left.contains_key(&free) || right.contains_key(&free) {
                        free.push_str("_right");
                    }
                    row.insert(free, theirs.clone());
                }
                (Some(_), Clash::Refuse) => {
                    let (l, r) = places;
                    let message =
                        format!("item {l} of `left` and item {r} of `right` differ in `{name}`");
                    let hint = "rename the field in one list, or choose what holds with `clash`";
                    return Err(Error::value("transform.field_clash", message, hint));
                }
            }
        }
        Ok(Value::Object(row))
    }
}

#[cfg(test)]
mod tests;
