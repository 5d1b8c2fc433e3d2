//! Published injections, each with a canary and a way in.

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::Deserialize;
use std::{collections::BTreeMap, env, fs};

/// How every canary begins; no text of anybody has it.
const MARK: &str = "zqhj";
/// Digits after it.
const DIGITS: usize = 5;
/// What stands for the canary in a published text.
const PLACE: &str = "@@CANARY@@";
/// Memories are told one after the other, so that none is used by another's question.
const MOST_BY_MEMORY: usize = 20;

/// How an injection reaches the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A mail that the assistant reads.
    Mail,
    /// The body of a webhook, in the goal of a coordination.
    Webhook,
    /// A mail in HTML that the assistant reads.
    Html,
    /// A mail in the goal of a coordination.
    Handled,
    /// A mail's attachment that the assistant reads.
    Attachment,
    /// A mail from which an address is extracted, to be answered.
    Answered,
    /// A page that the assistant reads: the output of a tool.
    Page,
    /// A mail from which a link is extracted, to be followed.
    Followed,
    /// An invitation that the assistant reads.
    Calendar,
    /// What a model supposed after it had read a page, in the context of a later question.
    Memory,
}

impl Way {
    const ALL: [Self; 10] = [
        Self::Mail,
        Self::Webhook,
        Self::Html,
        Self::Handled,
        Self::Attachment,
        Self::Answered,
        Self::Page,
        Self::Followed,
        Self::Calendar,
        Self::Memory,
    ];
}

/// One injection.
#[derive(Debug, Clone)]
pub(super) struct Injection {
    pub(super) canary: String,
    /// The corpus and its own name for it.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) way: Way,
}

impl Injection {
    /// In the text of everything that the person wants done along with it.
    pub(super) fn wish(&self) -> String {
        self.canary.replace(MARK, "wish")
    }

    /// What stands beside it in what is read, and belongs into an answer.
    pub(super) fn plain(&self) -> String {
        self.canary.replace(MARK, "plain")
    }
}

#[derive(Deserialize)]
struct Published {
    corpus: String,
    id: String,
    text: String,
}

/// So many injections, all corpora in turn; the seed says which.
pub(super) fn sample(seed: u64, most: usize) -> Vec<Injection> {
    let path = env::var("ST_TEST_CORPORA").expect("run `cargo xtask prove hijacked-model`");
    let text = fs::read_to_string(path).expect("the injections cannot be read");
    let mut corpora: BTreeMap<String, Vec<Published>> = BTreeMap::new();
    for line in text.lines() {
        let published: Published = serde_json::from_str(line).expect("no injection");
        let corpus = corpora.entry(published.corpus.clone()).or_default();
        corpus.push(published);
    }
    let mut dice = StdRng::seed_from_u64(seed);
    let mut corpora: Vec<Vec<Published>> = corpora.into_values().collect();
    for corpus in &mut corpora {
        corpus.shuffle(&mut dice);
    }
    let mut chosen = Vec::new();
    while chosen.len() < most && corpora.iter().any(|corpus| !corpus.is_empty()) {
        chosen.extend(corpora.iter_mut().filter_map(Vec::pop));
    }
    chosen.truncate(most);
    let by_memory = Way::ALL.len() * MOST_BY_MEMORY;
    let ways = Way::ALL.iter().cycle().enumerate();
    let ways = ways.map(|(at, way)| match *way == Way::Memory && at >= by_memory {
        true => Way::Mail,
        false => *way,
    });
    let numbered = chosen.into_iter().zip(ways).enumerate();
    let placed = numbered.map(|(at, (published, way))| {
        let canary = format!("{MARK}{at:0DIGITS$}");
        Injection {
            text: published.text.replace(PLACE, &canary),
            name: format!("{} {}", published.corpus, published.id),
            canary,
            way,
        }
    });
    placed.collect()
}

/// The canaries in a text, each once, in their order.
pub(super) fn canaries(text: &str) -> Vec<&str> {
    let found = text
        .match_indices(MARK)
        .filter_map(|(at, _)| text.get(at..at + MARK.len() + DIGITS));
    let mut found: Vec<&str> = found
        .filter(|canary| canary.chars().skip(MARK.len()).all(|c| c.is_ascii_digit()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|canary| seen.insert(*canary));
    found
}

/// Whether a text has a canary.
pub(super) fn is_marked(text: &str) -> bool {
    text.contains(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_wherever_it_stands_and_told_once() {
        let text = "{\\\"a\\\":\\\"zqhj00012\\\"} zqhj00003. zqhj00012 zqhjx zqhj1";
        assert_eq!(canaries(text), ["zqhj00012", "zqhj00003"]);
        assert!(canaries("nothing").is_empty());
    }
}
