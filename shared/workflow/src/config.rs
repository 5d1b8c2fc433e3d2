//! The typed parameters of every node type, one file per family.
//!
//! A struct here is the shape *after* expressions are rendered; before, any string of it may be an expression.

mod ai;
mod child;
mod coordinate;
mod ending;
mod flow;
mod integration;
mod judge;
mod need;
mod output;
mod pace;
mod people;
mod trigger;
mod turns;
mod wait;

pub(crate) use ai::classification;
pub use ai::{
    ClassifyConfig, ExtractConfig, GenerateConfig, LlmCall, LlmCallConfig, LlmKind, SummarizeConfig,
};
pub use child::{CalledConfig, SubWorkflow};
pub(crate) use coordinate::ROUNDS;
pub use coordinate::{
    Asks, AssistantOperation, CoordinateConfig, Message, Speaker, Told, Tool, ToolKind,
};
pub use ending::{FailConfig, StopConfig, Stopped};
pub use flow::{
    BranchConfig, JoinConfig, JoinMode, Late, ParallelConfig, SwitchCase, SwitchConfig, Take,
    TransformConfig,
};
pub use integration::{HttpMethod, HttpRequest, SendEmail, SendMessage};
pub use judge::{DecideConfig, DeduplicateConfig, ScoreConfig};
pub(crate) use judge::{choice, sameness, score};
pub use need::{Need, Privacy};
pub use output::{HttpResponse, Level, Log, Notify, Reply, Urgency};
pub use pace::{Batch, Debounce, FlowControl, Priority, Singleton, Throttle};
pub use people::{ApprovalConfig, AskConfig, DeadlineConfig, EscalateConfig, Undecided};
pub use trigger::{
    ErrorConfig, EventConfig, ManualConfig, Missed, Respond, ScheduleConfig, WebhookAuth,
    WebhookAuthKind, WebhookConfig,
};
pub use turns::{LoopConfig, TurnErrors, WhileConfig};
pub use wait::{AwaitedEvent, Wait, WaitConfig};

use crate::plan::ConfigError;
use serde::de::DeserializeOwned;

/// Reads a rendered config.
pub(crate) fn read<C: DeserializeOwned>(rendered: &str) -> Result<C, ConfigError> {
    let mut json = serde_json::Deserializer::from_str(rendered);
    serde_path_to_error::deserialize(&mut json).map_err(|error| ConfigError {
        field: error.path().to_string(),
        message: error.inner().to_string(),
    })
}
