//! Saving, publishing and deleting workflows: what was asked, judged and stored in one transaction.

mod publish;
mod retention;
mod rules;
mod save;

pub(crate) use publish::kind;

use async_trait::async_trait;
use authz::{Filter, Grantee, Relation, RelationChange, Relationship, Resource};
use bus::Received;
use events::{
    Event, TriggerSwitchRequested, TriggerSwitched, WorkflowDeleteRequested, WorkflowDeleted,
    WorkflowProblem, WorkflowRejected,
};
use ids::{TenantId, UserId, WorkflowId};
use serde_json::Value;
use store::{Apply, Failure, Tx};
use workflow::{Problem, Severity};

use crate::store::{triggers, workflows};

/// Handles the requests of the consumer group `workflows`.
pub struct Workflows;

#[async_trait]
impl Apply<WorkflowDeleteRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowDeleteRequested>,
    ) -> Result<(), Failure> {
        let WorkflowDeleteRequested { workflow_id, actor } = received.event;
        let row = workflows::lock(tx.conn(), workflow_id).await?;
        if row.is_none_or(|row| row.tenant != received.envelope.tenant) {
            return not_found::<WorkflowDeleteRequested>(tx, workflow_id);
        }
        workflows::delete(tx.conn(), workflow_id).await?;
        let gone = RelationChange {
            touch: Vec::new(),
            delete: vec![Filter::of(Resource::from(workflow_id))],
        };
        let gone = serde_json::to_value(gone).map_err(Failure::poison)?;
        tx.emit_with_relations(&WorkflowDeleted { workflow_id, actor }, gone)?;
        Ok(())
    }
}

#[async_trait]
impl Apply<TriggerSwitchRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<TriggerSwitchRequested>,
    ) -> Result<(), Failure> {
        let TriggerSwitchRequested {
            workflow_id,
            trigger_id,
            enabled,
            actor: _,
        } = received.event;
        let row = workflows::lock(tx.conn(), workflow_id).await?;
        let known = row.is_some_and(|row| row.tenant == received.envelope.tenant)
            && triggers::switch(tx.conn(), workflow_id, trigger_id, enabled).await?;
        if !known {
            let message = format!("workflow {workflow_id} has no trigger {trigger_id}");
            let code = "trigger.not_found";
            return reject::<TriggerSwitchRequested>(tx, workflow_id, code, message, Vec::new());
        }
        tx.emit(&TriggerSwitched {
            workflow_id,
            trigger_id,
            enabled,
        })?;
        Ok(())
    }
}

/// Tells whoever asked that nothing was changed, and why.
fn reject<E: Event>(
    tx: &mut Tx,
    workflow_id: WorkflowId,
    code: &str,
    message: String,
    problems: Vec<WorkflowProblem>,
) -> Result<(), Failure> {
    tx.emit(&WorkflowRejected {
        workflow_id,
        request: E::TYPE.to_owned(),
        code: code.to_owned(),
        message,
        problems,
    })?;
    Ok(())
}

fn not_found<E: Event>(tx: &mut Tx, workflow_id: WorkflowId) -> Result<(), Failure> {
    let message = format!("there is no workflow {workflow_id}");
    reject::<E>(tx, workflow_id, "workflow.not_found", message, Vec::new())
}

fn invalid<E: Event>(
    tx: &mut Tx,
    workflow_id: WorkflowId,
    problems: Vec<Problem>,
) -> Result<(), Failure> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let message = format!("the document has {errors} errors");
    let problems = problems.into_iter().map(described).collect();
    reject::<E>(tx, workflow_id, "workflow.invalid", message, problems)
}

fn described(problem: Problem) -> WorkflowProblem {
    WorkflowProblem {
        severity: match problem.severity {
            Severity::Error => "error".to_owned(),
            Severity::Warning => "warning".to_owned(),
        },
        code: problem.code,
        message: problem.message,
        pointer: problem.pointer,
        node: problem.node.map(|node| node.to_string()),
        port: problem.port.map(|port| port.to_string()),
        hint: Some(problem.hint).filter(|hint| !hint.is_empty()),
    }
}

/// Whoever saves a workflow first owns it.
fn owned_by(
    workflow_id: WorkflowId,
    actor: UserId,
    tenant: &TenantId,
) -> Result<Value, serde_json::Error> {
    let tie = |relation, grantee| Relationship {
        resource: Resource::from(workflow_id),
        relation,
        grantee,
    };
    serde_json::to_value(RelationChange {
        touch: vec![
            tie(Relation::Owner, Grantee::User(actor)),
            tie(Relation::Tenant, Grantee::Tenant(tenant.clone())),
        ],
        delete: Vec::new(),
    })
}
