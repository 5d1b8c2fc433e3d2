//! XML as JSON, and back.
//!
//! An element becomes an object: `@name` for each attribute, a field for each child element (an array where a name comes
//! more than once), `#text` for text beside them. An element of nothing but text becomes that text.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    limits,
    rows::Text,
    value,
};
use quick_xml::{
    Reader, XmlVersion,
    escape::escape,
    events::{BytesStart, Event},
    name::QName,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// XML as JSON, and back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Xml {
    /// Which way.
    mode: Mode,
    /// For `parse`: the text; left out, the value of `in`.
    #[serde(default)]
    text: Option<String>,
    /// For `parse`: names of elements that are arrays even where there is only one.
    #[serde(default)]
    #[schemars(length(max = 100))]
    lists: HashSet<String>,
    /// For `format`: the value, an object with one field, the root element; left out, that of `in`. `@name` is an
    /// attribute, `#text` the text of an element, an array the same element several times.
    #[serde(default)]
    value: Option<Value>,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// From XML to an object.
    Parse,
    /// From an object to XML.
    Format,
}

impl Transform for Xml {
    const TITLE: &'static str = "XML";
    const DOCS: &'static str = "Reads an XML text as an object or writes one; emits the object or the text. What is no XML leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        match super::literal(config, "mode", "") {
            Some("format") => json!({ "type": "string" }),
            Some("parse") => json!({ "type": "object", "minProperties": 1, "maxProperties": 1 }),
            _ => json!({ "type": ["object", "string"] }),
        }
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        match self.mode {
            Mode::Parse => self.parsed(&call.text(self.text.as_ref())?).map(out),
            Mode::Format => formatted(&call.given_or_input(self.value.as_ref())?).map(out),
        }
    }
}

/// An element that has begun.
#[derive(Default)]
struct Open {
    name: String,
    fields: Map<String, Value>,
    text: String,
}

impl Xml {
    fn parsed(&self, text: &str) -> Result<Value, Error> {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        let mut open: Vec<Open> = vec![Open::default()];
        loop {
            let event = reader.read_event();
            let at = reader.buffer_position();
            let event =
                event.map_err(|error| bad(text, reader.error_position(), &error.to_string()))?;
            match event {
                Event::Start(tag) => {
                    if open.len() > limits::DEPTH {
                        let message = format!("the XML nests more than {} elements", limits::DEPTH);
                        return Err(Error::limit(
                            "transform.too_deep",
                            message,
                            "pass on a part of it",
                        ));
                    }
                    open.push(begun(&tag).map_err(|error| bad(text, at, &error))?);
                }
                Event::Empty(tag) => {
                    let element = begun(&tag).map_err(|error| bad(text, at, &error))?;
                    self.end(&mut open, element);
                }
                Event::End(_) => {
                    if let Some(element) = open.pop() {
                        self.end(&mut open, element);
                    }
                }
                Event::Text(words) => append(&mut open, &words.xml10_content()),
                Event::CData(words) => append(&mut open, &words.xml10_content()),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    let character = match (reference.resolve_char_ref(), &*name) {
                        (Ok(Some(character)), _) => Some(character),
                        (_, "lt") => Some('<'),
                        (_, "gt") => Some('>'),
                        (_, "amp") => Some('&'),
                        (_, "apos") => Some('\''),
                        (_, "quot") => Some('"'),
                        _ => None,
                    };
                    let character = character.ok_or_else(|| {
                        bad(text, at, &format!("`&{name};` is no entity that is known"))
                    })?;
                    append(&mut open, character.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        let document = open.pop().unwrap_or_default();
        if let Some(element) = open.pop().map(|_| &document.name) {
            return Err(bad(
                text,
                reader.buffer_position(),
                &format!("`{element}` is not closed"),
            ));
        }
        if document.fields.len() != 1
            || document.fields.values().any(Value::is_array)
            || !document.text.trim().is_empty()
        {
            return Err(bad(
                text,
                reader.buffer_position(),
                "there must be one root element, and nothing beside it",
            ));
        }
        Ok(Value::Object(document.fields))
    }

    fn end(&self, open: &mut [Open], element: Open) {
        let Some(parent) = open.last_mut() else {
            return;
        };
        let words = element.text.trim();
        let mut fields = element.fields;
        let value = if fields.is_empty() {
            Value::String(words.to_owned())
        } else {
            if !words.is_empty() {
                fields.insert("#text".to_owned(), words.into());
            }
            Value::Object(fields)
        };
        match parent.fields.get_mut(&element.name) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                let listed = self.lists.contains(&element.name) && !parent.name.is_empty();
                let value = if listed {
                    Value::Array(vec![value])
                } else {
                    value
                };
                parent.fields.insert(element.name, value);
            }
        }
    }
}

fn append(open: &mut [Open], words: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(words);
    }
}

fn begun(tag: &BytesStart<'_>) -> Result<Open, String> {
    let mut fields = Map::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| error.to_string())?;
        fields.insert(
            format!("@{}", name_of(attribute.key)),
            value.into_owned().into(),
        );
    }
    Ok(Open {
        name: name_of(tag.name()),
        fields,
        text: String::new(),
    })
}

fn name_of(name: QName<'_>) -> String {
    name.as_ref().to_owned()
}

fn bad(text: &str, at: u64, error: &str) -> Error {
    let before = usize::try_from(at)
        .ok()
        .and_then(|at| text.get(..at))
        .unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let message = format!("the text is no XML: {error}, at line {line}");
    Error::value(
        "transform.bad_xml",
        message,
        "look at the text at that line",
    )
}

fn formatted(value: &Value) -> Result<Value, Error> {
    let root = value
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.iter().next());
    let Some((name, root)) = root.filter(|(_, root)| !root.is_array()) else {
        let message = "the value must be an object with one field, the root element";
        return Err(Error::value(
            "transform.no_xml",
            message,
            "wrap it: {{ { 'items': { 'item': input } } }}",
        ));
    };
    let mut xml = Text::default();
    xml.push(r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    element(&mut xml, name, root, 1)?;
    Ok(xml.into_value())
}

fn element(xml: &mut Text, name: &str, value: &Value, depth: usize) -> Result<(), Error> {
    if depth > limits::DEPTH {
        let message = format!("the value nests deeper than {}", limits::DEPTH);
        return Err(Error::limit(
            "transform.too_deep",
            message,
            "pass on a part of it",
        ));
    }
    if let Value::Array(values) = value {
        return values
            .iter()
            .try_for_each(|value| element(xml, name, value, depth + 1));
    }
    checked_name(name)?;
    xml.push(&format!("<{name}"))?;
    let none = Map::new();
    let fields = value.as_object().unwrap_or(&none);
    for (attribute, value) in fields {
        if let Some(attribute) = attribute.strip_prefix('@') {
            checked_name(attribute)?;
            xml.push(&format!(
                " {attribute}=\"{}\"",
                checked_text(&value::text(value))?
            ))?;
        }
    }
    xml.push(">")?;
    match fields.get("#text") {
        Some(words) => xml.push(&checked_text(&value::text(words))?)?,
        None if !value.is_object() => xml.push(&checked_text(&value::text(value))?)?,
        None => {}
    }
    for (name, value) in fields {
        if !name.starts_with('@') && name != "#text" {
            element(xml, name, value, depth + 1)?;
        }
    }
    xml.push(&format!("</{name}>"))
}

fn checked_name(name: &str) -> Result<(), Error> {
    let mut characters = name.chars();
    let starts = characters
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_');
    if starts && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')) {
        return Ok(());
    }
    let message = format!(
        "`{}` is no name of an element or attribute",
        name.chars().take(60).collect::<String>()
    );
    Err(Error::value(
        "transform.no_xml",
        message,
        "rename the field",
    ))
}

fn checked_text(text: &str) -> Result<String, Error> {
    if text.chars().any(|c| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    }) {
        let message = "a text holds a control character, which XML cannot";
        return Err(Error::value(
            "transform.no_xml",
            message,
            "remove it with $replace(…)",
        ));
    }
    // A carriage return as it is would be read as a line feed.
    Ok(escape(text).replace('\r', "&#13;"))
}

#[cfg(test)]
mod tests;
