//! Words of a person inside of a document: always data, never an expression.

use super::Fault;
use serde_json::Value;

/// A slot that must be there, as it was written.
pub(super) fn wanted<'w>(slot: &str, text: Option<&'w str>, faults: &mut Vec<Fault>) -> &'w str {
    let text = optional(slot, text, faults);
    if text.is_none() {
        faults.push(Fault::new(slot, "it is missing"));
    }
    text.unwrap_or_default()
}

/// A slot that may be left out; blanks are as good as nothing.
pub(super) fn optional<'w>(
    slot: &str,
    text: Option<&'w str>,
    faults: &mut Vec<Fault>,
) -> Option<&'w str> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.contains("{{") || text.contains("}}") {
        faults.push(Fault::new(slot, "it cannot hold `{{` or `}}`"));
    }
    Some(text)
}

/// The text as a literal of an expression: JSON's strings are JSONata's, too.
pub(super) fn literal(text: &str) -> String {
    Value::from(text).to_string()
}
