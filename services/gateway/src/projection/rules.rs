//! When people must agree, as a tenant says it for all its workflows.

use super::{Projection, store};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::ApprovalRulesChanged;

#[async_trait]
impl Apply<ApprovalRulesChanged> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ApprovalRulesChanged>,
    ) -> Result<(), Failure> {
        store::rules::changed(tx.conn(), received).await?;
        self.settle(tx, &received.envelope, Outcome::Done).await
    }
}
