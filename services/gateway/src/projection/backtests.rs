//! What rehearsals found.

use super::{Projection, store};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::BacktestCompleted;

#[async_trait]
impl Apply<BacktestCompleted> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<BacktestCompleted>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        store::backtests::completed(tx.conn(), &envelope.tenant, event).await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}
