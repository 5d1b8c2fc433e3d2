//! Forks, dry runs and tests that were refused.

use super::Projection;
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::RunVariantRejected;

#[async_trait]
impl Apply<RunVariantRejected> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<RunVariantRejected>,
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
