//! All that the LLM adapter may touch.

use adapter::{account_events, effect_events};
use bus::Manifest;
use events::{
    FeedbackGiven, FeedbackRejected, FeedbackRequested, LlmCallRequested, LlmCatalogued,
    LlmCompleted, LlmDelta, LlmFailed, PromptDrifted, PromptEvaluated, PromptEvaluationRequested,
    PromptLabelRequested, PromptLabelled, PromptRejected, PromptSaveRequested, PromptSaved,
};

/// The consumer group of prompts that people write, and of what they think of answers.
pub const PROMPTS: &str = "prompts";

/// NATS user, database grants, network policy and `AsyncAPI` channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    let manifest = Manifest::new("adapter-llm").egress();
    effect_events::<LlmCallRequested>(account_events(manifest))
        .consumes::<PromptSaveRequested>(PROMPTS)
        .consumes::<PromptLabelRequested>(PROMPTS)
        .consumes::<PromptEvaluationRequested>(PROMPTS)
        .consumes::<FeedbackRequested>(PROMPTS)
        .publishes::<LlmCompleted>()
        .publishes::<LlmFailed>()
        .publishes::<LlmDelta>()
        .publishes::<LlmCatalogued>()
        .publishes::<PromptSaved>()
        .publishes::<PromptLabelled>()
        .publishes::<PromptEvaluated>()
        .publishes::<PromptDrifted>()
        .publishes::<FeedbackGiven>()
        .publishes::<FeedbackRejected>()
        .publishes::<PromptRejected>()
}
