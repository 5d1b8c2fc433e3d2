//! Reads a schema as a union of sets of one JSON type each.

mod meet;
mod read;

use meet::intersect;
use read::{every, read};
use serde_json::Value;
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

/// Deepest nesting of `$ref`, `allOf` and `anyOf` that is followed.
const DEPTH: u8 = 16;

/// Steps that one check may take: schemas of strangers can branch without end.
#[derive(Debug)]
pub(super) struct Budget(Cell<u32>);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(Cell::new(50_000))
    }

    /// Whether another step may be taken.
    pub(super) fn spend(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// Schemas that all hold, each with the root that its references mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Conjunction<'s>(pub(super) Vec<Rooted<'s>>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Rooted<'s> {
    pub(super) root: &'s Value,
    pub(super) schema: &'s Value,
}

/// A set of values of one JSON type.
#[derive(Debug, Clone)]
pub(super) struct Atom<'s> {
    pub(super) set: Set<'s>,
    /// A keyword that makes the set smaller than it is here, because it is not understood.
    pub(super) beyond: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(super) enum Set<'s> {
    Finite(Vec<&'s Value>),
    Null,
    Boolean,
    Number(Numbers),
    String(Strings<'s>),
    Array(Arrays<'s>),
    Object(Objects<'s>),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    pub(super) integer: bool,
    /// Lower bound, and whether it is itself excluded.
    pub(super) min: Option<(f64, bool)>,
    pub(super) max: Option<(f64, bool)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Strings<'s> {
    pub(super) min: u64,
    pub(super) max: Option<u64>,
    /// Patterns and formats, which are only ever compared as text.
    pub(super) forms: BTreeSet<(&'static str, &'s str)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Arrays<'s> {
    pub(super) prefix: Vec<Conjunction<'s>>,
    /// Of items behind the prefix.
    pub(super) items: Conjunction<'s>,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Objects<'s> {
    pub(super) properties: BTreeMap<&'s str, Conjunction<'s>>,
    /// Of properties that are not named.
    pub(super) additional: Conjunction<'s>,
    pub(super) required: BTreeSet<&'s str>,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
}

/// Keywords that constrain nothing.
pub(super) fn is_annotation(keyword: &str) -> bool {
    matches!(
        keyword,
        "$schema"
            | "$id"
            | "$comment"
            | "$defs"
            | "definitions"
            | "title"
            | "description"
            | "default"
            | "examples"
            | "deprecated"
            | "readOnly"
            | "writeOnly"
            | "$anchor"
            | "contentMediaType"
            | "contentEncoding"
            | "contentSchema"
    ) || keyword.starts_with("x-")
}

impl<'s> Conjunction<'s> {
    pub(super) fn of(schema: &'s Value) -> Self {
        Self(vec![Rooted {
            root: schema,
            schema,
        }])
    }

    fn one(root: &'s Value, schema: &'s Value) -> Self {
        Self(vec![Rooted { root, schema }])
    }

    pub(super) fn is_any(&self) -> bool {
        self.0.iter().all(|part| super::is_any(part.schema))
    }

    fn both(&self, other: &Self) -> Self {
        let mut parts = self.0.clone();
        parts.extend(other.0.iter().copied());
        Self(parts)
    }

    /// The sets whose union holds every value; none when there is no value.
    pub(super) fn atoms(&self, budget: &Budget) -> Vec<Atom<'s>> {
        let mut parts = self.0.iter();
        let Some(first) = parts.next() else {
            return every(None);
        };
        let mut atoms = read(*first, DEPTH, budget);
        for part in parts {
            atoms = intersect(&atoms, &read(*part, DEPTH, budget));
        }
        atoms
    }
}

/// The JSON Schema types of a value.
fn type_names(value: &Value) -> &'static [&'static str] {
    match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(number) if number.as_f64().is_some_and(|n| n.fract() == 0.0) => {
            &["number", "integer"]
        }
        Value::Number(_) => &["number"],
        Value::String(_) => &["string"],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    }
}

impl Set<'_> {
    /// The JSON types that the set has values of.
    pub(super) fn types(&self) -> Vec<&'static str> {
        match self {
            Self::Finite(values) => {
                let first = |value: &&Value| type_names(value).first().copied();
                values.iter().filter_map(first).collect()
            }
            Self::Null => vec!["null"],
            Self::Boolean => vec!["boolean"],
            Self::Number(_) => vec!["number"],
            Self::String(_) => vec!["string"],
            Self::Array(_) => vec!["array"],
            Self::Object(_) => vec!["object"],
        }
    }
}

impl<'s> Arrays<'s> {
    /// What holds for the item at a place.
    pub(super) fn at(&self, place: usize) -> &Conjunction<'s> {
        self.prefix.get(place).unwrap_or(&self.items)
    }
}

impl<'s> Objects<'s> {
    /// What holds for the property of a name.
    pub(super) fn of(&self, name: &str) -> &Conjunction<'s> {
        self.properties.get(name).unwrap_or(&self.additional)
    }
}
