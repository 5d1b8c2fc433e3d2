//! Compares two schemas, atom by atom.

use super::{
    Verdict,
    atoms::{Arrays, Atom, Budget, Conjunction, Numbers, Objects, Set, Strings},
};
use serde_json::Value;

/// Deepest nesting of values that is compared.
const DEPTH: u8 = 24;

pub(super) fn compare(
    sub: &Conjunction<'_>,
    sup: &Conjunction<'_>,
    depth: u8,
    budget: &Budget,
) -> Verdict {
    if sup.is_any() || same(sub, sup) {
        return Verdict::Proven;
    }
    if depth > DEPTH || !budget.spend() {
        return Verdict::unknown("the schemas are nested too deeply to compare");
    }
    if sub.is_any() {
        return Verdict::unknown("nothing is known about the value");
    }
    let wide = sup.atoms(budget);
    let each = sub.atoms(budget);
    each.iter()
        .map(|atom| atom_within(atom, sup, &wide, depth, budget))
        .fold(Verdict::Proven, Verdict::and)
}

/// Equal texts mean the same when no reference leads elsewhere.
fn same(sub: &Conjunction<'_>, sup: &Conjunction<'_>) -> bool {
    let equal = |wanted: &Value| sub.0.iter().any(|part| part.schema == wanted);
    sup.0
        .iter()
        .all(|part| equal(part.schema) && !has_ref(part.schema))
}

fn has_ref(value: &Value) -> bool {
    match value {
        Value::Object(map) => map
            .iter()
            .any(|(key, item)| matches!(key.as_str(), "$ref" | "$dynamicRef") || has_ref(item)),
        Value::Array(items) => items.iter().any(has_ref),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn atom_within(
    atom: &Atom<'_>,
    sup: &Conjunction<'_>,
    wide: &[Atom<'_>],
    depth: u8,
    budget: &Budget,
) -> Verdict {
    let verdict = match &atom.set {
        Set::Finite(values) => values_within(values, sup),
        Set::Null => values_within(&[&Value::Null], sup),
        Set::Boolean => values_within(&[&Value::Bool(true), &Value::Bool(false)], sup),
        Set::Number(_) | Set::String(_) | Set::Array(_) | Set::Object(_) => {
            set_within(&atom.set, wide, depth, budget)
        }
    };
    // The real set is smaller than the atom, so what does not fit may not be in it.
    if atom.beyond.is_some() {
        verdict.weakened()
    } else {
        verdict
    }
}

/// Single values are simply tried.
fn values_within(values: &[&Value], sup: &Conjunction<'_>) -> Verdict {
    for part in &sup.0 {
        let Some(validator) = validator(part.root, part.schema) else {
            return Verdict::unknown("the schema cannot be applied");
        };
        if let Some(value) = values.iter().find(|value| !validator.is_valid(value)) {
            return Verdict::refuted(format!("{value} is not accepted"));
        }
    }
    Verdict::Proven
}

/// A validator of a part of a schema, whose references mean the whole.
fn validator(root: &Value, part: &Value) -> Option<jsonschema::Validator> {
    if !has_ref(part) || std::ptr::eq(root, part) {
        return jsonschema::validator_for(part).ok();
    }
    None
}

fn set_within(set: &Set<'_>, wide: &[Atom<'_>], depth: u8, budget: &Budget) -> Verdict {
    let kind = |set: &Set<'_>| set.types();
    let alike: Vec<&Atom<'_>> = wide
        .iter()
        .filter(|other| kind(&other.set).iter().any(|name| kind(set).contains(name)))
        .collect();
    let verdicts = alike.iter().map(|other| {
        let verdict = one_within(set, &other.set, depth, budget);
        match other.beyond {
            Some(keyword) => {
                verdict.and(Verdict::unknown(format!("`{keyword}` cannot be compared")))
            }
            None => verdict,
        }
    });
    let found = kind(set).first().copied().unwrap_or("value");
    verdicts.reduce(Verdict::or).unwrap_or_else(|| {
        let wanted: Vec<&str> = wide.iter().flat_map(|atom| kind(&atom.set)).collect();
        Verdict::refuted(mismatch(found, &wanted))
    })
}

fn mismatch(found: &str, wanted: &[&str]) -> String {
    let mut wanted = wanted.to_vec();
    wanted.dedup();
    if wanted.is_empty() {
        format!("it may be {} and nothing is accepted", article(found))
    } else {
        let wanted: Vec<String> = wanted.into_iter().map(article).collect();
        format!(
            "it may be {}, expected {}",
            article(found),
            wanted.join(" or ")
        )
    }
}

fn article(name: &str) -> String {
    match name {
        "null" => "null".to_owned(),
        "array" | "object" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

fn one_within(sub: &Set<'_>, sup: &Set<'_>, depth: u8, budget: &Budget) -> Verdict {
    match (sub, sup) {
        (Set::Number(sub), Set::Number(sup)) => numbers(sub, sup),
        (Set::String(sub), Set::String(sup)) => strings(sub, sup),
        (Set::Array(sub), Set::Array(sup)) => arrays(sub, sup, depth, budget),
        (Set::Object(sub), Set::Object(sup)) => objects(sub, sup, depth, budget),
        (_, Set::Finite(values)) => {
            let all: Vec<String> = values.iter().take(8).map(ToString::to_string).collect();
            Verdict::refuted(format!("it may be something else than {}", all.join(", ")))
        }
        _ => Verdict::refuted("the types differ"),
    }
}

fn numbers(sub: &Numbers, sup: &Numbers) -> Verdict {
    if sup.integer && !sub.integer {
        return Verdict::refuted("it may be a fraction, expected an integer");
    }
    let sub = &if sub.integer { whole(sub) } else { sub.clone() };
    let inside = |sub: Option<(f64, bool)>,
                  sup: Option<(f64, bool)>,
                  beyond: fn(&f64, &f64) -> bool| {
        match (sub, sup) {
            (_, None) => true,
            (None, Some(_)) => false,
            #[expect(clippy::float_cmp, reason = "bounds are compared as they are written")]
            (Some(sub), Some(sup)) => beyond(&sub.0, &sup.0) || sub.0 == sup.0 && (sub.1 || !sup.1),
        }
    };
    if !inside(sub.min, sup.min, f64::gt) {
        let limit = sup.min.map_or(0.0, |bound| bound.0);
        return Verdict::refuted(format!("it may be less than {limit} allows"));
    }
    if !inside(sub.max, sup.max, f64::lt) {
        let limit = sup.max.map_or(0.0, |bound| bound.0);
        return Verdict::refuted(format!("it may be more than {limit} allows"));
    }
    Verdict::Proven
}

/// Of integers, every bound is an integer and included.
fn whole(numbers: &Numbers) -> Numbers {
    let up = |(at, excluded): (f64, bool)| {
        if excluded {
            at.floor() + 1.0
        } else {
            at.ceil()
        }
    };
    let down = |(at, excluded): (f64, bool)| {
        if excluded {
            at.ceil() - 1.0
        } else {
            at.floor()
        }
    };
    Numbers {
        integer: true,
        min: numbers.min.map(|bound| (up(bound), false)),
        max: numbers.max.map(|bound| (down(bound), false)),
    }
}

fn strings(sub: &Strings<'_>, sup: &Strings<'_>) -> Verdict {
    let form = sup.forms.difference(&sub.forms).next();
    let forms = form.map_or(Verdict::Proven, |(keyword, text)| {
        Verdict::unknown(format!("nothing promises the {keyword} `{text}`"))
    });
    lengths("characters", (sub.min, sub.max), (sup.min, sup.max)).and(forms)
}

fn lengths(what: &str, sub: (u64, Option<u64>), sup: (u64, Option<u64>)) -> Verdict {
    if sub.0 < sup.0 {
        return Verdict::refuted(format!("it may have fewer than {} {what}", sup.0));
    }
    match sup.1 {
        Some(most) if sub.1.is_none_or(|max| max > most) => {
            Verdict::refuted(format!("it may have more than {most} {what}"))
        }
        _ => Verdict::Proven,
    }
}

fn arrays(sub: &Arrays<'_>, sup: &Arrays<'_>, depth: u8, budget: &Budget) -> Verdict {
    let mut verdict = lengths("items", (sub.min, sub.max), (sup.min, sup.max));
    let longest = sub
        .max
        .map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
    let named = sub.prefix.len().max(sup.prefix.len());
    for place in 0..named.min(longest) {
        let item = compare(sub.at(place), sup.at(place), depth + 1, budget);
        verdict = verdict.and(item.at(&format!("[{place}]")));
    }
    if longest > named {
        verdict = verdict.and(compare(&sub.items, &sup.items, depth + 1, budget).at("[]"));
    }
    verdict
}

fn objects(sub: &Objects<'_>, sup: &Objects<'_>, depth: u8, budget: &Budget) -> Verdict {
    let least = sub.min.max(sub.required.len() as u64);
    let mut verdict = lengths("fields", (least, sub.max), (sup.min, sup.max));
    for name in sup.required.difference(&sub.required) {
        let missing = if sub.properties.contains_key(name) {
            Verdict::refuted("it may be missing")
        } else if sub.additional.atoms(budget).is_empty() {
            Verdict::refuted("it is missing")
        } else {
            Verdict::unknown("nothing promises this field")
        };
        verdict = verdict.and(missing.at(name));
    }
    let names = sub.properties.keys().chain(sup.properties.keys());
    for name in names {
        verdict = verdict.and(compare(sub.of(name), sup.of(name), depth + 1, budget).at(name));
    }
    verdict.and(compare(&sub.additional, &sup.additional, depth + 1, budget).at("*"))
}
