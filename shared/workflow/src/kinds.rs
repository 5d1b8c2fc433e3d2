//! The node registry: every node type with its category, ports, parameters and the adapter operation it uses.
//!
//! The registry is data; the API serves it, the editor draws from it, validation and compilation read it.

mod ports;
mod registry;

pub(crate) use ports::OTHERWISE;
pub use ports::{node_inputs, node_outputs};
pub(crate) use registry::schema_of;
pub use registry::{all, describe, find};

use crate::config::HttpMethod;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! node_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// Every node type that a document can name.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum NodeType {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
            /// Reshapes values, as the crate `transforms` knows how.
            #[serde(untagged)]
            Compute(transforms::Kind),
        }

        impl NodeType {
            /// All node types, in the order of the registry.
            pub fn all() -> impl Iterator<Item = Self> {
                let computed = transforms::Kind::ALL.iter().copied().map(Self::Compute);
                [$(Self::$variant,)+].into_iter().chain(computed)
            }

            /// As a document writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Compute(kind) => kind.as_str(),
                }
            }
        }
    };
}

node_types! {
    /// A person starts the run.
    TriggerManual = "trigger.manual",
    /// A request to `/hooks/<path>` starts the run.
    TriggerWebhook = "trigger.webhook",
    /// A time of the calendar starts the run.
    TriggerSchedule = "trigger.schedule",
    /// An event of an account starts the run.
    TriggerIntegrationEvent = "trigger.integration_event",
    /// Another workflow starts the run.
    TriggerWorkflow = "trigger.workflow",
    /// A run of another workflow that failed starts the run.
    TriggerError = "trigger.error",
    /// A free question to a model.
    LlmCall = "llm_call",
    /// Sorts a text into one of several categories.
    Classify = "classify",
    /// Writes a text after instructions.
    Generate = "generate",
    /// Shortens a text.
    Summarize = "summarize",
    /// Pulls data out of a text.
    Extract = "extract",
    /// Rates a text on a scale.
    Score = "score",
    /// Picks one of several options.
    Decide = "decide",
    /// Says whether two texts are about the same thing.
    Deduplicate = "deduplicate",
    /// Pursues a goal in rounds, with tools.
    Coordinate = "coordinate",
    /// One request of HTTP.
    HttpRequest = "http_request",
    /// One e-mail.
    SendEmail = "send_email",
    /// One message through a bridge.
    SendMessage = "send_message",
    /// Builds a value from others.
    Transform = "transform",
    /// Passes the input on by `true` or by `false`.
    Branch = "branch",
    /// Passes the input on by the ports of the cases that hold.
    Switch = "switch",
    /// Runs its body once for each item.
    Loop = "loop",
    /// Runs its body again as long as a condition holds.
    While = "while",
    /// Passes the input to every output at once.
    Parallel = "parallel",
    /// Waits for its inputs and makes one object of them.
    Join = "join",
    /// Passes the input on when its time has come.
    Wait = "wait",
    /// Ends the loop around it, or the run, well and early.
    Stop = "stop",
    /// Gives up, with an error of the author's.
    Fail = "fail",
    /// Runs another workflow.
    SubWorkflow = "sub_workflow",
    /// Asks people to agree to a value.
    Approval = "approval",
    /// Asks people a question.
    Ask = "ask",
    /// Tells a person something.
    Notify = "notify",
    /// Writes a line into the run's log.
    Log = "log",
    /// Answers the webhook that started the run.
    HttpResponse = "http_response",
    /// Answers in the conversation that started the run.
    Reply = "reply",
}

impl NodeType {
    /// The node type that a document names, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.as_str() == name)
    }

    /// Whether it runs what its `item` leads to more than once.
    #[must_use]
    pub const fn is_loop(self) -> bool {
        matches!(self, Self::Loop | Self::While)
    }

    /// Whether it starts runs.
    #[must_use]
    pub const fn is_trigger(self) -> bool {
        matches!(
            self,
            Self::TriggerManual
                | Self::TriggerWebhook
                | Self::TriggerSchedule
                | Self::TriggerIntegrationEvent
                | Self::TriggerWorkflow
                | Self::TriggerError
        )
    }
}

/// What a node type is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Starts runs.
    Trigger,
    /// Asks a model.
    Ai,
    /// Acts outside.
    Integration,
    /// Builds values.
    Transform,
    /// Decides where values go.
    ControlFlow,
    /// Tells people and callers.
    Output,
}

/// The adapter operation that an effect node asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Operation {
    /// The adapter's protocol: `llm`, `http`, `smtp`, `bridge`; `engine` for what the engine does itself.
    pub protocol: &'static str,
    /// What it does: `call`, `request`, `send` or `run`.
    pub operation: &'static str,
    /// What it may do outside.
    pub effect: EffectClass,
}

/// What an operation may do outside.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EffectClass {
    /// Nothing changes.
    Read,
    /// Something changes, and could be changed back.
    Write,
    /// What has happened cannot be taken back.
    Irreversible,
}

/// What a request of HTTP may do outside: one that only reads changes nothing.
#[must_use]
pub fn effect_of_method(method: &str) -> EffectClass {
    let reads = [HttpMethod::Get, HttpMethod::Head].map(HttpMethod::as_str);
    match reads.contains(&method) {
        true => EffectClass::Read,
        false => EffectClass::Write,
    }
}

/// One entry of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As documents name it.
    pub node_type: NodeType,
    /// What it is for.
    pub category: Category,
    /// What people call it.
    pub title: &'static str,
    /// What it does, in a sentence or two.
    pub docs: &'static str,
    /// The adapter operation behind it; `None` for nodes that the engine runs itself.
    pub operation: Option<Operation>,
    /// JSON Schema of its parameters.
    pub config_schema: fn() -> schemars::Schema,
}

/// A node type as the API describes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Description {
    /// As documents name it.
    pub node_type: NodeType,
    /// What it is for.
    pub category: Category,
    /// What people call it.
    pub title: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// The adapter operation behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// JSON Schema of its parameters. Any string may hold an expression instead.
    pub config_schema: serde_json::Value,
    /// Its inputs when the document declares none.
    pub inputs: Vec<crate::InputPort>,
    /// Its outputs when the document declares none.
    pub outputs: Vec<crate::OutputPort>,
    /// Whether a document may add inputs.
    pub declares_inputs: bool,
    /// Whether a document may add outputs.
    pub declares_outputs: bool,
}
