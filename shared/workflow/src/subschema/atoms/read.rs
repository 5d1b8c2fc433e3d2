//! What the keywords of a schema say.

use super::{
    Arrays, Atom, Budget, Conjunction, Numbers, Objects, Rooted, Set, Strings, is_annotation,
    meet::{intersect, tighter},
    type_names,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most alternatives that a schema is spread into.
const ALTERNATIVES: usize = 64;

/// All values, one atom per type.
pub(super) fn every(beyond: Option<&'static str>) -> Vec<Atom<'static>> {
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

pub(super) fn read<'s>(rooted: Rooted<'s>, depth: u8, budget: &Budget) -> Vec<Atom<'s>> {
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
