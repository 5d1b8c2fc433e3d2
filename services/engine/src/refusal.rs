//! Why a start is refused.

use crate::store::triggers::TriggerRow;
use events::{ErrorClass, RunError, TriggerKind};
use ids::{TenantId, WorkflowId};

/// A reason.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) class: ErrorClass,
    /// As `workflow.trigger_declined` writes it.
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

pub(crate) const DISABLED: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "disabled",
    message: "the trigger is switched off",
};

pub(crate) const REMOVED: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "removed",
    message: "the published version has no such trigger any more, or the workflow was deleted",
};

pub(crate) const WORKFLOW_DELETED: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "workflow_deleted",
    message: "the workflow was deleted before the run could start",
};

pub(crate) const NOT_EXECUTABLE: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "not_executable",
    message: "this engine does not know the version, or cannot start it from this trigger",
};

pub(crate) const NOT_PERMITTED: Refusal = Refusal {
    class: ErrorClass::Permission,
    code: "not_permitted",
    message: "not everybody who may edit the workflow may use the account",
};

impl Refusal {
    /// As a run tells it.
    pub(crate) fn error(&self) -> RunError {
        RunError::new(self.class, format!("start.{}", self.code), self.message)
    }
}

/// The trigger that an event starts which was accepted for some version of it: the version published now runs.
///
/// Those who accept events learn of a publication only later. A trigger that is still there, of the same kind, is what
/// they meant.
///
/// # Errors
/// It is gone, or off.
pub(crate) fn live<'a>(
    found: Option<&'a TriggerRow>,
    tenant: &TenantId,
    workflow_id: WorkflowId,
    kind: TriggerKind,
) -> Result<&'a TriggerRow, &'static Refusal> {
    let same =
        |t: &&TriggerRow| t.tenant == *tenant && t.workflow_id == workflow_id && t.kind == kind;
    match found.filter(same) {
        Some(trigger) if trigger.enabled => Ok(trigger),
        Some(_) => Err(&DISABLED),
        None => Err(&REMOVED),
    }
}
