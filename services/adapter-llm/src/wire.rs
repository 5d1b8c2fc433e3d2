//! What is asked of a model and what comes back, and the protocols that carry it: one file each, all of them pure.
//!
//! Requests are written strictly, answers read leniently: servers leave things out.

mod anthropic;
mod calls;
mod complaint;
mod ollama;
mod openai;
#[cfg(test)]
mod tests;

pub(crate) use calls::{CallPiece, Calls};
pub(crate) use complaint::Complaint;

use events::{ChatMessage, ToolOffer};
use http::{HeaderName, header::AUTHORIZATION};
use serde::Deserialize;
use serde_json::{Value, json};

/// The protocol that a server speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// The chat completions of `OpenAI`, which most servers offer.
    #[default]
    OpenAi,
    /// Ollama's own.
    Ollama,
    /// Anthropic's messages.
    Anthropic,
}

impl Wire {
    /// As accounts name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Ollama => "ollama",
            Self::Anthropic => "anthropic",
        }
    }

    /// What this protocol makes of questions and answers.
    pub(crate) const fn speech(self) -> &'static dyn Speech {
        match self {
            Self::OpenAi => &openai::OpenAi,
            Self::Ollama => &ollama::Ollama,
            Self::Anthropic => &anthropic::Anthropic,
        }
    }
}

/// What one protocol makes of questions and answers.
pub(crate) trait Speech: Sync {
    /// Where questions go, under the base URL.
    fn chat(&self) -> &'static str;
    /// Where the models are listed, under the base URL.
    fn models(&self) -> &'static str;
    /// Ends of a base URL that people add out of habit, and that are not part of it.
    fn habits(&self) -> &'static [&'static str] {
        &[]
    }
    /// What a base URL looks like, for people.
    fn address(&self) -> &'static str;
    /// What to do about a model that is not there, for people.
    fn missing(&self) -> &'static str {
        "Check the model's name."
    }
    /// The header that carries the key, and what stands before it.
    fn key(&self) -> (HeaderName, &'static str) {
        (AUTHORIZATION, "Bearer ")
    }
    /// What every request carries besides.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// Servers of this protocol differ in whether they know output schemas and tools, so one that refuses them once is not
    /// asked for them again.
    fn varies(&self) -> bool {
        true
    }
    /// The question as JSON.
    fn body(&self, asked: &Asked) -> Value;
    /// Reads the pieces of the answer to `asked`, or all of it at once.
    fn reader(&self, asked: &Asked) -> Box<dyn Reader>;
    /// The names in a list of models.
    fn names(&self, list: &[u8]) -> Result<Vec<String>, serde_json::Error>;
}

/// Reads one answer.
pub(crate) trait Reader: Send {
    /// What one piece brings; a whole answer is one piece.
    fn read(&mut self, piece: &str) -> Result<Heard, serde_json::Error>;
}

/// What is asked, in no protocol's words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) model: String,
    pub(crate) messages: Vec<ChatMessage>,
    pub(crate) tools: Vec<ToolOffer>,
    /// What the server shall hold the answer to.
    pub(crate) schema: Option<Value>,
    pub(crate) is_streamed: bool,
    /// The end of a stream shall tell the tokens, where that must be asked for.
    pub(crate) is_counted: bool,
    pub(crate) temperature: Option<f64>,
    pub(crate) max_tokens: Option<u32>,
    /// What question and answer may come to together, for servers that must be told.
    pub(crate) context_tokens: Option<u64>,
}

impl Asked {
    /// A guess at the length of the question, rather too low; for servers that count no tokens.
    pub(crate) fn tokens(&self) -> u64 {
        let said = self.messages.iter().map(|said| said.text.chars().count());
        (said.sum::<usize>() as u64).div_ceil(4)
    }

    /// The tool that a call was of.
    fn tool_of(&self, call_id: Option<&str>) -> Option<&str> {
        let mut calls = self.messages.iter().rev().flat_map(|said| &said.calls);
        calls
            .find(|call| Some(call.id.as_str()) == call_id)
            .map(|call| call.name.as_str())
    }
}

/// What a piece of an answer brings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) calls: Vec<CallPiece>,
    pub(crate) usage: Usage,
    /// The model is done.
    pub(crate) end: Option<End>,
    /// Nothing follows.
    pub(crate) is_last: bool,
    pub(crate) error: Option<Complaint>,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// At the longest that was allowed, or that the model can.
    Cut,
    /// The model, or who watches over it, does not want to answer.
    Declined,
}

/// Tokens as far as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) input: Option<u64>,
    pub(crate) output: Option<u64>,
}

impl Usage {
    /// Counts grow as an answer comes, and some servers begin with zero.
    pub(crate) fn grow(&mut self, more: Self) {
        self.input = self.input.max(more.input);
        self.output = self.output.max(more.output);
    }
}

/// Arguments for protocols that know only objects.
fn as_object(arguments: &Value) -> Value {
    match arguments {
        Value::Object(_) => arguments.clone(),
        Value::Null => json!({}),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            json!({ "arguments": arguments })
        }
    }
}
