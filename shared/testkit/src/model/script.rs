//! What a scripted model is told to do.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{fmt, sync::Arc, time::Duration};

/// What the model does with one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Script {
    /// Says this.
    Answer { text: String },
    /// Says this, and wants these tools called with these arguments.
    Calls {
        #[serde(default)]
        text: String,
        calls: Vec<(String, Value)>,
    },
    /// Says this, resting before each word.
    Slowly { text: String, pause_ms: u64 },
    /// Says something that is no JSON.
    Garbage,
    /// Says this value inside a Markdown fence, with chatter around it.
    Fenced { value: Value },
    /// Says this and stops as if at the longest answer.
    Truncated { text: String },
    /// Says nothing.
    Empty,
    /// Begins to answer only after this time.
    Late { after_ms: u64 },
    /// 429 with `Retry-After`.
    RateLimited { retry_after_seconds: u64 },
    /// This status, with an error object.
    Refused { status: u16 },
    /// Says the first word and drops the connection.
    Dropped,
    /// Says the first word and ends as if all was said.
    Ended,
    /// Says the first word and then this error; 500 where the answer is whole.
    Fails { message: String },
    /// Does not want to answer, and says so in the protocol's way.
    Declined,
    /// Finds the question longer than it can hold.
    TooLong,
}

/// What a model says to a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Thought {
    pub text: String,
    /// The tools that it wants called, with their arguments.
    pub calls: Vec<(String, Value)>,
}

type Think = dyn Fn(&Value) -> Option<Thought> + Send + Sync;

/// A model's own way of answering: from the body of a request to what it says. What it leaves open, the scripted model answers.
#[derive(Clone)]
pub struct Mind(Arc<Think>);

impl Mind {
    /// Answers by a function of the request.
    pub fn new(think: impl Fn(&Value) -> Option<Thought> + Send + Sync + 'static) -> Self {
        Self(Arc::new(think))
    }

    pub(super) fn think(&self, request: &Value) -> Option<Thought> {
        (self.0)(request)
    }
}

impl fmt::Debug for Mind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mind")
    }
}

/// How a scripted model is.
#[derive(Debug, Clone, Default)]
pub struct ModelOptions {
    /// Answers 400 to output schemas, as servers without constrained output do.
    pub refuses_schemas: bool,
    /// Answers 400 to a temperature, as models that think do.
    pub refuses_temperature: bool,
    /// Answers 400 to `tools`.
    pub refuses_tools: bool,
    /// The tool that it calls by itself, with what, as long as nothing has come of a call.
    pub calls: Option<(String, Value)>,
    /// Answers what no script does.
    pub mind: Option<Mind>,
    /// Answers 401 to everybody who does not present this key.
    pub api_key: Option<String>,
    /// Rests this long before each word that no script speaks of.
    pub pause: Duration,
    /// Sends its answers in pieces of so many bytes, wherever that cuts them; 0 leaves them whole.
    pub cut_bytes: usize,
}
