//! Anthropic's answers, whole or as events.

use super::ANSWER;
use crate::wire::{CallPiece, Complaint, End, Heard, Reader, Usage};
use serde::Deserialize;
use serde_json::Value;

/// Reads one answer.
pub(super) struct Events {
    /// An answer of a shape was asked for, and whether it comes wrapped.
    answer: Option<bool>,
    /// Where that answer comes, and what came of it.
    coming: Option<(usize, String)>,
}

impl Events {
    pub(super) const fn new(answer: Option<bool>) -> Self {
        let coming = None;
        Self { answer, coming }
    }

    fn begin(&mut self, at: usize, block: Block) -> Heard {
        match block {
            Block::ToolUse { name, .. } if self.is_answer(&name) => {
                self.coming = Some((at, String::new()));
                Heard::default()
            }
            Block::ToolUse { id, name, .. } => called(CallPiece {
                at: Some(at),
                id: Some(id),
                name,
                arguments: String::new(),
            }),
            Block::Text { text } => said(text),
            Block::Other => Heard::default(),
        }
    }

    fn go_on(&mut self, at: usize, delta: Delta) -> Heard {
        match (delta, &mut self.coming) {
            (Delta::Text { text }, _) => said(text),
            (Delta::InputJson { partial_json }, Some((answer, text))) if *answer == at => {
                text.push_str(&partial_json);
                Heard::default()
            }
            (Delta::InputJson { partial_json }, _) => called(CallPiece {
                at: Some(at),
                arguments: partial_json,
                ..CallPiece::default()
            }),
            (Delta::Other, _) => Heard::default(),
        }
    }

    fn finish(&mut self, at: usize) -> Heard {
        match self.coming.take_if(|(answer, _)| *answer == at) {
            Some((_, text)) => said(self.unwrapped(text)),
            None => Heard::default(),
        }
    }

    fn whole(&self, message: Message) -> Heard {
        let mut heard = Heard {
            usage: message.usage.unwrap_or_default().into(),
            end: message.stop_reason.as_deref().map(end),
            ..Heard::default()
        };
        for block in message.content {
            match block {
                Block::ToolUse { name, input, .. } if self.is_answer(&name) => {
                    heard.text.push_str(&self.unwrapped(input.to_string()));
                }
                Block::ToolUse { id, name, input } => heard.calls.push(CallPiece {
                    at: None,
                    id: Some(id),
                    name,
                    arguments: input.to_string(),
                }),
                Block::Text { text } => heard.text.push_str(&text),
                Block::Other => {}
            }
        }
        heard
    }

    fn is_answer(&self, tool: &str) -> bool {
        self.answer.is_some() && tool == ANSWER
    }

    /// The value that was asked for; what cannot be unwrapped stays as it is, and is judged so.
    fn unwrapped(&self, text: String) -> String {
        let is_wrapped = self.answer == Some(true);
        let inner = is_wrapped
            .then(|| {
                serde_json::from_str::<Value>(&text)
                    .ok()?
                    .get(ANSWER)
                    .cloned()
            })
            .flatten();
        inner.map_or(text, |inner| inner.to_string())
    }
}

impl Reader for Events {
    fn read(&mut self, piece: &str) -> Result<Heard, serde_json::Error> {
        Ok(match serde_json::from_str(piece)? {
            Event::Message(message) => Heard {
                is_last: true,
                ..self.whole(message)
            },
            Event::MessageStart { message } => self.whole(message),
            Event::ContentBlockStart {
                index,
                content_block,
            } => self.begin(index, content_block),
            Event::ContentBlockDelta { index, delta } => self.go_on(index, delta),
            Event::ContentBlockStop { index } => self.finish(index),
            Event::MessageDelta { delta, usage } => Heard {
                usage: usage.unwrap_or_default().into(),
                end: delta.stop_reason.as_deref().map(end),
                ..Heard::default()
            },
            Event::MessageStop {} => Heard {
                end: Some(End::Done),
                is_last: true,
                ..Heard::default()
            },
            Event::Error { error } => Heard {
                error: Some(Complaint::of(&error)),
                ..Heard::default()
            },
            Event::Other => Heard::default(),
        })
    }
}

fn said(text: String) -> Heard {
    Heard {
        text,
        ..Heard::default()
    }
}

fn called(piece: CallPiece) -> Heard {
    Heard {
        calls: vec![piece],
        ..Heard::default()
    }
}

fn end(reason: &str) -> End {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => End::Cut,
        "refusal" => End::Declined,
        _ => End::Done,
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    /// A whole answer.
    Message(Message),
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        index: usize,
        content_block: Block,
    },
    ContentBlockDelta {
        index: usize,
        delta: Delta,
    },
    ContentBlockStop {
        index: usize,
    },
    MessageDelta {
        delta: Stop,
        #[serde(default)]
        usage: Option<Counted>,
    },
    MessageStop {},
    Error {
        error: Value,
    },
    /// `ping`, and what may come to be.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Vec<Block>,
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        text: String,
    },
    ToolUse {
        id: String,
        name: String,
        /// Empty at the start of a streamed call.
        #[serde(default)]
        input: Value,
    },
    /// Thoughts, and what may come to be.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Stop {
    #[serde(default)]
    stop_reason: Option<String>,
}

/// Tokens of the question are counted apart when they were, or came to be, in the provider's cache.
#[derive(Default, Deserialize)]
struct Counted {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let input = [
            counted.input_tokens,
            counted.cache_creation_input_tokens,
            counted.cache_read_input_tokens,
        ];
        Self {
            input: input.into_iter().flatten().reduce(u64::saturating_add),
            output: counted.output_tokens,
        }
    }
}
