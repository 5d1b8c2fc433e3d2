//! Our own versions of built-in functions that are impure, or that build or walk more than a bound between two looks at
//! the clock.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many kinds of values are of interest here"
)]

use crate::{Given, limits, output, output::Bounded};
use jsonata_core::{
    evaluator::{Evaluator, EvaluatorError, HostFnResult},
    functions::{array, string},
    value::JValue,
};
use std::{
    cell::Cell,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
};

/// Error code of an operation that would build more than its bound.
pub(crate) const TOO_LONG: &str = "S9001";

/// Names that `harden` puts in place of operators and of built-ins that cannot be replaced by name.
pub(crate) const CONCAT: &str = "!concat";
pub(crate) const STRING: &str = "!string";
pub(crate) const DISTINCT: &str = "!distinct";
pub(crate) const FITTING: &str = "!fitting";
pub(crate) const SEPARATOR: &str = "!separator";
pub(crate) const REPLACEMENT: &str = "!replacement";

/// Teaches an evaluator all guards.
pub(crate) fn register(evaluator: &mut Evaluator, given: &Given) -> Result<(), EvaluatorError> {
    let now = JValue::from(given.now_ms);
    evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(now.clone()))?;
    let draws = Rc::new(Cell::new(given.seed));
    let random = Rc::clone(&draws);
    evaluator.register_fn_override("random", move |_: &[JValue]| Ok(unit(&random).into()))?;
    evaluator.register_fn_override("shuffle", move |args: &[JValue]| Ok(shuffle(args, &draws)))?;
    evaluator.register_fn_override("pad", pad)?;
    evaluator.register_fn(CONCAT, concat)?;
    evaluator.register_fn(STRING, to_string)?;
    evaluator.register_fn(DISTINCT, distinct)?;
    evaluator.register_fn(FITTING, fitting)?;
    evaluator.register_fn(SEPARATOR, separator)?;
    evaluator.register_fn(REPLACEMENT, replacement)
}

fn too_long(what: &str, limit: usize) -> EvaluatorError {
    EvaluatorError::EvaluationError(format!("{TOO_LONG}: {what} exceeds {limit} bytes"))
}

fn expected(function: &str, what: &str) -> EvaluatorError {
    EvaluatorError::TypeError(format!("T0410: ${function} expects {what}"))
}

/// The next number of splitmix64, from 0 to just under 1.
fn unit(state: &Cell<u64>) -> f64 {
    let at = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
    state.set(at);
    let mut bits = at;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    // 53 bits: all that an f64 holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
    let fraction = (bits >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}

fn shuffle(args: &[JValue], state: &Cell<u64>) -> JValue {
    let Some(JValue::Array(items)) = args.first() else {
        return args.first().cloned().unwrap_or(JValue::Undefined);
    };
    let mut items: Vec<JValue> = items.iter().cloned().collect();
    for last in (1..items.len()).rev() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "between 0 and `last`, which is at most the sequence limit"
        )]
        let other = (unit(state) * (last + 1) as f64) as usize;
        items.swap(last, other.min(last));
    }
    JValue::array(items)
}

/// `$pad(string, width, characters?)`: negative widths pad on the left.
fn pad(args: &[JValue]) -> HostFnResult {
    let (text, width) = match args {
        [JValue::Undefined, ..] => return Ok(JValue::Undefined),
        [JValue::String(text), JValue::Number(width), ..] => (text, *width),
        _ => return Err(expected("pad", "a string and a width")),
    };
    let fill = match args.get(2) {
        Some(JValue::String(fill)) if !fill.is_empty() => fill.as_ref(),
        Some(JValue::String(_) | JValue::Undefined) | None => " ",
        Some(_) => return Err(expected("pad", "a string as its third argument")),
    };
    let missing = width.abs() - f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
    if missing * 4.0 > f64::from(u32::try_from(limits::TEXT_BYTES).unwrap_or(u32::MAX)) {
        return Err(too_long("the padded text", limits::TEXT_BYTES));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded above, and not positive means no padding"
    )]
    let padding: String = fill
        .chars()
        .cycle()
        .take(missing.max(0.0) as usize)
        .collect();
    Ok(JValue::from(if width < 0.0 {
        format!("{padding}{text}")
    } else {
        format!("{text}{padding}")
    }))
}

/// The operator `&`, with a bound.
fn concat(args: &[JValue]) -> HostFnResult {
    let mut text = String::new();
    for arg in args {
        match arg {
            JValue::Undefined => {}
            JValue::String(piece) => text.push_str(piece),
            other => text.push_str(&bounded_string(other, false)?),
        }
        if text.len() > limits::TEXT_BYTES {
            return Err(too_long("the text", limits::TEXT_BYTES));
        }
    }
    Ok(JValue::from(text))
}

fn to_string(args: &[JValue]) -> HostFnResult {
    let pretty = matches!(args.get(1), Some(JValue::Bool(true)));
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => Ok(JValue::String(text.clone())),
        Some(other) => Ok(JValue::from(bounded_string(other, pretty)?)),
    }
}

fn bounded_string(value: &JValue, pretty: bool) -> Result<String, EvaluatorError> {
    check_size(value)?;
    let text = string::string(value, Some(pretty))?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Refuses a value that shares parts so often that it would be huge when walked.
fn check_size(value: &JValue) -> Result<(), EvaluatorError> {
    if !matches!(value, JValue::Array(_) | JValue::Object(_)) {
        return Ok(());
    }
    Bounded::new(limits::TEXT_BYTES)
        .json(value)
        .map_err(|_| too_long("the value", limits::TEXT_BYTES))
}

/// A value that is about to be compared or read as a condition.
fn fitting(args: &[JValue]) -> HostFnResult {
    let value = args.first().cloned().unwrap_or(JValue::Undefined);
    check_size(&value)?;
    Ok(value)
}

/// A separator of `$join`.
fn separator(args: &[JValue]) -> HostFnResult {
    match args.first() {
        Some(JValue::String(text)) if text.len() > limits::SEPARATOR_BYTES => {
            Err(too_long("the separator", limits::SEPARATOR_BYTES))
        }
        other => Ok(other.cloned().unwrap_or(JValue::Undefined)),
    }
}

/// The replacement of `$replace`, after its text and pattern: as often as it can be put in, it must fit.
fn replacement(args: &[JValue]) -> HostFnResult {
    if let [JValue::String(text), pattern, JValue::String(new), ..] = args {
        let places = match pattern {
            JValue::String(old) if !old.is_empty() => text.matches(old.as_ref()).count(),
            _ => text.len() + 1,
        };
        if places.saturating_mul(new.len()) > 16 * limits::TEXT_BYTES {
            return Err(too_long("the replaced text", 16 * limits::TEXT_BYTES));
        }
    }
    Ok(args.get(2).cloned().unwrap_or(JValue::Undefined))
}

/// `$distinct` in linear time.
fn distinct(args: &[JValue]) -> HostFnResult {
    let Some(JValue::Array(items)) = args.first() else {
        return Ok(args.first().cloned().unwrap_or(JValue::Undefined));
    };
    if items.len() < 2 {
        return Ok(JValue::Array(items.clone()));
    }
    check_size(&JValue::Array(items.clone()))?;
    let mut seen: HashMap<u64, Vec<&JValue>> = HashMap::with_capacity(items.len());
    let mut kept = Vec::new();
    for item in items.iter() {
        let alike = seen.entry(fingerprint(item)).or_default();
        if !alike.iter().any(|other| array::values_equal(other, item)) {
            alike.push(item);
            kept.push(item.clone());
        }
    }
    Ok(if items.sequence {
        JValue::sequence(kept)
    } else {
        JValue::array(kept)
    })
}

/// Equal values have equal fingerprints; the order of an object's keys does not count.
fn fingerprint(value: &JValue) -> u64 {
    let mut hasher = DefaultHasher::new();
    output::type_name(value).hash(&mut hasher);
    match value {
        JValue::Bool(flag) => flag.hash(&mut hasher),
        // Adding zero makes -0 and 0 one.
        JValue::Number(number) => (number + 0.0).to_bits().hash(&mut hasher),
        JValue::String(text) => text.hash(&mut hasher),
        JValue::Array(items) => items
            .iter()
            .for_each(|item| fingerprint(item).hash(&mut hasher)),
        JValue::Object(map) => {
            let entry = |(key, item): (&String, &JValue)| {
                let mut hasher = DefaultHasher::new();
                (key, fingerprint(item)).hash(&mut hasher);
                hasher.finish()
            };
            let sum = map.iter().map(entry).fold(0_u64, u64::wrapping_add);
            sum.hash(&mut hasher);
        }
        JValue::Null
        | JValue::Undefined
        | JValue::Lambda(_)
        | JValue::Builtin { .. }
        | JValue::Regex { .. } => {}
    }
    hasher.finish()
}
