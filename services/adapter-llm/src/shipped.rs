//! The prompts that come with the product.

use ids::PromptId;
use sha2::{Digest, Sha256};

/// Name and text, from the files in `prompts/`.
pub const SHIPPED: [(&str, &str); 10] = [
    ("assistant", include_str!("../prompts/assistant.md")),
    ("classify", include_str!("../prompts/classify.md")),
    ("coordinate", include_str!("../prompts/coordinate.md")),
    ("decide", include_str!("../prompts/decide.md")),
    ("deduplicate", include_str!("../prompts/deduplicate.md")),
    ("extract", include_str!("../prompts/extract.md")),
    ("generate", include_str!("../prompts/generate.md")),
    ("llm_call", include_str!("../prompts/llm_call.md")),
    ("score", include_str!("../prompts/score.md")),
    ("summarize", include_str!("../prompts/summarize.md")),
];

/// The same on every installation: a hash of the name.
#[must_use]
pub fn id(name: &str) -> PromptId {
    PromptId::from_u128(hashed(&["prompt", name]) >> 48)
}

/// The first 128 bits of a hash.
pub(crate) fn hashed(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bits = [0_u8; 16];
    bits.iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    u128::from_be_bytes(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    #[test]
    fn all_are_understood_and_have_ids_of_their_own() {
        let mut ids: Vec<_> = SHIPPED
            .iter()
            .map(|(name, text)| {
                Template::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                id(name)
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SHIPPED.len());
    }
}
