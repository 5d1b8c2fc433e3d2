//! One file per transform: its config, and what it does.

pub(crate) mod aggregate;
pub(crate) mod base64;
pub(crate) mod compare;
pub(crate) mod csv;
pub(crate) mod date_time;
pub(crate) mod filter;
pub(crate) mod group;
pub(crate) mod hash;
pub(crate) mod html_extract;
pub(crate) mod html_to_text;
pub(crate) mod icalendar;
pub(crate) mod json;
pub(crate) mod limit;
pub(crate) mod markdown;
pub(crate) mod merge;
pub(crate) mod remove_duplicates;
pub(crate) mod rename_fields;
pub(crate) mod set_fields;
pub(crate) mod sort;
pub(crate) mod split_out;
pub(crate) mod summarize_values;
pub(crate) mod text_template;
pub(crate) mod xml;

use serde_json::{Map, Value};

/// A literal parameter: what an unrendered config says, or what holds when it says nothing; `None` when it is computed.
fn literal<'c>(
    config: &'c Map<String, Value>,
    name: &str,
    default: &'static str,
) -> Option<&'c str> {
    match config.get(name) {
        None | Some(Value::Null) => Some(default),
        Some(value) => value.as_str().filter(|text| !text.contains("{{")),
    }
}
