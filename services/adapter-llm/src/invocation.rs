//! What one model call came to, and how it is told.

use crate::{Fault, shipped::hashed};
use chrono::Utc;
use events::{EffectCost, FellBack, LlmCompleted, LlmFailed, LlmOrigin, LlmUsage, RunError};
use ids::{AccountId, InvocationId, PromptId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that is kept of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `name@version`; as it was asked for while the version is not known.
    pub prompt: String,
    /// The prompt and the number of its version, when that is known.
    pub version: Option<(PromptId, i32)>,
    /// Absent while none was chosen.
    pub model: Option<String>,
    /// SHA-256, hex.
    pub schema_hash: Option<String>,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// The server counted no tokens.
    pub estimated: bool,
    pub cost_micros: u64,
    pub latency_ms: u64,
    /// The first answer had another shape.
    pub repaired: bool,
    /// The models before the one that answered, or failed last.
    pub fell_back_from: Vec<FellBack>,
    /// All that were asked, in this order.
    pub tries: Vec<Try>,
    pub result: Result<Value, Fault>,
}

/// One model that a call asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Absent for the operator's server.
    pub account: Option<AccountId>,
    pub model: String,
    pub latency_ms: u64,
    pub output_tokens: u64,
    /// Absent when it answered.
    pub error_code: Option<String>,
}

/// The event that tells the end of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Completed(LlmCompleted),
    Failed(LlmFailed),
}

impl Record {
    /// Before anything happened.
    #[must_use]
    pub fn of(prompt: &str) -> Self {
        Self {
            prompt: prompt.to_owned(),
            version: None,
            model: None,
            schema_hash: None,
            input_tokens: 0,
            output_tokens: 0,
            estimated: false,
            cost_micros: 0,
            latency_ms: 0,
            repaired: false,
            fell_back_from: Vec::new(),
            tries: Vec::new(),
            result: Ok(Value::Null),
        }
    }

    /// What the models that answered used; `None` when none did.
    fn usage(&self) -> Option<LlmUsage> {
        (self.input_tokens + self.output_tokens > 0).then_some(LlmUsage {
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cost_micros: self.cost_micros,
        })
    }

    /// The event that tells it.
    #[must_use]
    pub fn ended(&self, invocation_id: InvocationId, origin: LlmOrigin) -> Ended {
        match &self.result {
            Ok(output) => Ended::Completed(LlmCompleted {
                invocation_id,
                origin,
                prompt: self.prompt.clone(),
                model: self.model.clone().unwrap_or_default(),
                output: output.clone(),
                input_tokens: self.input_tokens,
                output_tokens: self.output_tokens,
                cost_micros: self.cost_micros,
                latency_ms: self.latency_ms,
                repaired: self.repaired,
                fell_back_from: self.fell_back_from.clone(),
                completed_at: Utc::now(),
            }),
            Err(fault) => Ended::Failed(LlmFailed {
                invocation_id,
                origin,
                prompt: self.prompt.clone(),
                model: self.model.clone(),
                error: fault.error.clone(),
                usage: self.usage(),
                repaired: self.repaired,
                fell_back_from: self.fell_back_from.clone(),
                latency_ms: self.latency_ms,
                failed_at: Utc::now(),
            }),
        }
    }
}

impl Ended {
    /// The answer and its price, or why there is none.
    ///
    /// # Errors
    /// The recorded failure.
    pub fn result(self) -> Result<(Value, EffectCost), RunError> {
        match self {
            Self::Completed(done) => Ok((
                done.output,
                EffectCost {
                    invocation_id: done.invocation_id,
                    input_tokens: done.input_tokens,
                    output_tokens: done.output_tokens,
                    cost_micros: done.cost_micros,
                    child_run_id: None,
                },
            )),
            Self::Failed(failed) => Err(failed.error),
        }
    }
}

/// The invocation of an effect: the run's time, then a hash, so that a repeat of the effect finds it.
#[must_use]
pub fn invocation_id(run: RunId, effect_key: &str) -> InvocationId {
    let time = run.as_u128() >> 80 << 80;
    InvocationId::from_u128(time | (hashed(&["invocation", effect_key]) >> 48))
}
