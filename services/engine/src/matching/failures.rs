//! From runs that failed to runs of the workflows that watch for them.
//!
//! No loops: a run that an error trigger started starts no other when it fails, and no workflow watches itself. Whoever owns
//! the watching workflow must be permitted to view the one that failed.

use super::{Matching, decline, filtered};
use crate::{
    refusal::DISABLED,
    store::{
        failures::{self, Began},
        triggers::TriggerRow,
    },
};
use async_trait::async_trait;
use authz::{Consistency, Permission, Resource};
use bus::{Envelope, Received};
use events::{Json, TriggerKind, WorkflowFailed};
use ids::WorkflowId;
use serde_json::{Value, json};
use store::{Apply, Failure, Tx};

const ERROR_RUN: &str = "the run that failed was itself started by an error trigger";
const NOT_PERMITTED: &str = "the owner of this workflow may not view the workflow that failed";

#[async_trait]
impl Apply<WorkflowFailed> for Matching {
    async fn apply(&self, tx: &mut Tx, received: &Received<WorkflowFailed>) -> Result<(), Failure> {
        let (event, envelope) = (&received.event, &received.envelope);
        let failed = event.workflow_id;
        let watching = failures::watching(tx.conn(), &envelope.tenant, failed).await?;
        if watching.is_empty() {
            return Ok(());
        }
        let began = failures::began(tx.conn(), event.run_id, event.version_id).await?;
        let Some(began) = began else {
            tracing::warn!(run.id = %event.run_id, "a run failed of which nothing is known");
            return Ok(());
        };
        let payload = payload(event, envelope, &began);
        for trigger in watching {
            let names_it = match named(&trigger, failed) {
                Some(false) => continue,
                Some(true) => true,
                None => false,
            };
            let permitted = self.permitted(trigger.workflow_id, failed).await?;
            // Of what its owner may not see a workflow that watches all hears nothing at all.
            if !permitted && !names_it {
                continue;
            }
            let reason = if !permitted {
                Some(("not_permitted", NOT_PERMITTED.to_owned()))
            } else if !trigger.enabled {
                Some((DISABLED.code, DISABLED.message.to_owned()))
            } else if began.trigger.kind == TriggerKind::Error {
                Some(("error_run", ERROR_RUN.to_owned()))
            } else {
                filtered(&trigger, envelope, &payload)
            };
            match reason {
                None => {
                    let payload = payload.clone();
                    self.start(tx, &trigger, envelope.id, envelope.time, payload)
                        .await?;
                }
                Some(reason) => {
                    let (workflow, id) = (trigger.workflow_id, trigger.trigger_id);
                    decline(tx, envelope, workflow, id, envelope.id, reason).await?;
                }
            }
        }
        Ok(())
    }
}

impl Matching {
    /// Whether somebody who owns `watching` may view `failed`, as of now.
    async fn permitted(&self, watching: WorkflowId, failed: WorkflowId) -> Result<bool, Failure> {
        let (watching, failed) = (Resource::from(watching), Resource::from(failed));
        let now = Consistency::Fully;
        // Only owners may delete a workflow.
        let owners = self
            .authz
            .lookup_subjects(Permission::Delete, &watching, &now)
            .await
            .map_err(Failure::retry)?;
        for owner in owners {
            let may = self
                .authz
                .check(owner, Permission::View, &failed, &now)
                .await;
            if may.map_err(Failure::retry)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether the trigger names the workflow; none when it watches all.
fn named(trigger: &TriggerRow, failed: WorkflowId) -> Option<bool> {
    let named = trigger.config.get("workflow_ids")?.as_array()?;
    let failed = failed.to_string();
    Some(named.iter().any(|id| id.as_str() == Some(failed.as_str())))
}

fn payload(event: &WorkflowFailed, envelope: &Envelope, began: &Began) -> Json {
    let error = &event.error;
    let payload: Value = json!({
        "workflow": { "id": event.workflow_id, "name": began.workflow_name, "version": began.version },
        "run_id": event.run_id,
        "started_at": began.started_at,
        "failed_at": envelope.time,
        "error": {
            "class": error.class,
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "node": error.node,
        },
        "trigger": {
            "kind": began.trigger.kind,
            "node": began.trigger.node,
            "event_id": began.trigger.event_id,
        },
    });
    Json::from(payload)
}
