//! Where the names of an expression come from.

use serde_json::Value;
use std::{borrow::Cow, fmt};

/// A name that an expression can ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// `input`: the value on the port `in`.
    Input,
    /// `inputs.<port>`: the value on one input port.
    Port(String),
    /// `nodes.<id>`: the value of a node's `out` port.
    Node(String),
    /// `trigger`: what started the run.
    Trigger,
    /// `run`: the run's id, workflow and start.
    Run,
    /// `item`: the value that the innermost loop is at.
    Item,
    /// `index`: the number of that item, from 0.
    Index,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => f.write_str("input"),
            Self::Port(port) => write!(f, "inputs.{port}"),
            Self::Node(id) => write!(f, "nodes.{id}"),
            Self::Trigger => f.write_str("trigger"),
            Self::Run => f.write_str("run"),
            Self::Item => f.write_str("item"),
            Self::Index => f.write_str("index"),
        }
    }
}

/// The values that an expression may read, as JSON text.
///
/// Text, because a value is parsed at most once per rendering, and only when an expression names it. A reference that has
/// no value (a node that did not run) is `None` and reads as "no value" in JSONata.
pub trait Context {
    /// The JSON text of one value.
    fn json(&self, reference: &Reference) -> Option<Cow<'_, str>>;

    /// Every reference that has a value now; asked for only by expressions that take the whole root, such as `$$`.
    fn all(&self) -> Vec<Reference>;
}

/// The root object itself, written out: `{"input": …, "nodes": {"a": …}}`. For previews and tests.
impl Context for Value {
    fn json(&self, reference: &Reference) -> Option<Cow<'_, str>> {
        let value = match reference {
            Reference::Port(port) => self.get("inputs")?.get(port),
            Reference::Node(id) => self.get("nodes")?.get(id),
            Reference::Input
            | Reference::Trigger
            | Reference::Run
            | Reference::Item
            | Reference::Index => self.get(reference.to_string()),
        };
        value.map(|value| Cow::Owned(value.to_string()))
    }

    fn all(&self) -> Vec<Reference> {
        let keys = |name: &str| {
            let object = self.get(name).and_then(Value::as_object);
            object.into_iter().flat_map(|map| map.keys().cloned())
        };
        let simple = [
            Reference::Input,
            Reference::Trigger,
            Reference::Run,
            Reference::Item,
            Reference::Index,
        ];
        keys("inputs")
            .map(Reference::Port)
            .chain(keys("nodes").map(Reference::Node))
            .chain(simple)
            .filter(|reference| self.json(reference).is_some())
            .collect()
    }
}
