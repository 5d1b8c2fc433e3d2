//! Where an editor draws things. It says nothing about what runs.

use ids::NodeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The drawing of a document, in pixels; x grows to the right, y downwards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Upper left corners of nodes, by id. What is not here an editor places by itself; ids of no node mean nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nodes: BTreeMap<NodeId, Position>,
    /// Texts behind the nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub notes: Vec<Note>,
}

/// A place on the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    pub x: i32,
    pub y: i32,
}

/// A text on the drawing, or a frame around nodes that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Unique among the notes.
    #[schemars(length(min = 1, max = 64))]
    pub id: String,
    /// Markdown.
    #[schemars(length(max = 10_000))]
    pub text: String,
    /// Its upper left corner.
    pub at: Position,
    #[schemars(range(min = 1, max = 100_000))]
    pub width: u32,
    #[schemars(range(min = 1, max = 100_000))]
    pub height: u32,
}

impl Layout {
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.notes.is_empty()
    }
}
