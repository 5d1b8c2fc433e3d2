//! How long runs are kept, as people say it.

use super::{Workflows, not_found};
use crate::store::{retention, workflows};
use async_trait::async_trait;
use bus::Received;
use events::{RetentionChanged, RetentionRequested};
use store::{Apply, Failure, Tx};

#[async_trait]
impl Apply<RetentionRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<RetentionRequested>,
    ) -> Result<(), Failure> {
        let RetentionRequested {
            workflow_id,
            days,
            actor,
        } = received.event;
        let tenant = &received.envelope.tenant;
        if let Some(workflow_id) = workflow_id {
            let row = workflows::lock(tx.conn(), workflow_id).await?;
            if row.is_none_or(|row| row.tenant != *tenant) {
                return not_found::<RetentionRequested>(tx, workflow_id);
            }
        }
        let today = chrono::Utc::now().date_naive();
        retention::set(tx.conn(), tenant, workflow_id, days, today).await?;
        tx.emit(&RetentionChanged {
            workflow_id,
            days,
            actor,
        })?;
        Ok(())
    }
}
