//! What two sets have in common.

use super::{Arrays, Atom, Numbers, Objects, Set, Strings, type_names};
use serde_json::Value;

pub(super) fn intersect<'s>(left: &[Atom<'s>], right: &[Atom<'s>]) -> Vec<Atom<'s>> {
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

pub(super) type Bound = Option<(f64, bool)>;

/// The bound that lies further inside.
pub(super) fn tighter(a: Bound, b: Bound, inside: fn(&f64, &f64) -> bool) -> Bound {
    match (a, b) {
        (Some(a), Some(b)) if inside(&a.0, &b.0) => Some(a),
        (Some(a), Some(b)) if inside(&b.0, &a.0) => Some(b),
        (Some(a), Some(b)) => Some((a.0, a.1 || b.1)),
        (a, b) => a.or(b),
    }
}
