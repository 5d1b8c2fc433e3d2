//! A document becomes a workflow's newest draft.

use super::{Workflows, invalid, not_found, owned_by, reject};
use crate::store::workflows::{self, VersionRow};
use async_trait::async_trait;
use bus::Received;
use events::{WorkflowSaveRequested, WorkflowSaved, WorkflowVersion};
use ids::VersionId;
use store::{Apply, Failure, Tx};
use workflow::{Document, DocumentHash, Problem};

#[async_trait]
impl Apply<WorkflowSaveRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowSaveRequested>,
    ) -> Result<(), Failure> {
        type Request = WorkflowSaveRequested;
        let request = &received.event;
        let tenant = &received.envelope.tenant;
        let workflow_id = request.workflow_id;
        let document = match Document::read(&request.document) {
            Ok(document) => document,
            Err(problems) => return invalid::<Request>(tx, workflow_id, problems),
        };
        let problems = workflow::validate(&document);
        if problems.iter().any(Problem::is_error) {
            return invalid::<Request>(tx, workflow_id, problems);
        }
        let row = workflows::lock(tx.conn(), workflow_id).await?;
        if row.as_ref().is_some_and(|row| row.tenant != *tenant) {
            return not_found::<Request>(tx, workflow_id);
        }
        let draft = row.as_ref().map(|row| row.draft_version);
        if draft != request.base_version {
            let message = match (draft, request.base_version) {
                (Some(draft), _) => format!("the newest draft is version {draft}"),
                (None, _) => format!("there is no workflow {workflow_id} to change"),
            };
            return reject::<Request>(tx, workflow_id, "workflow.conflict", message, Vec::new());
        }
        let hash = DocumentHash::of(&document).to_string();
        let current = match draft {
            Some(number) => workflows::version(tx.conn(), workflow_id, number).await?,
            None => None,
        };
        // A draft that says the same is the same version.
        if let Some(current) = current.filter(|current| current.hash == hash) {
            tx.emit(&saved(current, &document, request))?;
            return Ok(());
        }
        let version = VersionRow {
            version_id: VersionId::generate(),
            workflow_id,
            tenant: tenant.clone(),
            number: draft.unwrap_or(0) + 1,
            hash,
            document: serde_json::to_value(workflow::normalize(&document))
                .map_err(Failure::poison)?,
            saved_at: chrono::Utc::now(),
        };
        workflows::save(tx.conn(), &version, &document.name, &document.description).await?;
        let event = saved(version, &document, request);
        if draft.is_some() {
            tx.emit(&event)?;
        } else {
            let owner = owned_by(workflow_id, request.actor, tenant).map_err(Failure::poison)?;
            tx.emit_with_relations(&event, owner)?;
        }
        Ok(())
    }
}

fn saved(
    version: VersionRow,
    document: &Document,
    request: &WorkflowSaveRequested,
) -> WorkflowSaved {
    WorkflowSaved {
        workflow_id: request.workflow_id,
        version: WorkflowVersion {
            version_id: version.version_id,
            number: version.number,
            hash: version.hash,
            name: document.name.clone(),
            description: document.description.clone(),
            document: version.document,
            saved_at: version.saved_at,
        },
        actor: request.actor,
    }
}
