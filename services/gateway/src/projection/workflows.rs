//! Workflows: drafts, publications, refusals, ends.

use super::{Change, Projection, store};
use crate::{hooks, requests::Outcome};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{WorkflowDeleted, WorkflowPublished, WorkflowRejected, WorkflowSaved};

#[async_trait]
impl Apply<WorkflowSaved> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<WorkflowSaved>) -> Result<(), Failure> {
        store::workflows::saved(tx.conn(), received).await?;
        let change = Change::workflow(received.event.workflow_id);
        self.tell(tx, &received.envelope, &[change]).await?;
        self.settle(tx, &received.envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<WorkflowPublished> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowPublished>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if store::workflows::published(tx.conn(), &envelope.tenant, event).await? {
            let (workflow, triggers) = (event.workflow_id, event.triggers.as_slice());
            let since = envelope.time;
            store::workflows::replace_triggers(
                tx.conn(),
                &envelope.tenant,
                workflow,
                triggers,
                since,
            )
            .await?;
            hooks::published(tx.conn(), &envelope.tenant, event).await?;
            self.tell(tx, envelope, &[Change::workflow(workflow)])
                .await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<WorkflowRejected> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowRejected>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let outcome = Outcome::Rejected {
            code: event.code.clone(),
            message: event.message.clone(),
            problems: event.problems.clone(),
        };
        self.settle(tx, &received.envelope, outcome).await
    }
}

#[async_trait]
impl Apply<WorkflowDeleted> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowDeleted>,
    ) -> Result<(), Failure> {
        let (envelope, workflow) = (&received.envelope, received.event.workflow_id);
        store::workflows::deleted(tx.conn(), received).await?;
        store::workflows::replace_triggers(
            tx.conn(),
            &envelope.tenant,
            workflow,
            &[],
            envelope.time,
        )
        .await?;
        hooks::deleted(tx.conn(), workflow).await?;
        self.tell(tx, envelope, &[Change::workflow(workflow)])
            .await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}
