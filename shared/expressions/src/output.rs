//! Writes values as JSON text, up to a bound.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many kinds of values are of interest here"
)]

use crate::limits;
use jsonata_core::value::JValue;
use std::io;

/// JSON text that refuses to grow over its limit.
pub(crate) struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Bounded {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
        }
    }

    /// Appends text as it is.
    pub(crate) fn raw(&mut self, text: &str) -> io::Result<()> {
        io::Write::write_all(self, text.as_bytes())
    }

    /// Appends a value as JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(self, value).map_err(io::Error::from)
    }

    pub(crate) fn into_text(self) -> String {
        // Only JSON text is ever written, and that is UTF-8.
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a value reads as inside a longer string: text as it is, "no value" and null as nothing, the rest as JSON.
pub(crate) fn append_text(text: &mut String, value: &JValue) -> io::Result<()> {
    match value {
        JValue::Undefined | JValue::Null => Ok(()),
        JValue::String(string) if text.len() + string.len() <= limits::TEXT_BYTES => {
            text.push_str(string);
            Ok(())
        }
        JValue::String(_) => Err(io::ErrorKind::FileTooLarge.into()),
        _ => {
            let mut json = Bounded::new(limits::TEXT_BYTES.saturating_sub(text.len()));
            json.json(value)?;
            text.push_str(&json.into_text());
            Ok(())
        }
    }
}

/// The JSON type of a value, for messages.
pub(crate) fn type_name(value: &JValue) -> &'static str {
    match value {
        JValue::Undefined => "no value",
        JValue::Null => "null",
        JValue::Bool(_) => "a boolean",
        JValue::Number(_) => "a number",
        JValue::String(_) => "a string",
        JValue::Array(_) => "an array",
        JValue::Object(_) => "an object",
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => "a function",
    }
}
