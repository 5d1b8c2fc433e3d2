//! The identity of a document: one text for all ways to write it down.

use crate::{Document, Node};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// SHA-256 of a document's canonical JSON: the identity of a version's content. 64 hexadecimal digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentHash([u8; 32]);

impl DocumentHash {
    /// The hash of a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Self(Sha256::digest(canonical_json(document)).into())
    }

    /// All 256 bits.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The document as JSON without blanks: nodes sorted by id, keys of every object sorted, edges in their order, which
/// decides who wins a port; what was left out stays out.
#[must_use]
pub fn canonical_json(document: &Document) -> String {
    let mut nodes: Vec<&Node> = document.nodes.iter().collect();
    nodes.sort_by(|a, b| a.id.cmp(&b.id));
    let mut value = json!(document);
    if let Value::Object(map) = &mut value {
        map.insert("nodes".to_owned(), json!(nodes));
    }
    sorted(value).to_string()
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            let entries = entries.into_iter().map(|(key, item)| (key, sorted(item)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentHash({self})")
    }
}

impl From<DocumentHash> for String {
    fn from(hash: DocumentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for DocumentHash {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, hex::FromHexError> {
        text.parse()
    }
}

impl FromStr for DocumentHash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(json: &str) -> Document {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_order_of_nodes_and_keys_does_not_change_the_hash() {
        let a = document(
            r#"{"name":"n","nodes":[{"id":"a","node_type":"log","config":{"message":"x","level":"info"}},{"id":"b","node_type":"log"}]}"#,
        );
        let b = document(
            r#"{"nodes":[{"node_type":"log","id":"b","inputs":[]},{"config":{"level":"info","message":"x"},"node_type":"log","id":"a"}],"name":"n","edges":[]}"#,
        );
        assert_eq!(DocumentHash::of(&a), DocumentHash::of(&b));
    }

    #[test]
    fn the_order_of_edges_changes_the_hash() {
        let edge = |from: &str| {
            format!(
                r#"{{"source":"{from}","source_port":"out","destination":"c","destination_port":"in"}}"#
            )
        };
        let with =
            |edges: String| document(&format!(r#"{{"name":"n","nodes":[],"edges":[{edges}]}}"#));
        let ab = with(format!("{},{}", edge("a"), edge("b")));
        let ba = with(format!("{},{}", edge("b"), edge("a")));
        assert_ne!(DocumentHash::of(&ab), DocumentHash::of(&ba));
    }

    #[test]
    fn nothing_that_a_document_says_is_left_out_of_the_hash() {
        let plain = r#"{"name":"n","nodes":[{"id":"a","node_type":"log"}]"#;
        let mut hashes = std::collections::BTreeSet::new();
        for more in [
            "",
            r#","description":"d""#,
            r#","commit":"each_node""#,
            r#","limits":{"nodes":5}"#,
            r#","approvals":[{"effects":["write"]}]"#,
            r#","layout":{"nodes":{"a":{"x":1,"y":2}}}"#,
        ] {
            let document = document(&format!("{plain}{more}}}"));
            assert!(hashes.insert(DocumentHash::of(&document)), "{more}");
        }
    }

    #[test]
    fn a_hash_reads_its_own_text() {
        let hash = DocumentHash::of(&Document::default());
        assert_eq!(hash.to_string().parse::<DocumentHash>(), Ok(hash));
        assert!("12".parse::<DocumentHash>().is_err());
    }
}
