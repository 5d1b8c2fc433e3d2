//! Reads a schema as a union of sets of one JSON type each.

use serde_json::{Map, Value};
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

/// Deepest nesting of `$ref`, `allOf` and `anyOf` that is followed.
const DEPTH: u8 = 16;

/// Most alternatives that a schema is spread into.
const ALTERNATIVES: usize = 64;

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

/// All values, one atom per type.
fn every(beyond: Option<&'static str>) -> Vec<Atom<'static>> {
    let sets = [
        Set::Null,
        Set::Boolean,
        Set::Number(Numbers::default()),
        Set::String(Strings::default()),
        Set::Array(Arrays::default()),
        Set::Object(Objects::default()),
    ];
    sets.map(|set| Atom { set, beyond }).into()
}

fn read<'s>(rooted: Rooted<'s>, depth: u8, budget: &Budget) -> Vec<Atom<'s>> {
    let map = match rooted.schema {
        Value::Bool(false) => return Vec::new(),
        Value::Object(map) => map,
        Value::Bool(true) => return every(None),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return every(Some("a schema that is none"));
        }
    };
    if depth == 0 || !budget.spend() {
        return every(Some("nesting"));
    }
    // A nested `$id` gives references another meaning, another `$schema` gives it to keywords.
    let is_root = std::ptr::eq(rooted.root, rooted.schema);
    let dialect = map.get("$schema").and_then(Value::as_str);
    if !is_root && map.contains_key("$id") || dialect.is_some_and(|uri| !uri.contains("2020-12")) {
        return every(Some("$schema"));
    }
    let mut atoms = own(rooted.root, map);
    for (keyword, value) in map {
        let combined = match keyword.as_str() {
            "$ref" => Some(reference(rooted.root, value, depth, budget)),
            "allOf" => all_of(rooted.root, value, depth, budget),
            "anyOf" | "oneOf" => any_of(rooted.root, value, keyword == "oneOf", depth, budget),
            _ => None,
        };
        if let Some(combined) = combined {
            atoms = intersect(&atoms, &combined);
        }
    }
    if atoms.len() > ALTERNATIVES {
        return every(Some("anyOf"));
    }
    atoms
}

fn reference<'s>(root: &'s Value, value: &'s Value, depth: u8, budget: &Budget) -> Vec<Atom<'s>> {
    let pointer = value.as_str().and_then(|text| text.strip_prefix('#'));
    let target = pointer.and_then(|pointer| root.pointer(pointer));
    target.map_or_else(
        || every(Some("$ref")),
        |schema| read(Rooted { root, schema }, depth - 1, budget),
    )
}

fn all_of<'s>(
    root: &'s Value,
    value: &'s Value,
    depth: u8,
    budget: &Budget,
) -> Option<Vec<Atom<'s>>> {
    let mut parts = value.as_array()?.iter();
    let part = |schema| read(Rooted { root, schema }, depth - 1, budget);
    let first = part(parts.next()?);
    Some(parts.fold(first, |atoms, schema| intersect(&atoms, &part(schema))))
}

/// The union. `oneOf` holds less where two alternatives share a type.
fn any_of<'s>(
    root: &'s Value,
    value: &'s Value,
    exclusive: bool,
    depth: u8,
    budget: &Budget,
) -> Option<Vec<Atom<'s>>> {
    let parts = value.as_array()?.iter();
    let parts: Vec<Vec<Atom<'s>>> = parts
        .map(|schema| read(Rooted { root, schema }, depth - 1, budget))
        .collect();
    let mut types = BTreeMap::new();
    for part in &parts {
        let own: BTreeSet<&str> = part.iter().flat_map(|atom| atom.set.types()).collect();
        own.into_iter()
            .for_each(|name| *types.entry(name).or_insert(0_u32) += 1);
    }
    let shared = exclusive && types.values().any(|count| *count > 1);
    let mut atoms: Vec<Atom<'s>> = parts.into_iter().flatten().collect();
    if shared {
        for atom in &mut atoms {
            atom.beyond = atom.beyond.or(Some("oneOf"));
        }
    }
    Some(atoms)
}

/// What the keywords of one schema say by themselves.
fn own<'s>(root: &'s Value, map: &'s Map<String, Value>) -> Vec<Atom<'s>> {
    let beyond = map.keys().find_map(|keyword| not_understood(keyword));
    let allowed = |name: &str| match map.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(names)) => names.iter().any(|one| one == name),
        _ => true,
    };
    let finite = map
        .get("enum")
        .and_then(Value::as_array)
        .map(|values| values.iter().collect())
        .or_else(|| map.get("const").map(|value| vec![value]));
    if let Some(values) = finite {
        let fits = |value: &&Value| type_names(value).iter().any(|name| allowed(name));
        let values: Vec<&Value> = values.into_iter().filter(fits).collect();
        // The other keywords can only take values away.
        let rest = map
            .keys()
            .any(|key| !is_annotation(key) && !matches!(key.as_str(), "type" | "enum" | "const"));
        let both = map.contains_key("enum") && map.contains_key("const");
        let beyond = beyond.or((rest || both).then_some("enum"));
        return vec![Atom {
            set: Set::Finite(values),
            beyond,
        }];
    }
    let mut sets = Vec::new();
    if allowed("null") {
        sets.push((Set::Null, None));
    }
    if allowed("boolean") {
        sets.push((Set::Boolean, None));
    }
    if allowed("number") || allowed("integer") {
        let (numbers, beyond) = numbers(map, !allowed("number"));
        sets.push((Set::Number(numbers), beyond));
    }
    if allowed("string") {
        sets.push((Set::String(strings(map)), None));
    }
    if allowed("array") {
        sets.push((Set::Array(arrays(root, map)), None));
    }
    if allowed("object") {
        let (objects, beyond) = objects(root, map);
        sets.push((Set::Object(objects), beyond));
    }
    sets.into_iter()
        .map(|(set, more)| Atom {
            set,
            beyond: beyond.or(more),
        })
        .collect()
}

fn not_understood(keyword: &str) -> Option<&'static str> {
    let known = matches!(
        keyword,
        "type"
            | "enum"
            | "const"
            | "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "minLength"
            | "maxLength"
            | "pattern"
            | "format"
            | "items"
            | "prefixItems"
            | "minItems"
            | "maxItems"
            | "properties"
            | "required"
            | "additionalProperties"
            | "minProperties"
            | "maxProperties"
            | "anyOf"
            | "oneOf"
            | "allOf"
            | "$ref"
            | "patternProperties"
            | "nullable"
    );
    if known || is_annotation(keyword) {
        return None;
    }
    let named = [
        "not",
        "if",
        "then",
        "else",
        "multipleOf",
        "uniqueItems",
        "contains",
    ];
    let name = named.into_iter().find(|name| *name == keyword);
    Some(name.unwrap_or("an unknown keyword"))
}

fn numbers(map: &Map<String, Value>, integer: bool) -> (Numbers, Option<&'static str>) {
    let mut beyond = None;
    let mut bound = |name: &'static str| {
        let value = map.get(name).and_then(Value::as_f64)?;
        // Beyond 2^53 an f64 rounds, and a rounded bound proves nothing.
        if value.abs() < 9_007_199_254_740_992.0 {
            Some(value)
        } else {
            beyond = Some(name);
            None
        }
    };
    let min = tighter(
        bound("minimum").map(|at| (at, false)),
        bound("exclusiveMinimum").map(|at| (at, true)),
        f64::gt,
    );
    let max = tighter(
        bound("maximum").map(|at| (at, false)),
        bound("exclusiveMaximum").map(|at| (at, true)),
        f64::lt,
    );
    (Numbers { integer, min, max }, beyond)
}

type Bound = Option<(f64, bool)>;

fn tighter(a: Bound, b: Bound, inside: fn(&f64, &f64) -> bool) -> Bound {
    match (a, b) {
        (Some(a), Some(b)) if inside(&a.0, &b.0) => Some(a),
        (Some(a), Some(b)) if inside(&b.0, &a.0) => Some(b),
        (Some(a), Some(b)) => Some((a.0, a.1 || b.1)),
        (a, b) => a.or(b),
    }
}

fn count(map: &Map<String, Value>, name: &str) -> Option<u64> {
    map.get(name).and_then(Value::as_u64)
}

fn strings(map: &Map<String, Value>) -> Strings<'_> {
    let forms = ["pattern", "format"].into_iter();
    let form = |name| Some((name, map.get(name)?.as_str()?));
    Strings {
        min: count(map, "minLength").unwrap_or(0),
        max: count(map, "maxLength"),
        forms: forms.filter_map(form).collect(),
    }
}

fn arrays<'s>(root: &'s Value, map: &'s Map<String, Value>) -> Arrays<'s> {
    let prefix = map.get("prefixItems").and_then(Value::as_array);
    let prefix = prefix.into_iter().flatten();
    let items = map.get("items");
    Arrays {
        prefix: prefix
            .map(|schema| Conjunction::one(root, schema))
            .collect(),
        items: items.map_or_else(Conjunction::default, |schema| {
            Conjunction::one(root, schema)
        }),
        min: count(map, "minItems").unwrap_or(0),
        max: count(map, "maxItems"),
    }
}

fn objects<'s>(
    root: &'s Value,
    map: &'s Map<String, Value>,
) -> (Objects<'s>, Option<&'static str>) {
    let properties = map.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    let required = map.get("required").and_then(Value::as_array);
    // Names that match a pattern are not "additional", so nothing is known about what is not named.
    let patterns = map.contains_key("patternProperties");
    let additional = map.get("additionalProperties").filter(|_| !patterns);
    let objects = Objects {
        properties: properties
            .map(|(name, schema)| (name.as_str(), Conjunction::one(root, schema)))
            .collect(),
        additional: additional.map_or_else(Conjunction::default, |schema| {
            Conjunction::one(root, schema)
        }),
        required: required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect(),
        min: count(map, "minProperties").unwrap_or(0),
        max: count(map, "maxProperties"),
    };
    (objects, patterns.then_some("patternProperties"))
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

fn intersect<'s>(left: &[Atom<'s>], right: &[Atom<'s>]) -> Vec<Atom<'s>> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs
        .filter_map(|(a, b)| {
            let (set, more) = meet(&a.set, &b.set)?;
            let beyond = a.beyond.or(b.beyond).or(more);
            Some(Atom { set, beyond })
        })
        .collect()
}

/// What both sets hold, or more, and then the keyword that says less.
fn meet<'s>(a: &Set<'s>, b: &Set<'s>) -> Option<(Set<'s>, Option<&'static str>)> {
    Some(match (a, b) {
        (Set::Finite(values), other) | (other, Set::Finite(values)) => {
            let types = other.types();
            let fits = |value: &&&Value| type_names(value).iter().any(|name| types.contains(name));
            let values: Vec<&Value> = values.iter().filter(fits).copied().collect();
            if values.is_empty() {
                return None;
            }
            let exact = matches!(other, Set::Null | Set::Boolean);
            (Set::Finite(values), (!exact).then_some("enum"))
        }
        (Set::Null, Set::Null) => (Set::Null, None),
        (Set::Boolean, Set::Boolean) => (Set::Boolean, None),
        (Set::Number(a), Set::Number(b)) => {
            let numbers = Numbers {
                integer: a.integer || b.integer,
                min: tighter(a.min, b.min, f64::gt),
                max: tighter(a.max, b.max, f64::lt),
            };
            (Set::Number(numbers), None)
        }
        (Set::String(a), Set::String(b)) => {
            let strings = Strings {
                min: a.min.max(b.min),
                max: least(a.max, b.max),
                forms: a.forms.union(&b.forms).copied().collect(),
            };
            (Set::String(strings), None)
        }
        (Set::Array(a), Set::Array(b)) => (Set::Array(meet_arrays(a, b)), None),
        (Set::Object(a), Set::Object(b)) => (Set::Object(meet_objects(a, b)), None),
        _ => return None,
    })
}

fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn meet_arrays<'s>(a: &Arrays<'s>, b: &Arrays<'s>) -> Arrays<'s> {
    let length = a.prefix.len().max(b.prefix.len());
    Arrays {
        prefix: (0..length).map(|i| a.at(i).both(b.at(i))).collect(),
        items: a.items.both(&b.items),
        min: a.min.max(b.min),
        max: least(a.max, b.max),
    }
}

fn meet_objects<'s>(a: &Objects<'s>, b: &Objects<'s>) -> Objects<'s> {
    let names = a.properties.keys().chain(b.properties.keys());
    Objects {
        properties: names
            .map(|name| (*name, a.of(name).both(b.of(name))))
            .collect(),
        additional: a.additional.both(&b.additional),
        required: a.required.union(&b.required).copied().collect(),
        min: a.min.max(b.min),
        max: least(a.max, b.max),
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
