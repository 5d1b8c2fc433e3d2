//! The table of node types.

use super::{Category, Description, EffectClass, Kind, NodeType, Operation, ports};
use crate::config;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Map, Value};
use std::sync::LazyLock;

const LLM: Option<Operation> = Some(Operation {
    protocol: "llm",
    operation: "call",
    effect: EffectClass::Read,
});
const HTTP: Option<Operation> = Some(Operation {
    protocol: "http",
    operation: "request",
    effect: EffectClass::Write,
});
const SMTP: Option<Operation> = Some(Operation {
    protocol: "smtp",
    operation: "send",
    effect: EffectClass::Irreversible,
});
const BRIDGE: Option<Operation> = Some(Operation {
    protocol: "bridge",
    operation: "send",
    effect: EffectClass::Irreversible,
});
const ENGINE: Option<Operation> = Some(Operation {
    protocol: "engine",
    operation: "run",
    effect: EffectClass::Write,
});

static KINDS: &[Kind] = &[
    kind::<config::ManualConfig>(
        NodeType::TriggerManual,
        Category::Trigger,
        "Manual",
        "A person starts the run, by a button, the command line or the API.",
        None,
    ),
    kind::<config::WebhookConfig>(
        NodeType::TriggerWebhook,
        Category::Trigger,
        "Webhook",
        "A request to /hooks/<path> starts the run; emits {method, path, query, headers, body}.",
        None,
    ),
    kind::<config::ScheduleConfig>(
        NodeType::TriggerSchedule,
        Category::Trigger,
        "Schedule",
        "A time of the calendar starts the run; emits {due_at, fired_at}.",
        None,
    ),
    kind::<config::EventConfig>(
        NodeType::TriggerIntegrationEvent,
        Category::Trigger,
        "Integration event",
        "An event of an account, such as a mail that arrived, starts the run; emits the event's payload.",
        None,
    ),
    kind::<config::CalledConfig>(
        NodeType::TriggerWorkflow,
        Category::Trigger,
        "Called by a workflow",
        "Another workflow starts the run with a sub-workflow node and waits for its end; emits what it hands over.",
        None,
    ),
    kind::<config::ErrorConfig>(
        NodeType::TriggerError,
        Category::Trigger,
        "Error",
        "A run of another workflow that failed starts the run; emits {workflow, run_id, started_at, failed_at, error, trigger}.",
        None,
    ),
    kind::<config::LlmCallConfig>(
        NodeType::LlmCall,
        Category::Ai,
        "LLM call",
        "Asks a model one question; emits {text}, or the object that the output schema describes.",
        LLM,
    ),
    kind::<config::ClassifyConfig>(
        NodeType::Classify,
        Category::Ai,
        "Classify",
        "Sorts a text into one of your categories; emits {category, confidence}.",
        LLM,
    ),
    kind::<config::GenerateConfig>(
        NodeType::Generate,
        Category::Ai,
        "Generate",
        "Writes a text after your instructions; emits {text}.",
        LLM,
    ),
    kind::<config::SummarizeConfig>(
        NodeType::Summarize,
        Category::Ai,
        "Summarize",
        "Shortens a text; emits {text}.",
        LLM,
    ),
    kind::<config::ExtractConfig>(
        NodeType::Extract,
        Category::Ai,
        "Extract",
        "Pulls data out of a text; emits an object of your schema.",
        LLM,
    ),
    kind::<config::ScoreConfig>(
        NodeType::Score,
        Category::Ai,
        "Score",
        "Rates a text on a scale; emits {reason, score, confidence}.",
        LLM,
    ),
    kind::<config::DecideConfig>(
        NodeType::Decide,
        Category::Ai,
        "Decide",
        "Picks one of your options; emits {reason, choice, confidence}.",
        LLM,
    ),
    kind::<config::DeduplicateConfig>(
        NodeType::Deduplicate,
        Category::Ai,
        "Deduplicate",
        "Says whether two texts are about the same thing; emits {reason, duplicate, confidence}.",
        LLM,
    ),
    kind::<config::CoordinateConfig>(
        NodeType::Coordinate,
        Category::Ai,
        "Coordinate",
        "Pursues a goal in rounds: a model looks, calls the tools that you give it, and looks again; emits {text, rounds, calls}.",
        LLM,
    ),
    kind::<config::HttpRequest>(
        NodeType::HttpRequest,
        Category::Integration,
        "HTTP request",
        "Sends one request; emits {status, headers, body}. A body that is no short text is a file. An answer that is not 2xx leaves by the port error.",
        HTTP,
    ),
    kind::<config::SendEmail>(
        NodeType::SendEmail,
        Category::Integration,
        "Send e-mail",
        "Sends one e-mail; emits {message_id}.",
        SMTP,
    ),
    kind::<config::SendMessage>(
        NodeType::SendMessage,
        Category::Integration,
        "Send message",
        "Sends one message through a bridge; emits {message_id}.",
        BRIDGE,
    ),
    kind::<config::TransformConfig>(
        NodeType::Transform,
        Category::Transform,
        "Transform",
        "Builds a value from others with expressions; emits it.",
        None,
    ),
    kind::<config::BranchConfig>(
        NodeType::Branch,
        Category::ControlFlow,
        "Branch",
        "Passes its input on by the port true or by the port false.",
        None,
    ),
    kind::<config::SwitchConfig>(
        NodeType::Switch,
        Category::ControlFlow,
        "Switch",
        "Passes its input on by the port of the first case that holds, or of all that do; by otherwise when none does.",
        None,
    ),
    kind::<config::LoopConfig>(
        NodeType::Loop,
        Category::ControlFlow,
        "Loop",
        "Emits each of its items by the port item, collects what comes back to the port next, and emits the list by the port done; with on_error continue, what failed by the port errors.",
        None,
    ),
    kind::<config::WhileConfig>(
        NodeType::While,
        Category::ControlFlow,
        "While",
        "As long as the condition holds, emits its value by the port item and takes the next one from the port next; emits the last by the port done.",
        None,
    ),
    kind::<config::ParallelConfig>(
        NodeType::Parallel,
        Category::ControlFlow,
        "Parallel",
        "Passes its input to every output at once; you declare the outputs.",
        None,
    ),
    kind::<config::JoinConfig>(
        NodeType::Join,
        Category::ControlFlow,
        "Join",
        "Waits for its inputs, which you declare: all, any, or a quorum; emits one object with a field for each that came.",
        None,
    ),
    kind::<config::WaitConfig>(
        NodeType::Wait,
        Category::ControlFlow,
        "Wait",
        "Passes its input on after a time, or at one; or waits for an event, such as the answer to a mail, and emits it. A waiting run costs nothing.",
        None,
    ),
    kind::<config::StopConfig>(
        NodeType::Stop,
        Category::ControlFlow,
        "Stop",
        "Ends the loop around it after this turn, or the whole run, without an error.",
        None,
    ),
    kind::<config::FailConfig>(
        NodeType::Fail,
        Category::ControlFlow,
        "Fail",
        "Gives up with your error: the run fails, or the turn of a loop that goes on after errors.",
        None,
    ),
    kind::<config::SubWorkflow>(
        NodeType::SubWorkflow,
        Category::ControlFlow,
        "Sub-workflow",
        "Runs another workflow and waits for its end; emits what its last nodes put out, by node id.",
        ENGINE,
    ),
    kind::<config::ApprovalConfig>(
        NodeType::Approval,
        Category::ControlFlow,
        "Approval",
        "Asks people to agree: the value, as they may have edited it, leaves by approved, else {value, comment} by rejected.",
        None,
    ),
    kind::<config::AskConfig>(
        NodeType::Ask,
        Category::ControlFlow,
        "Ask",
        "Asks people a question with a form; emits the answer.",
        None,
    ),
    kind::<config::Notify>(
        NodeType::Notify,
        Category::Output,
        "Notify",
        "Raises a notification; passes its input on.",
        None,
    ),
    kind::<config::Log>(
        NodeType::Log,
        Category::Output,
        "Log",
        "Writes a line into the run's log; passes its input on.",
        None,
    ),
    kind::<config::HttpResponse>(
        NodeType::HttpResponse,
        Category::Output,
        "HTTP response",
        "Answers the webhook that started the run; passes its input on.",
        None,
    ),
    kind::<config::Reply>(
        NodeType::Reply,
        Category::Output,
        "Reply",
        "Answers in the conversation that started the run; passes its input on.",
        None,
    ),
];

const fn kind<C: schemars::JsonSchema>(
    node_type: NodeType,
    category: Category,
    title: &'static str,
    docs: &'static str,
    operation: Option<Operation>,
) -> Kind {
    Kind {
        node_type,
        category,
        title,
        docs,
        operation,
        config_schema: schema_of::<C>,
    }
}

/// Without references: not everybody who reads it follows them.
pub(crate) fn schema_of<C: schemars::JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<C>()
}

/// The table, and what the crate `transforms` says of itself.
static ALL: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let computed = transforms::Kind::ALL.iter().map(|kind| Kind {
        node_type: NodeType::Compute(*kind),
        category: Category::Transform,
        title: kind.title(),
        docs: kind.docs(),
        operation: None,
        config_schema: kind.config_schema(),
    });
    KINDS.iter().copied().chain(computed).collect()
});

/// The whole registry.
#[must_use]
pub fn all() -> &'static [Kind] {
    &ALL
}

/// The entry of a node type.
#[must_use]
pub fn find(node_type: NodeType) -> Option<&'static Kind> {
    all().iter().find(|kind| kind.node_type == node_type)
}

/// The registry as the API describes it.
#[must_use]
pub fn describe() -> Vec<Description> {
    let describe = |kind: &Kind| Description {
        node_type: kind.node_type,
        category: kind.category,
        title: kind.title,
        docs: kind.docs,
        operation: kind.operation,
        config_schema: Value::from((kind.config_schema)()),
        inputs: ports::node_inputs(kind.node_type),
        outputs: ports::node_outputs(kind.node_type, &Map::new()),
        declares_inputs: kind.node_type == NodeType::Join,
        declares_outputs: kind.node_type == NodeType::Parallel,
    };
    all().iter().map(describe).collect()
}
