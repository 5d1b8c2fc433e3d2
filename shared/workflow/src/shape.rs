//! Reads a document from JSON and names every fault of its shape.

use crate::{Document, Problem};
use expressions::escape_pointer;
use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::sync::LazyLock;

/// Most bytes of a document's JSON.
pub const DOCUMENT_BYTES: usize = 1024 * 1024;

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| jsonschema::validator_for(&Document::json_schema()).ok());

impl Document {
    /// The JSON Schema of a document (draft 2020-12), as committed in `schemas/workflow/workflow.json`.
    #[must_use]
    pub fn json_schema() -> Value {
        let generator = SchemaSettings::draft2020_12().into_generator();
        Value::from(generator.into_root_schema_for::<Self>())
    }

    /// Reads a document from JSON.
    ///
    /// # Errors
    /// Every place where the value is not of a document's shape: unknown and missing fields, wrong types, bad names.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut problems: Vec<Problem> = VALIDATOR
            .iter()
            .flat_map(|validator| validator.iter_errors(value))
            .map(|error| {
                let pointer = error.instance_path().to_string();
                Problem::error("document.shape", pointer, shorten(&error.to_string()))
                    .hint("schemas/workflow/workflow.json describes a document")
            })
            .collect();
        match serde_path_to_error::deserialize::<_, Self>(value) {
            Ok(document) if problems.is_empty() => return Ok(document),
            Err(error) if problems.is_empty() => {
                let pointer = pointer_of(error.path());
                problems.push(Problem::error(
                    "document.shape",
                    pointer,
                    error.inner().to_string(),
                ));
            }
            Ok(_) | Err(_) => {}
        }
        Err(problems)
    }

    /// Reads a document from text.
    ///
    /// # Errors
    /// As [`Document::read`], or one problem for text that is no JSON or too long.
    pub fn read_text(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > DOCUMENT_BYTES {
            let message = format!("the document is longer than {DOCUMENT_BYTES} bytes");
            return Err(vec![Problem::error("document.too_long", "", message)]);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| {
            vec![Problem::error(
                "document.no_json",
                "",
                format!("the document is no JSON: {error}"),
            )]
        })?;
        Self::read(&value)
    }
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape_pointer(key)),
        Segment::Enum { variant } => format!("/{}", escape_pointer(variant)),
        Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

/// A message short enough to read, however long the value in it is.
pub(crate) fn shorten(message: &str) -> String {
    const LONGEST: usize = 300;
    if message.chars().count() <= LONGEST {
        return message.to_owned();
    }
    let start: String = message.chars().take(LONGEST / 2).collect();
    let skip = message.chars().count() - LONGEST / 2;
    let end: String = message.chars().skip(skip).collect();
    format!("{start} … {end}")
}
