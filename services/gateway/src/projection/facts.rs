//! What assistants know of people.

use super::{Change, Projection, store::facts};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::{Envelope, Received};
use events::{Fact, FactChanged, FactForgotten, FactLearned, FactRejected};

impl Projection {
    async fn fact(&self, tx: &mut Tx, envelope: &Envelope, fact: &Fact) -> Result<(), Failure> {
        if facts::put(tx.conn(), envelope, fact).await? {
            let change = Change::fact(fact.memory_id, fact.fact_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<FactLearned> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<FactLearned>) -> Result<(), Failure> {
        let fact = &received.event.fact;
        self.fact(tx, &received.envelope, fact).await
    }
}

#[async_trait]
impl Apply<FactChanged> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<FactChanged>) -> Result<(), Failure> {
        let fact = &received.event.fact;
        self.fact(tx, &received.envelope, fact).await
    }
}

#[async_trait]
impl Apply<FactForgotten> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<FactForgotten>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        facts::forget(tx.conn(), &envelope.tenant, event).await?;
        let change = Change::fact(event.memory_id, event.fact_id);
        self.tell(tx, envelope, &[change]).await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<FactRejected> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<FactRejected>) -> Result<(), Failure> {
        let event = &received.event;
        self.refuse(tx, &received.envelope, &event.code, &event.message)
            .await
    }
}
