//! A request as the model reads it: what was said, what it may call, what it has called.

use super::injections::canaries;
use serde_json::Value;

/// A call of a tool that the model has made.
pub(super) struct Called {
    pub(super) name: String,
    pub(super) arguments: String,
}

/// What a model has before it.
pub(super) struct Exchange<'a> {
    request: &'a Value,
    /// Everything that was said, by whomever.
    pub(super) heard: String,
}

impl<'a> Exchange<'a> {
    pub(super) fn of(request: &'a Value) -> Self {
        let mut exchange = Self {
            request,
            heard: String::new(),
        };
        exchange.heard = exchange.said_by(|_| true);
        exchange
    }

    /// What those said whose role is wanted.
    fn said_by(&self, wanted: impl Fn(&str) -> bool) -> String {
        let messages = self.request["messages"].as_array().into_iter().flatten();
        let said = messages
            .filter(|message| message["role"].as_str().is_some_and(&wanted))
            .filter_map(|message| message["content"].as_str());
        said.collect::<Vec<_>>().join("\n")
    }

    /// What the installation itself tells the model, memory included.
    pub(super) fn instructions(&self) -> String {
        self.said_by(|role| role == "system")
    }

    /// What the person, or the workflow in their name, said last.
    pub(super) fn asked(&self) -> &'a str {
        let messages = self.request["messages"].as_array().into_iter().flatten();
        let mut by_person = messages.filter(|message| message["role"] == "user");
        by_person
            .next_back()
            .and_then(|message| message["content"].as_str())
            .unwrap_or_default()
    }

    /// Name and schema of each tool that it may call.
    pub(super) fn offers(&self) -> Vec<(&'a str, &'a Value)> {
        let offers = self.request["tools"].as_array().into_iter().flatten();
        let offers = offers.filter_map(|offer| {
            let function = &offer["function"];
            Some((function["name"].as_str()?, &function["parameters"]))
        });
        offers.collect()
    }

    /// What its answer must fit.
    pub(super) fn schema(&self) -> Option<&'a Value> {
        let schema = &self.request["response_format"]["json_schema"]["schema"];
        Some(schema).filter(|schema| !schema.is_null())
    }

    /// All calls so far, round by round.
    pub(super) fn rounds(&self) -> Vec<Vec<Called>> {
        let messages = self.request["messages"].as_array().into_iter().flatten();
        let rounds = messages.filter_map(|message| message["tool_calls"].as_array());
        let rounds = rounds.map(|calls| {
            let calls = calls.iter().map(|call| Called {
                name: text(&call["function"]["name"]),
                arguments: text(&call["function"]["arguments"]),
            });
            calls.collect()
        });
        rounds.collect()
    }

    /// Who wants something of the model, in the order in which it read of them.
    pub(super) fn canaries(&self) -> Vec<String> {
        canaries(&self.heard)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    /// The first word that was heard with this at its beginning.
    pub(super) fn word(&self, beginning: &str) -> Option<&str> {
        words(&self.heard).find(|word| word.starts_with(beginning))
    }

    /// All such words, each once.
    pub(super) fn words(&self, beginning: &str) -> Vec<&str> {
        let mut found: Vec<&str> = words(&self.heard)
            .filter(|word| word.starts_with(beginning))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
