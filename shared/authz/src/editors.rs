//! What a workflow may reach.

use crate::{Authz, Consistency, Error, Permission, Resource};
use ids::WorkflowId;

/// True when everybody who may edit the workflow has `permission` on `resource`, as of now: an editor decides what a run
/// does, so one who may not could otherwise borrow another's rights. Nobody left to edit it: no.
///
/// # Errors
/// `Unavailable` (retryable) or `Refused`; neither allows anything.
pub async fn editors_may(
    authz: &dyn Authz,
    workflow: WorkflowId,
    permission: Permission,
    resource: &Resource,
) -> Result<bool, Error> {
    let editors = authz
        .lookup_subjects(Permission::Edit, &workflow.into(), &Consistency::Fully)
        .await?;
    for editor in &editors {
        let may = authz
            .check(*editor, permission, resource, &Consistency::Fully)
            .await?;
        if !may {
            return Ok(false);
        }
    }
    Ok(!editors.is_empty())
}
