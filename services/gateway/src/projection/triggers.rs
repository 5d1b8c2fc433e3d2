//! Triggers: switched, planned, missed, declined.

use super::{
    Change, Projection,
    store::{
        history,
        triggers::{self, Reason},
    },
};
use crate::{hooks, requests::Outcome};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{ScheduleMissed, SchedulePlanned, TriggerDeclined, TriggerHeld, TriggerSwitched};

#[async_trait]
impl Apply<TriggerSwitched> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<TriggerSwitched>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if triggers::switched(tx.conn(), received).await? {
            hooks::switched(tx.conn(), event.trigger_id, event.enabled).await?;
            let state = if event.enabled { "on" } else { "off" };
            let states = [(event.trigger_id, state)];
            history::triggers(tx.conn(), &envelope.tenant, &states, envelope.time).await?;
            let change = Change::trigger(event.workflow_id, event.trigger_id);
            self.tell(tx, envelope, &[change]).await?;
        }
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<SchedulePlanned> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<SchedulePlanned>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        if triggers::planned(tx.conn(), received).await? {
            let change = Change::trigger(event.workflow_id, event.trigger_id);
            self.tell(tx, &received.envelope, &[change]).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<ScheduleMissed> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<ScheduleMissed>) -> Result<(), Failure> {
        let event = &received.event;
        let message = match (event.due_times.first(), event.due_times.last()) {
            (Some(first), Some(last)) if first != last => format!(
                "{} due times from {first} to {last} passed while nobody could fire them",
                event.count
            ),
            (Some(only), _) => format!("the due time {only} passed while nobody could fire it"),
            (None, _) => "due times passed while nobody could fire them".to_owned(),
        };
        let reason = Reason {
            trigger: event.trigger_id,
            workflow: event.workflow_id,
            code: "missed",
            message: &message,
            count: event.count,
            about: None,
            held: None,
        };
        triggers::note(tx.conn(), &received.envelope, &reason).await?;
        let change = Change::trigger(event.workflow_id, event.trigger_id);
        self.tell(tx, &received.envelope, &[change]).await
    }
}

#[async_trait]
impl Apply<TriggerDeclined> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<TriggerDeclined>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let reason = Reason {
            trigger: event.trigger_id,
            workflow: event.workflow_id,
            code: &event.code,
            message: &event.message,
            count: 1,
            about: Some(event.event_id),
            held: None,
        };
        triggers::note(tx.conn(), &received.envelope, &reason).await?;
        let change = Change::trigger(event.workflow_id, event.trigger_id);
        self.tell(tx, &received.envelope, &[change]).await
    }
}

#[async_trait]
impl Apply<TriggerHeld> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<TriggerHeld>) -> Result<(), Failure> {
        let event = &received.event;
        let reason = Reason {
            trigger: event.trigger_id,
            workflow: event.workflow_id,
            code: &event.code,
            message: &event.message,
            count: 1,
            about: Some(event.event_id),
            held: Some(event.run_id),
        };
        triggers::note(tx.conn(), &received.envelope, &reason).await?;
        let change = Change::trigger(event.workflow_id, event.trigger_id);
        self.tell(tx, &received.envelope, &[change]).await
    }
}
