//! How long runs are kept.

use super::{Change, Projection, store};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::RetentionChanged;

#[async_trait]
impl Apply<RetentionChanged> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<RetentionChanged>,
    ) -> Result<(), Failure> {
        let today = chrono::Utc::now().date_naive();
        let changed = store::retention::changed(tx.conn(), received, today).await?;
        if let Some(workflow) = received.event.workflow_id.filter(|_| changed) {
            let change = Change::workflow(workflow);
            self.tell(tx, &received.envelope, &[change]).await?;
        }
        self.settle(tx, &received.envelope, Outcome::Done).await
    }
}
