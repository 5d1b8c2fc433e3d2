//! Whether a workflow may act through an account.

use authz::{Authz, Consistency, Error, Permission};
use ids::{AccountId, WorkflowId};

/// True when everybody who may edit the workflow may use the account, as of now: an editor decides what an effect does, so
/// one who may not use the account could otherwise borrow another's credential. Nobody left to edit it: no.
///
/// # Errors
/// `Unavailable` (retryable) or `Refused`; neither allows anything.
pub(crate) async fn may_use(
    authz: &dyn Authz,
    workflow: WorkflowId,
    account: AccountId,
) -> Result<bool, Error> {
    let editors = authz
        .lookup_subjects(Permission::Edit, &workflow.into(), &Consistency::Fully)
        .await?;
    for editor in &editors {
        if !authz
            .check(
                *editor,
                Permission::Use,
                &account.into(),
                &Consistency::Fully,
            )
            .await?
        {
            return Ok(false);
        }
    }
    Ok(!editors.is_empty())
}
