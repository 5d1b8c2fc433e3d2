//! Whether a start becomes a run, of which version, and what becomes of one that does not.

use super::{Lane, owned::Live, release::answer};
use crate::{
    input::Start,
    manifest::SERVICE,
    publish::Story,
    refusal::{NOT_EXECUTABLE, Refusal, WORKFLOW_DELETED, live},
    store::{decisions, flush::existing_runs, workflows},
    versions::Version,
};
use bus::{Cause, Envelope, Message};
use engine_core::{Identity, Run};
use events::{ErrorClass, RunError, RunResponded, TriggerDeclined, TriggerKind, WebhookAnswer};
use ids::{EventId, RunId, Shard, TriggerId, VersionId, WorkflowId};
use std::sync::Arc;
use store::Error;

impl Lane {
    /// The version to run, or why there is none. The tenant of the event must be the workflow's.
    pub(super) async fn admit(
        &mut self,
        start: &Start,
        envelope: &Envelope,
    ) -> Result<Result<Arc<Version>, &'static Refusal>, Error> {
        let chosen = match (start.trigger.kind, start.trigger.trigger_id) {
            // Matching, or flow control, has chosen the version in a transaction of its own.
            (_, Some(_)) if start.decided => Ok(start.version_id),
            (TriggerKind::Webhook, Some(id)) => self.published(id, start, envelope).await?,
            (_, Some(_)) => Ok(start.version_id),
            // A person named the version.
            (_, None) => {
                let (tenant, workflow) = (&envelope.tenant, start.workflow_id);
                match workflows::exists(&mut self.conn, tenant, workflow).await? {
                    true => Ok(start.version_id),
                    false => Err(&WORKFLOW_DELETED),
                }
            }
        };
        let version_id = match chosen {
            Ok(version_id) => version_id,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let version = self.versions.version(&mut self.conn, version_id).await?;
        let fits = |version: &Arc<Version>| {
            let mut triggers = version.plan.triggers().iter();
            version.tenant == envelope.tenant
                && version.workflow_id == start.workflow_id
                && triggers.any(|trigger| trigger.node_id == start.trigger.node)
        };
        Ok(version.filter(fits).ok_or(&NOT_EXECUTABLE))
    }

    /// The version that a webhook starts: what is remembered may admit a call, only what is read now may refuse it.
    async fn published(
        &mut self,
        trigger_id: TriggerId,
        start: &Start,
        envelope: &Envelope,
    ) -> Result<Result<VersionId, &'static Refusal>, Error> {
        let (tenant, workflow, kind) = (&envelope.tenant, start.workflow_id, start.trigger.kind);
        if let Some(known) = self.versions.remembered(trigger_id, start.version_id)
            && let Ok(trigger) = live(Some(&known), tenant, workflow, kind)
        {
            return Ok(Ok(trigger.version_id));
        }
        let row = self.versions.trigger(&mut self.conn, trigger_id).await?;
        Ok(live(row.as_deref(), tenant, workflow, kind).map(|trigger| trigger.version_id))
    }

    /// Tells whoever waits, and records why nothing was started: as a reason of the trigger, or as a run that has failed
    /// where a person was promised one.
    pub(super) async fn refuse(
        &mut self,
        shard: Shard,
        start: Start,
        envelope: &Envelope,
        refusal: &Refusal,
    ) -> Result<(), Error> {
        let existing = existing_runs(&mut self.conn, &[start.run_id]).await?;
        if !existing.is_empty() {
            // An earlier delivery started it: what became of the trigger since changes nothing.
            return self.answer_again(start.run_id, start.reply_to).await;
        }
        tracing::warn!(run.id = %start.run_id, code = refusal.code, "no run was started");
        let Some(trigger_id) = start.trigger.trigger_id else {
            self.fail_at_once(shard, start, envelope, refusal.error());
            return Ok(());
        };
        let declined = TriggerDeclined {
            workflow_id: start.workflow_id,
            trigger_id,
            event_id: start.trigger.event_id,
            code: refusal.code.to_owned(),
            message: refusal.message.to_owned(),
        };
        let mut tx = self.database.begin(Cause::of(envelope)).await?;
        decisions::decline(&mut tx, &envelope.tenant, &declined).await?;
        tx.commit().await?;
        let why = (refusal.class, refusal.message.to_owned());
        let run = (start.run_id, start.workflow_id);
        self.say(run, start.reply_to, envelope, why).await
    }

    /// Answers the client that waits, if one does.
    pub(super) async fn say(
        &self,
        (run_id, workflow_id): (RunId, WorkflowId),
        replica: Option<String>,
        envelope: &Envelope,
        (class, message): (ErrorClass, String),
    ) -> Result<(), Error> {
        let Some(replica) = replica else {
            return Ok(());
        };
        let event = RunResponded {
            run_id,
            workflow_id,
            replica,
            answer: WebhookAnswer::Refused { class, message },
        };
        let (cause, now) = (Cause::of(envelope), chrono::Utc::now());
        let message = Message::encode(SERVICE, &cause, &event, EventId::generate(), now)?;
        answer(&self.bus, message).await;
        Ok(())
    }

    /// The promised run, with nothing in it but its end.
    pub(super) fn fail_at_once(
        &mut self,
        shard: Shard,
        start: Start,
        envelope: &Envelope,
        why: RunError,
    ) {
        if let Some(owned) = self.shards.get_mut(&shard) {
            let run_id = start.run_id;
            let live = live_run(&start, start.version_id, None, envelope);
            owned.runs.insert(run_id, live);
            self.round.refuse(shard, owned, start, why);
        }
    }
}

/// A run before its first event.
pub(super) fn live_run(
    start: &Start,
    version_id: VersionId,
    version: Option<Arc<Version>>,
    envelope: &Envelope,
) -> Live {
    let identity = Identity {
        run_id: start.run_id,
        workflow_id: start.workflow_id,
        version_id,
    };
    new_run(identity, version, envelope)
}

/// The same, for whatever starts it.
pub(super) fn new_run(
    identity: Identity,
    version: Option<Arc<Version>>,
    envelope: &Envelope,
) -> Live {
    let mut story = Story::of(envelope);
    Live {
        run: Run::new(identity),
        version,
        span: story.trace(&identity),
        story,
        also_reply_to: Vec::new(),
        wake_at_ms: None,
        parked: false,
    }
}
