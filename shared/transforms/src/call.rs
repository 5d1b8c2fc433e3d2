//! What a transform works on: its inputs, and its per-item parts evaluated over a list.

use crate::{
    Error, limits,
    part::{Computed, Condition, Form, Key, Part, Words},
    value,
};
use expressions::{Context, Each, Given};
use serde_json::Value;

/// The values that leave by the output ports.
pub(crate) type Outputs = Vec<(&'static str, Value)>;

/// All of it by `out`.
pub(crate) fn out(value: Value) -> Outputs {
    vec![("out", value)]
}

/// One run of a node.
pub(crate) struct Call<'a> {
    /// JSON text by port name.
    pub(crate) inputs: &'a [(&'a str, Option<&'a str>)],
    pub(crate) parts: &'a [Part],
    pub(crate) context: &'a dyn Context,
    pub(crate) given: &'a Given,
}

impl<'a> Call<'a> {
    /// The value of an input; `null` when nothing came.
    pub(crate) fn value(&self, port: &str) -> Result<Value, Error> {
        let found = self.inputs.iter().find(|(name, _)| *name == port);
        let Some(json) = found.and_then(|(_, json)| *json) else {
            return Ok(Value::Null);
        };
        if json.len() > limits::INPUT_BYTES {
            return Err(Error::too_large(
                &format!("input `{port}`"),
                limits::INPUT_BYTES,
            ));
        }
        serde_json::from_str(json).map_err(|error| {
            let message = format!("input `{port}` is no usable JSON: {error}");
            Error::value("transform.bad_input", message, "nest the value less deeply")
        })
    }

    /// The items of an input: an array, one object, or `null` for none.
    pub(crate) fn list(&self, port: &str) -> Result<Vec<Value>, Error> {
        let items = match self.value(port)? {
            Value::Array(items) => items,
            object @ Value::Object(_) => vec![object],
            Value::Null => Vec::new(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                let message = format!("input `{port}` is {}, not a list", value::kind(&other));
                let hint = "pass on an array; {{ [input] }} makes a list of one value";
                return Err(Error::value("transform.no_list", message, hint));
            }
        };
        if items.len() > limits::ITEMS {
            return Err(Error::too_many_items(&format!("input `{port}`")));
        }
        Ok(items)
    }

    /// A parameter, or else the value of `in`.
    pub(crate) fn given_or_input(&self, given: Option<&Value>) -> Result<Value, Error> {
        let Some(given) = given else {
            return self.value("in");
        };
        if value::size(given) > limits::INPUT_BYTES {
            return Err(Error::too_large("the value", limits::INPUT_BYTES));
        }
        Ok(given.clone())
    }

    /// A text that is a parameter, or else the value of `in`.
    pub(crate) fn text(&self, given: Option<&String>) -> Result<String, Error> {
        if let Some(text) = given {
            if text.len() > limits::INPUT_BYTES {
                return Err(Error::too_large("`text`", limits::INPUT_BYTES));
            }
            return Ok(text.clone());
        }
        match self.value("in")? {
            Value::String(text) => Ok(text),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_)) => {
                let message = format!("input `in` is {}, not a text", value::kind(&other));
                let hint = "say where the text is: \"text\": \"{{ input.body }}\"";
                Err(Error::value("transform.no_text", message, hint))
            }
        }
    }

    /// Evaluates the per-item parts, item by item.
    pub(crate) fn items(&self) -> Items<'a> {
        let templates = self.parts.iter().filter_map(|part| match &part.form {
            Form::Computed(template) => Some(template),
            Form::Field(_) => None,
        });
        Items {
            parts: self.parts,
            each: Each::new(templates, self.context, self.given),
            bytes: 0,
        }
    }
}

/// The per-item parts of a node.
pub(crate) struct Items<'a> {
    parts: &'a [Part],
    each: Each<'a>,
    /// How much the parts gave so far.
    bytes: usize,
}

impl<'a> Items<'a> {
    /// Goes to an item.
    pub(crate) fn at<'i>(&'i mut self, index: usize, item: &'i Value) -> At<'i, 'a> {
        At {
            items: self,
            index,
            item,
            entered: false,
        }
    }
}

/// One item. It is read by the evaluator only when an expression asks for it.
pub(crate) struct At<'i, 'a> {
    items: &'i mut Items<'a>,
    index: usize,
    item: &'i Value,
    entered: bool,
}

impl At<'_, '_> {
    pub(crate) fn condition(&mut self, condition: Condition) -> Result<bool, Error> {
        let found = self.render(condition.0)?;
        found.as_bool().ok_or_else(|| {
            let kind = value::kind(&found);
            let message = format!("the condition must give true or false, not {kind}");
            let hint = "compare the value (item.count > 0), or ask $exists(…) or $boolean(…)";
            let error = Error::value("transform.no_boolean", message, hint);
            error.at(self.index)
        })
    }

    /// The key of the item; `null` when it has none.
    pub(crate) fn key(&mut self, key: Key) -> Result<Value, Error> {
        self.render(key.0)
    }

    pub(crate) fn value(&mut self, computed: Computed) -> Result<Value, Error> {
        self.render(computed.0)
    }

    pub(crate) fn text(&mut self, words: Words) -> Result<String, Error> {
        self.render(words.0).map(|found| value::text(&found))
    }

    fn render(&mut self, part: usize) -> Result<Value, Error> {
        let value = self.evaluate(part)?;
        self.items.bytes += value::size(&value);
        if self.items.bytes > limits::PER_ITEM_BYTES {
            let what = "what the items' fields give";
            return Err(Error::too_large(what, limits::PER_ITEM_BYTES));
        }
        Ok(value)
    }

    fn evaluate(&mut self, part: usize) -> Result<Value, Error> {
        let parts = self.items.parts;
        let Some(part) = parts.get(part) else {
            let message = "a per-item field was computed; it must stand in the document";
            return Err(Error::config("", message));
        };
        match &part.form {
            Form::Field(path) => Ok(path.get(self.item).cloned().unwrap_or_default()),
            Form::Computed(template) => {
                let each = &mut self.items.each;
                if !self.entered {
                    self.entered = true;
                    let entered = each.enter(self.item, self.index);
                    entered.map_err(|cause| Error::expression(&cause, Some(self.index)))?;
                }
                let rendered = each.render(template);
                rendered.map_err(|cause| Error::expression(&cause, Some(self.index)))
            }
        }
    }
}
