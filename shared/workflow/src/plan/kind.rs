//! What nodes do, with all that can be parsed ahead.

use super::{ConfigError, LoopIx, TriggerKind, Work};
use crate::config::{Late, LlmKind, Take, TurnErrors, WaitConfig};
use expressions::{Expression, Template};

/// What a node does. Closed: a new node type fails to compile wherever it must be considered.
#[derive(Debug)]
pub enum NodeKind {
    /// Emits what started the run.
    Trigger(TriggerKind),
    /// Emits the rendered value.
    Transform {
        /// The value to render.
        output: Template,
    },
    /// Reshapes its inputs.
    Compute(transforms::Computation),
    /// Passes the input on by `true` or `false`.
    Branch {
        /// Decides.
        condition: Expression,
    },
    /// Passes the input on by the ports of cases that hold.
    Switch {
        /// One per output but the last, `otherwise`.
        cases: Vec<Expression>,
        /// Which of those that hold.
        take: Take,
    },
    /// Emits each item, collects what comes back.
    Loop {
        /// How many items are under way at once.
        concurrency: u32,
        /// What an error in a turn means for the others.
        on_error: TurnErrors,
        /// What it runs for each.
        body: LoopIx,
    },
    /// Emits a value, takes the next one back, as long as a condition holds.
    While {
        /// Decides whether another turn begins.
        condition: Expression,
        /// Most turns.
        most: u32,
        /// What it runs in each.
        body: LoopIx,
    },
    /// Passes the input to every output.
    Parallel,
    /// Makes one object of its inputs, by port name.
    Join(Join),
    /// Passes the input on in time, or the event that it waits for.
    Wait {
        /// The condition on the event, as it is written: it is evaluated for each event, not for the run.
        filter: Option<String>,
    },
    /// Ends a loop or the run.
    Stop,
    /// Gives up.
    Fail,
    /// Runs another workflow.
    SubWorkflow,
    /// Asks people to agree.
    Approval,
    /// Asks people a question.
    Ask,
    /// Asks a model.
    Llm(LlmKind),
    /// Lets a model pursue a goal.
    Coordinate {
        /// Most rounds, each one call of the model.
        rounds: u32,
    },
    /// Sends one request of HTTP.
    HttpRequest,
    /// Sends one e-mail.
    SendEmail,
    /// Sends one message through a bridge.
    SendMessage,
    /// Raises a notification; passes the input on.
    Notify,
    /// Writes a line into the run's log; passes the input on.
    Log,
    /// Answers the webhook; passes the input on.
    HttpResponse,
    /// Answers in a conversation; passes the input on.
    Reply,
}

/// When a join is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// So many inputs; `None` for all that are required.
    pub wanted: Option<u32>,
    /// Longest time from the first input on, in milliseconds.
    pub timeout_ms: Option<i64>,
    /// What happens then.
    pub late: Late,
}

impl NodeKind {
    /// What the rendered config asks for; `None` for triggers, transforms and control flow.
    ///
    /// # Errors
    /// The config is not of the node type's shape, for instance because an expression gave a number for a text.
    pub fn work(&self, rendered: &str) -> Result<Option<Work>, ConfigError> {
        Ok(Some(match self {
            Self::Trigger(_)
            | Self::Transform { .. }
            | Self::Compute(_)
            | Self::Branch { .. }
            | Self::Switch { .. }
            | Self::Loop { .. }
            | Self::While { .. }
            | Self::Parallel
            | Self::Join(_) => return Ok(None),
            Self::Wait { filter } => {
                let mut config: WaitConfig = crate::config::read(rendered)?;
                if let Some(event) = &mut config.event {
                    event.filter.clone_from(filter);
                }
                let wait = config.read().map_err(|(field, message)| ConfigError {
                    field: if field.is_empty() { "." } else { field }.to_owned(),
                    message,
                });
                Work::Wait(wait?)
            }
            Self::Stop => Work::Stop(crate::config::read(rendered)?),
            Self::Fail => Work::Fail(crate::config::read(rendered)?),
            Self::SubWorkflow => Work::SubWorkflow(crate::config::read(rendered)?),
            Self::Approval => Work::Approval(crate::config::read(rendered)?),
            Self::Ask => Work::Ask(crate::config::read(rendered)?),
            Self::Llm(kind) => Work::Llm(kind.lower(rendered)?),
            Self::Coordinate { .. } => Work::Coordinate(Box::new(crate::config::read(rendered)?)),
            Self::HttpRequest => Work::HttpRequest(crate::config::read(rendered)?),
            Self::SendEmail => Work::SendEmail(crate::config::read(rendered)?),
            Self::SendMessage => Work::SendMessage(crate::config::read(rendered)?),
            Self::Notify => Work::Notify(crate::config::read(rendered)?),
            Self::Log => Work::Log(crate::config::read(rendered)?),
            Self::HttpResponse => Work::HttpResponse(crate::config::read(rendered)?),
            Self::Reply => Work::Reply(crate::config::read(rendered)?),
        }))
    }

    /// What it runs more than once, when it is the head of a loop.
    #[must_use]
    pub const fn body(&self) -> Option<LoopIx> {
        if let Self::Loop { body, .. } | Self::While { body, .. } = self {
            return Some(*body);
        }
        None
    }

    /// How often a model is called each time it runs.
    pub(crate) fn most_model_calls(&self) -> u64 {
        match self {
            Self::Llm(_) => 1,
            Self::Coordinate { rounds } => u64::from(*rounds),
            Self::Trigger(_)
            | Self::Transform { .. }
            | Self::Compute(_)
            | Self::Branch { .. }
            | Self::Switch { .. }
            | Self::Loop { .. }
            | Self::While { .. }
            | Self::Parallel
            | Self::Join(_)
            | Self::Wait { .. }
            | Self::Stop
            | Self::Fail
            | Self::SubWorkflow
            | Self::Approval
            | Self::Ask
            | Self::HttpRequest
            | Self::SendEmail
            | Self::SendMessage
            | Self::Notify
            | Self::Log
            | Self::HttpResponse
            | Self::Reply => 0,
        }
    }

    /// Whether an adapter does the work, or the engine at the border of the run, so that the run waits for a result.
    #[must_use]
    pub const fn is_effect(&self) -> bool {
        if let Self::Compute(computation) = self {
            return computation.remembers();
        }
        matches!(
            self,
            Self::Llm(_)
                | Self::Coordinate { .. }
                | Self::HttpRequest
                | Self::SendEmail
                | Self::SendMessage
                | Self::SubWorkflow
        )
    }
}
