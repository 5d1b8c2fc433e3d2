//! A version becomes the one that triggers start.

use super::{Workflows, invalid, not_found, reject};
use crate::store::{
    triggers::{self, Columns, TriggerRow},
    workflows,
};
use async_trait::async_trait;
use bus::Received;
use events::{Trigger, TriggerKind, WorkflowPublishRequested, WorkflowPublished};
use ids::TriggerId;
use serde_json::{Value, json};
use std::time::Duration;
use store::{Apply, Error, Failure, Tx};
use workflow::{
    Document,
    plan::{TriggerKind as Kind, TriggerSpec},
};

#[async_trait]
impl Apply<WorkflowPublishRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowPublishRequested>,
    ) -> Result<(), Failure> {
        type Request = WorkflowPublishRequested;
        let request = &received.event;
        let tenant = &received.envelope.tenant;
        let workflow_id = request.workflow_id;
        let row = workflows::lock(tx.conn(), workflow_id).await?;
        let Some(row) = row.filter(|row| row.tenant == *tenant) else {
            return not_found::<Request>(tx, workflow_id);
        };
        let number = request.version.unwrap_or(row.draft_version);
        let Some(version) = workflows::version(tx.conn(), workflow_id, number).await? else {
            let message = format!("workflow {workflow_id} has no version {number}");
            return reject::<Request>(tx, workflow_id, "workflow.not_found", message, Vec::new());
        };
        let document: Document =
            serde_json::from_value(version.document.clone()).map_err(Failure::poison)?;
        let problems = workflow::validate(&document);
        let plan = match workflow::compile(&document) {
            Ok(plan) if !problems.iter().any(workflow::Problem::is_error) => plan,
            Ok(_) => return invalid::<Request>(tx, workflow_id, problems),
            Err(problems) => return invalid::<Request>(tx, workflow_id, problems),
        };
        for trigger in plan.triggers() {
            let Some(path) = &trigger.webhook_path else {
                continue;
            };
            if triggers::path_owner(tx.conn(), path, workflow_id)
                .await?
                .is_some()
            {
                let message = format!("another workflow already answers /hooks/{path}");
                let code = "webhook.path_taken";
                return reject::<Request>(tx, workflow_id, code, message, Vec::new());
            }
        }
        let nodes = plan
            .triggers()
            .iter()
            .map(|trigger| trigger.node_id.to_string());
        triggers::keep_only(tx.conn(), workflow_id, &nodes.collect::<Vec<_>>()).await?;
        let mut published = Vec::new();
        for trigger in plan.triggers() {
            let kind = kind(trigger.kind);
            let row = TriggerRow {
                trigger_id: TriggerId::generate(),
                tenant: tenant.clone(),
                workflow_id,
                version_id: version.version_id,
                node: trigger.node_id.clone(),
                kind,
                enabled: true,
                config: config(trigger),
            };
            let put = triggers::put(tx.conn(), &row, &columns(trigger)).await;
            let (trigger_id, enabled) = put.map_err(path_race)?;
            published.push(Trigger {
                trigger_id,
                node: row.node,
                kind,
                enabled,
                config: row.config,
            });
        }
        workflows::publish(tx.conn(), workflow_id, number).await?;
        tx.emit(&WorkflowPublished {
            workflow_id,
            version_id: version.version_id,
            version: number,
            name: document.name,
            description: document.description,
            reads: plan.only_reads(),
            triggers: published,
            actor: request.actor,
            published_at: chrono::Utc::now(),
        })?;
        Ok(())
    }
}

pub(crate) const fn kind(kind: Kind) -> TriggerKind {
    match kind {
        Kind::Manual => TriggerKind::Manual,
        Kind::Webhook => TriggerKind::Webhook,
        Kind::Schedule => TriggerKind::Schedule,
        Kind::Event => TriggerKind::IntegrationEvent,
        Kind::Workflow => TriggerKind::Workflow,
        Kind::Error => TriggerKind::Error,
    }
}

fn columns(trigger: &TriggerSpec) -> Columns {
    Columns {
        cron_expression: trigger.cron_expression.clone(),
        webhook_path: trigger.webhook_path.clone(),
        event_type: trigger.event_type.clone(),
        account_id: trigger.account_id,
    }
}

/// The node's config with its defaults worked out, so that nobody else has to know them.
fn config(trigger: &TriggerSpec) -> Value {
    let mut config = trigger.config.clone();
    let defaults = [
        ("method", json!(trigger.method)),
        ("respond", json!(trigger.respond)),
        ("auth", json!(trigger.auth)),
        ("timezone", json!(trigger.timezone)),
        ("missed", json!(trigger.missed)),
    ];
    for (name, value) in defaults {
        if !value.is_null() {
            config.insert(name.to_owned(), value);
        }
    }
    Value::Object(config)
}

/// Two workflows that publish one path at the same time: the second sees the first when it tries again.
fn path_race(error: Error) -> Failure {
    if error.constraint() == Some("triggers_webhook_path") {
        return Failure::Retry {
            after: Duration::from_millis(100),
            source: Box::new(error),
        };
    }
    Failure::from(error)
}
