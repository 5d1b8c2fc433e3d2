//! Starts that flow control has to let through first.

use super::Lane;
use crate::{
    input::Start,
    pace::arrive::{Arrival, arrive},
    store::{decisions, triggers},
    versions::Version,
};
use bus::{Cause, Envelope};
use events::{ErrorClass, TriggerKind};
use ids::TriggerId;
use store::Error;

impl Lane {
    /// Hands a start over to the trigger's flow control, if it has one; gives back what starts now.
    pub(super) async fn hand_over(
        &mut self,
        start: Start,
        version: &Version,
        envelope: &Envelope,
    ) -> Result<Option<Start>, Error> {
        if start.decided {
            return Ok(Some(start));
        }
        let Some(flow) = version.flow(&start.trigger.node) else {
            return Ok(Some(start));
        };
        let Some(trigger_id) = self.paced_trigger(&start, version).await? else {
            return Ok(Some(start));
        };
        let (run_id, workflow_id) = (start.run_id, start.workflow_id);
        let (event_id, reply_to) = (start.trigger.event_id, start.reply_to.clone());
        let arrival = Arrival {
            trigger_id,
            event_id,
            run_id,
            workflow_id,
            node: start.trigger.node,
            kind: start.trigger.kind,
            actor: start.trigger.actor,
            reply_to: start.reply_to,
            payload: start.payload,
            came_at: start.came_at,
        };
        let cause = Cause::of(envelope);
        if arrive(&mut self.conn, flow, arrival, &envelope.tenant, &cause).await? {
            self.bell.arrived().notify_one();
            return Ok(None);
        }
        match decisions::message(&mut self.conn, trigger_id, event_id).await? {
            Some(message) => {
                let (run, why) = ((run_id, workflow_id), (ErrorClass::Rejected, message));
                self.say(run, reply_to, envelope, why).await?;
            }
            None => self.answer_again(run_id, reply_to).await?,
        }
        Ok(None)
    }

    /// The trigger that is asked: the one that a call names; of what a person starts, the manual one, if the version is the
    /// published one. Any other start by hand is a trial.
    async fn paced_trigger(
        &mut self,
        start: &Start,
        version: &Version,
    ) -> Result<Option<TriggerId>, Error> {
        match (start.trigger.kind, start.trigger.trigger_id) {
            (_, Some(trigger_id)) => Ok(Some(trigger_id)),
            (TriggerKind::Manual, None) => {
                let (workflow, node) = (start.workflow_id, &start.trigger.node);
                let row = triggers::of_node(&mut self.conn, workflow, node).await?;
                let published = row.filter(|row| row.version_id == version.version_id);
                Ok(published.map(|row| row.trigger_id))
            }
            (_, None) => Ok(None),
        }
    }
}
