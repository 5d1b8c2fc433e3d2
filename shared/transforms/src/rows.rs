//! A list under construction that refuses to grow over its limits.

use crate::{Error, limits, value};
use serde_json::Value;

/// Items to put out, counted as they come.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<Value>,
    bytes: usize,
}

impl Rows {
    pub(crate) fn push(&mut self, row: Value) -> Result<(), Error> {
        if self.rows.len() == limits::ITEMS {
            return Err(Error::too_many_items("the result"));
        }
        self.bytes += value::size(&row) + 1;
        if self.bytes > limits::OUTPUT_BYTES {
            return Err(Error::too_large("the result", limits::OUTPUT_BYTES));
        }
        self.rows.push(row);
        Ok(())
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Array(self.rows)
    }
}

/// Text to put out, counted as it comes.
#[derive(Default)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn push(&mut self, piece: &str) -> Result<(), Error> {
        if self.0.len() + piece.len() > limits::OUTPUT_BYTES {
            return Err(Error::too_large("the text", limits::OUTPUT_BYTES));
        }
        self.0.push_str(piece);
        Ok(())
    }

    pub(crate) fn into_value(self) -> Value {
        Value::String(self.0)
    }
}
