//! What `GET /events` tells people of a change.

use authz::Resource;
use ids::{AccountId, ConversationId, FactId, MemoryId, PromptId, RunId, WorkflowId};
use serde_json::{Value, json};
use std::fmt::Display;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// Such as `run.changed`.
    pub(crate) event: &'static str,
    /// Whose `view` opens it; `None` for every member of the tenant.
    pub(crate) resource: Option<Resource>,
    /// `{type, id, …}`.
    pub(crate) data: Value,
}

impl Change {
    fn new(event: &'static str, resource: Option<Resource>, id: impl Display) -> Self {
        let data = json!({ "type": event, "id": id.to_string() });
        Self {
            event,
            resource,
            data,
        }
    }

    pub(crate) fn workflow(id: WorkflowId) -> Self {
        Self::new("workflow.changed", Some(id.into()), id)
    }

    pub(crate) fn trigger(workflow: WorkflowId, id: impl Display) -> Self {
        Self::new("trigger.changed", Some(workflow.into()), id)
    }

    pub(crate) fn notification(workflow: WorkflowId, id: impl Display) -> Self {
        Self::new("notification.changed", Some(workflow.into()), id)
    }

    pub(crate) fn question(workflow: WorkflowId, id: impl Display) -> Self {
        Self::new("question.changed", Some(workflow.into()), id)
    }

    pub(crate) fn inbox(account: AccountId, id: impl Display) -> Self {
        Self::new("inbox.changed", Some(account.into()), id)
    }

    pub(crate) fn account(id: AccountId) -> Self {
        Self::new("account.changed", Some(id.into()), id)
    }

    pub(crate) fn conversation(id: ConversationId) -> Self {
        Self::new("conversation.changed", Some(id.into()), id)
    }

    pub(crate) fn fact(memory: MemoryId, id: FactId) -> Self {
        Self::new("fact.changed", Some(memory.into()), id)
    }

    pub(crate) fn prompt(id: PromptId) -> Self {
        Self::new("prompt.changed", Some(id.into()), id)
    }

    pub(crate) fn invocation(origin: Resource, id: impl Display) -> Self {
        Self::new("llm.invocation_changed", Some(origin), id)
    }

    /// Some runs of a workflow; `newest` is the last of them.
    pub(crate) fn run(workflow: WorkflowId, newest: RunId) -> Self {
        let data = json!({
            "type": "run.changed",
            "id": newest.to_string(),
            "workflow_id": workflow.to_string(),
        });
        Self {
            event: "run.changed",
            resource: Some(workflow.into()),
            data,
        }
    }

    /// The models that can be used.
    pub(crate) fn models() -> Self {
        Self::new("llm.changed", None, "models")
    }
}
