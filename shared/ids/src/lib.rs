//! Every typed identifier of silver-telegram, in one place.
//!
//! An id is a ULID: 26 characters of Crockford base 32 in JSON, subjects and URLs, the same 128 bits as `uuid` in SQL.
//! Pure code never makes an id: `generate` is for shells, everything else receives ids as arguments.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod memory;
mod names;
mod run;
mod ulid_id;

pub use names::{NodeId, PortName, TenantId};
pub use run::{SHARDS, Shard};
pub use ulid_id::InvalidId;

use ulid_id::ulid_ids;

ulid_ids! {
    /// A configured connection to an outside service.
    AccountId,
    /// A scoped key for the HTTP API.
    ApiKeyId,
    /// One rehearsal of a version on past runs.
    BacktestId,
    /// One conversation of a person with the assistant.
    ConversationId,
    /// One event on the bus; `ce-id` and `Nats-Msg-Id`.
    EventId,
    /// One thing that an assistant knows of a person.
    FactId,
    /// How a version of a prompt does on its cases.
    EvaluationId,
    /// What a person thinks of one answer of a model.
    FeedbackId,
    /// A group of people that things can be shared with.
    GroupId,
    /// Something that waits for a person's eyes.
    InboxItemId,
    /// One call of a language model.
    InvocationId,
    /// All that an assistant knows of a person.
    MemoryId,
    /// One message of a conversation.
    MessageId,
    /// One notification raised by a run.
    NotificationId,
    /// A prompt with all its versions.
    PromptId,
    /// One question of a run to people.
    QuestionId,
    /// One execution of a workflow.
    RunId,
    /// A trigger row: one trigger node of one published workflow.
    TriggerId,
    /// A person.
    UserId,
    /// One immutable version of a workflow.
    VersionId,
    /// A workflow with all its versions.
    WorkflowId,
}
