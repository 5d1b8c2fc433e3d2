//! What must be viewable for a thing to be.

use super::store;
use crate::{
    Reader,
    access::{Guarded, Thing},
};
use ::store::Error;
use authz::{Resource, ZedToken};
use ids::{AccountId, ConversationId, MemoryId, PromptId, TenantId, WorkflowId};
use sqlx::types::Uuid;

/// What must be viewable for `id` to be, and since when SpiceDB knows; `None` when the tenant has no such row.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn guarded(
    reader: &Reader,
    tenant: &TenantId,
    thing: Thing,
    id: &str,
) -> Result<Option<Guarded>, Error> {
    use store::guarded::Owner;
    let Ok(id) = ulid::Ulid::from_string(id) else {
        return Ok(None);
    };
    let mut tx = reader.begin(tenant).await?;
    let owner = store::guarded::owner(&mut tx, thing, Uuid::from_u128(id.0)).await?;
    Ok(owner.map(|owner| {
        let (resource, token): (Resource, Option<String>) = match owner {
            Owner::Workflow(id, token) => (WorkflowId::from_uuid(id).into(), token),
            Owner::Account(id, token) => (AccountId::from_uuid(id).into(), token),
            Owner::Conversation(id, token) => (ConversationId::from_uuid(id).into(), token),
            Owner::Memory(id, token) => (MemoryId::from_uuid(id).into(), token),
            Owner::Prompt(id, token) => (PromptId::from_uuid(id).into(), token),
        };
        Guarded {
            resource,
            zed_token: token.map(ZedToken::from),
        }
    }))
}
