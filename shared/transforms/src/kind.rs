//! The table of transforms: each kind with its name in documents and the type that does it.

use crate::{
    Error, Memory,
    call::{Call, Outputs},
    kinds,
};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, sync::LazyLock};

/// What a node takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inputs {
    /// A list by `in`.
    List,
    /// Any value by `in`.
    Any,
    /// Two lists, by these ports.
    Lists(&'static str, &'static str),
}

/// What each file of `kinds` provides: the config is the type itself.
pub(crate) trait Transform: DeserializeOwned + JsonSchema {
    /// What people call it.
    const TITLE: &'static str;
    /// What it does, in a sentence or two.
    const DOCS: &'static str;
    /// What it takes.
    const INPUTS: Inputs = Inputs::List;
    /// Whether what it is given may be no text of its format, so that it has an output `error`.
    const PARSES: bool = false;
    /// Whether the items that it puts out are items that it took.
    const KEEPS_ITEMS: bool = false;

    /// JSON Schema of `out`.
    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "array" })
    }

    /// The outputs with their schemas, as far as an unrendered config tells.
    fn outputs(config: &Map<String, Value>) -> Vec<(&'static str, Value)> {
        vec![("out", Self::out(config))]
    }

    /// Whether an unrendered config asks for what earlier runs have seen.
    fn remembers(_: &Map<String, Value>) -> bool {
        false
    }

    /// What the shape of the config does not say.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error>;

    /// As [`Self::apply`], with what of it is to be held against earlier runs.
    fn run(&self, call: &Call<'_>) -> Result<(Outputs, Option<Memory>), Error> {
        self.apply(call).map(|outputs| (outputs, None))
    }
}

/// A port of a transform.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// As documents name it.
    pub name: &'static str,
    /// JSON Schema of its values.
    pub schema: Value,
}

macro_rules! transforms {
    ($($variant:ident = $name:literal: $transform:path,)+) => {
        /// Every transform that a document can name.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum Kind {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $variant,
            )+
        }

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As a document writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What people call it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => <$transform as Transform>::TITLE,)+
                }
            }

            /// What it does, in a sentence or two.
            #[must_use]
            pub const fn docs(self) -> &'static str {
                match self {
                    $(Self::$variant => <$transform as Transform>::DOCS,)+
                }
            }

            /// Whether the items of its output are items of its input, so that they keep their schema.
            #[must_use]
            pub const fn keeps_items(self) -> bool {
                match self {
                    $(Self::$variant => <$transform as Transform>::KEEPS_ITEMS,)+
                }
            }

            /// Whether a value that cannot be read leaves by an output `error`.
            #[must_use]
            pub const fn parses(self) -> bool {
                match self {
                    $(Self::$variant => <$transform as Transform>::PARSES,)+
                }
            }

            /// Makes the JSON Schema of its config.
            #[must_use]
            pub const fn config_schema(self) -> fn() -> Schema {
                match self {
                    $(Self::$variant => schema_of::<$transform>,)+
                }
            }

            const fn takes(self) -> Inputs {
                match self {
                    $(Self::$variant => <$transform as Transform>::INPUTS,)+
                }
            }

            /// Its outputs but `error`, as far as a config that is not rendered tells.
            #[must_use]
            pub fn outputs(self, config: &Map<String, Value>) -> Vec<Port> {
                let outputs = match self {
                    $(Self::$variant => <$transform as Transform>::outputs(config),)+
                };
                let port = |(name, schema)| Port { name, schema };
                outputs.into_iter().map(port).collect()
            }

            /// Reads a config of which nothing is computed.
            pub(crate) fn check(self, config: &str) -> Result<(), Error> {
                match self {
                    $(Self::$variant => read::<$transform>(config).map(|_| ()),)+
                }
            }

            /// Whether an unrendered config asks for what earlier runs have seen.
            pub(crate) fn remembers(self, config: &Map<String, Value>) -> bool {
                match self {
                    $(Self::$variant => <$transform as Transform>::remembers(config),)+
                }
            }

            pub(crate) fn run(
                self,
                config: &str,
                call: &Call<'_>,
            ) -> Result<(Outputs, Option<Memory>), Error> {
                match self {
                    $(Self::$variant => read::<$transform>(config)?.run(call),)+
                }
            }
        }
    };
}

transforms! {
    SetFields = "set_fields": kinds::set_fields::SetFields,
    RenameFields = "rename_fields": kinds::rename_fields::RenameFields,
    Filter = "filter": kinds::filter::Filter,
    Sort = "sort": kinds::sort::Sort,
    Limit = "limit": kinds::limit::Limit,
    SplitOut = "split_out": kinds::split_out::SplitOut,
    Aggregate = "aggregate": kinds::aggregate::Aggregate,
    Group = "group": kinds::group::Group,
    SummarizeValues = "summarize_values": kinds::summarize_values::SummarizeValues,
    Merge = "merge": kinds::merge::Merge,
    Compare = "compare": kinds::compare::Compare,
    RemoveDuplicates = "remove_duplicates": kinds::remove_duplicates::RemoveDuplicates,
    DateTime = "date_time": kinds::date_time::DateTime,
    Hash = "hash": kinds::hash::Hash,
    Base64 = "base64": kinds::base64::Base64,
    HtmlExtract = "html_extract": kinds::html_extract::HtmlExtract,
    HtmlToText = "html_to_text": kinds::html_to_text::HtmlToText,
    Xml = "xml": kinds::xml::Xml,
    Markdown = "markdown": kinds::markdown::Markdown,
    Csv = "csv": kinds::csv::Csv,
    ICalendar = "icalendar": kinds::icalendar::ICalendar,
    TextTemplate = "text_template": kinds::text_template::TextTemplate,
    Json = "json": kinds::json::Json,
}

static SCHEMAS: LazyLock<HashMap<Kind, Value>> = LazyLock::new(|| {
    let schema = |kind: &Kind| (*kind, Value::from((kind.config_schema())()));
    Kind::ALL.iter().map(schema).collect()
});

impl Kind {
    /// The transform that a document names, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Its inputs.
    #[must_use]
    pub fn inputs(self) -> Vec<Port> {
        let list = || json!({ "type": ["array", "object", "null"] });
        let port = |name, schema| Port { name, schema };
        match self.takes() {
            Inputs::List => vec![port("in", list())],
            Inputs::Any => vec![port("in", json!({}))],
            Inputs::Lists(first, second) => vec![port(first, list()), port(second, list())],
        }
    }

    /// The schema of its config, in which per-item fields are marked.
    pub(crate) fn marked_schema(self) -> &'static Value {
        static NONE: Value = Value::Null;
        SCHEMAS.get(&self).unwrap_or(&NONE)
    }
}

fn schema_of<C: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<C>()
}

fn read<T: Transform>(rendered: &str) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(rendered);
    let config: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let message = format!("config field `{}`: {}", error.path(), error.inner());
        Error::config(pointer(error.path()), message)
    })?;
    config.check()?;
    Ok(config)
}

pub(crate) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", expressions::escape_pointer(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use serde_json::{Map, Value};

    #[test]
    fn every_kind_describes_itself() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(*kind));
            assert!(
                kind.docs().ends_with('.') && !kind.title().is_empty(),
                "{kind:?}"
            );
            let schema = Value::from((kind.config_schema())());
            jsonschema::validator_for(&schema).unwrap();
            let properties = schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            for (name, property) in properties {
                let described = property["description"]
                    .as_str()
                    .is_some_and(|text| text.ends_with('.'));
                assert!(described, "{kind:?} does not say what {name} is");
            }
            let ports = kind.inputs().into_iter().chain(kind.outputs(&Map::new()));
            for port in ports {
                jsonschema::validator_for(&port.schema).unwrap();
            }
        }
    }
}
