//! From the wish of a run for another to that run: whether it may, and which version.

use crate::store::workflows;
use async_trait::async_trait;
use authz::{Authz, Permission, editors_may};
use bus::Received;
use events::{
    ChildRunRequested, EffectFailure, EngineEffectFailed, ErrorClass, Json, Parent, RunError,
    RunRequested, RunTrigger, TriggerKind,
};
use ids::NodeId;
use serde_json::Value;
use std::sync::Arc;
use store::{Apply, Failure, Tx};
use workflow::NodeType;

/// Handles the requests of the consumer group `children`.
pub struct Children {
    pub authz: Arc<dyn Authz>,
}

#[async_trait]
impl Apply<ChildRunRequested> for Children {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ChildRunRequested>,
    ) -> Result<(), Failure> {
        let asked = &received.event;
        let (origin, child) = (&asked.origin, asked.child_workflow_id);
        let resource = child.into();
        let may = editors_may(
            self.authz.as_ref(),
            origin.workflow_id,
            Permission::Run,
            &resource,
        );
        // Whether there is such a workflow is told only to those who may run it.
        if !may.await.map_err(Failure::retry)? {
            return refuse(tx, asked, not_permitted());
        }
        let tenant = &received.envelope.tenant;
        let found = workflows::to_run(tx.conn(), tenant, child, asked.version).await?;
        let Some(version) = found else {
            return refuse(tx, asked, no_version(asked.version));
        };
        let Some(node) = called(&version.document) else {
            return refuse(tx, asked, not_callable());
        };
        tx.emit(&RunRequested {
            run_id: asked.child_run_id,
            workflow_id: child,
            version_id: version.version_id,
            trigger: RunTrigger {
                kind: TriggerKind::Workflow,
                node,
                trigger_id: None,
                event_id: received.envelope.id,
                actor: asked.actor,
            },
            payload: Json::from(asked.input.clone()),
            requested_at: chrono::Utc::now(),
            reply_to: None,
            refused: None,
            parent: Some(Parent {
                run_id: origin.run_id,
                workflow_id: origin.workflow_id,
                node: origin.node.clone(),
                effect_key: origin.effect_key.clone(),
                depth: asked.depth,
                budget: asked.budget,
                tainted: asked.tainted.clone(),
                reads: asked.reads,
            }),
        })?;
        Ok(())
    }
}

fn refuse(tx: &mut Tx, asked: &ChildRunRequested, error: RunError) -> Result<(), Failure> {
    tx.emit(&EngineEffectFailed(EffectFailure {
        run_id: asked.origin.run_id,
        workflow_id: asked.origin.workflow_id,
        effect_key: asked.origin.effect_key.clone(),
        error,
        cost: None,
    }))?;
    Ok(())
}

/// The trigger by which other workflows start this version.
fn called(document: &Value) -> Option<NodeId> {
    let mut nodes = document.get("nodes")?.as_array()?.iter();
    let is_called = |node: &&Value| {
        node.get("node_type").and_then(Value::as_str) == Some(NodeType::TriggerWorkflow.as_str())
    };
    nodes.find(is_called)?.get("id")?.as_str()?.parse().ok()
}

fn not_permitted() -> RunError {
    let message =
        "there is no such workflow, or not everybody who may edit this workflow may run it";
    RunError::new(ErrorClass::Permission, "child.not_permitted", message)
        .hinting("share the other workflow with them as editors, or take them off this one")
}

fn no_version(version: Option<u32>) -> RunError {
    let (message, hint) = match version {
        Some(number) => (
            format!("the sub-workflow has no version {number}"),
            "name a version that exists, or none for the published one",
        ),
        None => (
            "the sub-workflow is not published".to_owned(),
            "publish it, or name a version",
        ),
    };
    RunError::new(ErrorClass::Rejected, "child.no_version", message).hinting(hint)
}

fn not_callable() -> RunError {
    let message = "the sub-workflow has no trigger of type trigger.workflow";
    RunError::new(ErrorClass::Rejected, "child.not_callable", message)
        .hinting("add one to it and publish it")
}
