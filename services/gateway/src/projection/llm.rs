//! Model calls, models.

use super::{Change, Projection, store::llm};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use authz::Resource;
use bus::Received;
use events::{LlmCatalogued, LlmCompleted, LlmFailed, LlmOrigin};

/// What must be viewable for a model call to be.
pub(super) fn origin(origin: &LlmOrigin) -> Resource {
    match origin {
        LlmOrigin::Run { workflow_id, .. } => (*workflow_id).into(),
        LlmOrigin::Conversation { conversation_id } => (*conversation_id).into(),
    }
}

#[async_trait]
impl Apply<LlmCompleted> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmCompleted>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if llm::invoked(tx.conn(), envelope, &event.into()).await? {
            let change = Change::invocation(origin(&event.origin), event.invocation_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<LlmFailed> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmFailed>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if llm::invoked(tx.conn(), envelope, &event.into()).await? {
            let change = Change::invocation(origin(&event.origin), event.invocation_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<LlmCatalogued> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmCatalogued>) -> Result<(), Failure> {
        if llm::catalogued(tx.conn(), received).await? {
            self.tell(tx, &received.envelope, &[Change::models()])
                .await?;
        }
        Ok(())
    }
}
