//! Bytes that are too large, or not JSON, and travel as a reference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};

/// SHA-256 of an artifact's bytes, which is also its name: 64 lower-case hexadecimal digits.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct ArtifactHash(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] String);

/// A text that is no hash of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHash;

/// An artifact as a value of JSON: what nodes put out, expressions pass on and adapters resolve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArtifactValue {
    #[serde(rename = "$artifact")]
    pub artifact: Artifact,
}

/// What is known of an artifact without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    pub hash: ArtifactHash,
    /// In bytes.
    pub size: u64,
    /// Such as `application/pdf`; what somebody said it is.
    pub media_type: String,
    /// Such as `invoice.pdf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// JSON that is too large for an event: an artifact's content, which stands for the value itself in the input of a run. Events and
/// logs carry this; the run sees the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonFile {
    #[serde(rename = "$json")]
    pub file: ArtifactValue,
}

const KEY: &str = r#""$artifact""#;
/// How a [`JsonFile`] begins, as it is written: text of other origin that says the same in other words is left as it is.
const FILE: &str = r#"{"$json":{"$artifact":{"#;

impl ArtifactHash {
    /// From the digest itself.
    #[must_use]
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Artifact {
    /// Every artifact that a JSON text refers to, by its hash. The text is searched, not built.
    #[must_use]
    pub fn in_text(text: &str) -> BTreeMap<ArtifactHash, Self> {
        let places = text.match_indices(KEY).map(|(at, key)| at + key.len());
        let found = places.filter_map(|at| {
            let rest = text.get(at..)?.trim_start().strip_prefix(':')?;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            let value = values.next()?.ok()?;
            let artifact: Self = serde_json::from_str(value.get()).ok()?;
            Some((artifact.hash.clone(), artifact))
        });
        found.collect()
    }
}

impl JsonFile {
    /// Where a JSON text has such values, in order, and which. The text is searched, not built.
    #[must_use]
    pub fn in_text(text: &str) -> Vec<(Range<usize>, Artifact)> {
        let places = text.match_indices(FILE).map(|(at, _)| at);
        let found = places.filter_map(|at| {
            let rest = text.get(at..)?;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Self>();
            let value = values.next()?.ok()?;
            Some((at..at + values.byte_offset(), value.file.artifact))
        });
        found.collect()
    }
}

impl FromStr for ArtifactHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let digits = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (digits && text.len() == 64)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidHash)
    }
}

impl TryFrom<String> for ArtifactHash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        text.parse()
    }
}

impl From<ArtifactHash> for String {
    fn from(hash: ArtifactHash) -> Self {
        hash.0
    }
}

impl fmt::Display for ArtifactHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an artifact is named by 64 lower-case hexadecimal digits, its SHA-256")
    }
}

impl std::error::Error for InvalidHash {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn artifact(byte: u8) -> Artifact {
        Artifact {
            hash: ArtifactHash::of_digest(&[byte; 32]),
            size: 3,
            media_type: "text/plain".to_owned(),
            name: None,
        }
    }

    #[test]
    fn a_hash_is_64_lower_case_digits() {
        let hash = artifact(0xAB).hash;
        assert_eq!(hash.as_str().parse(), Ok(hash.clone()));
        for bad in [
            "",
            "ab",
            &hash.as_str().to_uppercase(),
            &"g".repeat(64),
            "../../etc/passwd",
        ] {
            assert_eq!(bad.parse::<ArtifactHash>(), Err(InvalidHash), "{bad}");
        }
    }

    #[test]
    fn references_are_found_wherever_they_stand_and_nothing_else_is() {
        let value = |byte| {
            serde_json::to_value(ArtifactValue {
                artifact: artifact(byte),
            })
            .unwrap()
        };
        let text = json!({
            "list": [value(1), { "deep": value(2) }, value(1)],
            "quoted": value(3).to_string(),
            "wrong": { "$artifact": { "hash": "no" } },
            "$artifact": "text",
        })
        .to_string();
        let found = Artifact::in_text(&text);
        assert_eq!(
            found.keys().cloned().collect::<Vec<_>>(),
            [artifact(1).hash, artifact(2).hash]
        );
        assert_eq!(found[&artifact(2).hash], artifact(2));
        assert!(Artifact::in_text(r#"{"$artifact"#).is_empty());
        assert!(Artifact::in_text(r#""$artifact":{"#).is_empty());
    }

    #[test]
    fn json_that_lies_in_a_file_is_found_where_it_stands() {
        let file = |byte| JsonFile {
            file: ArtifactValue {
                artifact: artifact(byte),
            },
        };
        let text = json!({
            "body": file(1), "list": [file(2)], "plain": file(3).file, "quoted": json!(file(4)).to_string(),
            "more": { "$json": file(5).file, "other": 1 },
        })
        .to_string();
        let found = JsonFile::in_text(&text);
        let hashes: Vec<_> = found.iter().map(|(_, artifact)| &artifact.hash).collect();
        assert_eq!(hashes, [&artifact(1).hash, &artifact(2).hash]);
        for (place, artifact) in &found {
            let value: JsonFile = serde_json::from_str(&text[place.clone()]).unwrap();
            assert_eq!(value.file.artifact, *artifact);
        }
    }
}
