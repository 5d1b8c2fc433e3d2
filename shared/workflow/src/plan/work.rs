//! What a rendered config asks for.

use crate::config::{
    ApprovalConfig, AskConfig, CoordinateConfig, FailConfig, HttpRequest, HttpResponse, LlmCall,
    Log, Notify, Reply, SendEmail, SendMessage, StopConfig, SubWorkflow, Wait,
};

/// What a rendered config asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// An effect of `adapter-llm`.
    Llm(LlmCall),
    /// Rounds of a model and its tools.
    Coordinate(Box<CoordinateConfig>),
    /// An effect of `adapter-http`.
    HttpRequest(HttpRequest),
    /// An effect of `adapter-smtp`.
    SendEmail(SendEmail),
    /// An effect of `adapter-bridge`.
    SendMessage(SendMessage),
    /// A notification.
    Notify(Notify),
    /// A line of the run's log.
    Log(Log),
    /// The answer to the webhook.
    HttpResponse(HttpResponse),
    /// The answer in a conversation.
    Reply(Reply),
    /// A pause.
    Wait(Wait),
    /// An early end.
    Stop(StopConfig),
    /// An error of the author's.
    Fail(FailConfig),
    /// A run of another workflow.
    SubWorkflow(SubWorkflow),
    /// A question whether people agree.
    Approval(ApprovalConfig),
    /// A question to people.
    Ask(AskConfig),
}

/// A rendered config that is not of its node type's shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("config field `{field}`: {message}")]
pub struct ConfigError {
    /// Path of the field, such as `to[0]`; `.` for the whole config.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}
