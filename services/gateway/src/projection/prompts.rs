//! Prompts, and what people think of the answers they lead to.

use super::{Change, Projection, llm::origin, store::prompts};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{
    FeedbackGiven, FeedbackRejected, PromptDrifted, PromptEvaluated, PromptLabelled,
    PromptRejected, PromptSaved,
};

#[async_trait]
impl Apply<PromptSaved> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<PromptSaved>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        prompts::saved(tx.conn(), received).await?;
        self.tell(tx, envelope, &[Change::prompt(event.prompt_id)])
            .await?;
        match event.labelled {
            // Who saved it wants to see it in use.
            true => Ok(()),
            false => self.settle(tx, envelope, Outcome::Done).await,
        }
    }
}

#[async_trait]
impl Apply<PromptLabelled> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<PromptLabelled>) -> Result<(), Failure> {
        let envelope = &received.envelope;
        if prompts::labelled(tx.conn(), received).await? {
            let change = Change::prompt(received.event.prompt_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<PromptEvaluated> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<PromptEvaluated>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        prompts::evaluated(tx.conn(), received).await?;
        self.tell(tx, envelope, &[Change::prompt(event.prompt_id)])
            .await?;
        // Who wants a label moved waits for that, or for the reason why not.
        match event.label.is_some() || event.problem.is_some() {
            true => Ok(()),
            false => self.settle(tx, envelope, Outcome::Done).await,
        }
    }
}

#[async_trait]
impl Apply<PromptRejected> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<PromptRejected>) -> Result<(), Failure> {
        let event = &received.event;
        self.refuse(tx, &received.envelope, &event.code, &event.message)
            .await
    }
}

#[async_trait]
impl Apply<PromptDrifted> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<PromptDrifted>) -> Result<(), Failure> {
        let event = &received.event;
        prompts::drifted(tx.conn(), event).await?;
        let change = Change::prompt(event.prompt_id);
        self.tell(tx, &received.envelope, &[change]).await
    }
}

#[async_trait]
impl Apply<FeedbackGiven> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<FeedbackGiven>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if prompts::feedback(tx.conn(), envelope, event).await? {
            let changes = [
                Change::invocation(origin(&event.origin), event.feedback.invocation_id),
                Change::prompt(event.prompt_id),
            ];
            self.tell(tx, envelope, &changes).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<FeedbackRejected> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<FeedbackRejected>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        self.refuse(tx, &received.envelope, &event.code, &event.message)
            .await
    }
}
