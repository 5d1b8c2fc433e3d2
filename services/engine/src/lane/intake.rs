//! Inputs on their way to runs.

use super::{Lane, owned::Live, repair, round::answer};
use crate::{
    input::{self, Inbound, Start},
    manifest::{SERVICE, input_consumer},
    publish::Story,
    reader::Batch,
    store::{decisions, log},
    versions::Version,
};
use bus::{Cause, Envelope, Message, dead_letter};
use engine_core::{Identity, Run};
use events::{ErrorClass, Json, RunResponded, TriggerDeclined, TriggerKind, WebhookAnswer};
use ids::{EventId, RunId, Shard};
use std::sync::Arc;
use store::Error;

/// Why a start is not taken.
struct Refusal {
    class: ErrorClass,
    /// As `workflow.trigger_declined` writes it.
    code: &'static str,
    message: &'static str,
}

impl Lane {
    /// Takes deliveries of one shard; those for an owner of another epoch are left to come again.
    pub(super) async fn take(&mut self, batch: Batch) {
        let shard = batch.shard;
        for delivery in batch.deliveries {
            let owned = self.shards.get_mut(&shard);
            let Some(owned) = owned.filter(|owned| owned.epoch == batch.epoch) else {
                return;
            };
            let position = delivery.position;
            owned.taken(batch.incarnation, position.stream_seq, delivery.settle);
            let read = delivery
                .message
                .and_then(|message| Ok((input::read(&message)?, message)));
            match read {
                Ok((Inbound::ToRun { run_id, input }, message)) => {
                    self.round.took(shard, &message.envelope);
                    if planted::bug("lost-wakeup") {
                        continue;
                    }
                    self.round.advance(shard, owned, run_id, input);
                }
                Ok((Inbound::Start(start), message)) => {
                    self.round.took(shard, &message.envelope);
                    if planted::bug("ghost-run") {
                        let ghost = ghost(&start);
                        self.start(shard, ghost, &message.envelope).await.ok();
                    }
                    if let Err(error) = self.start(shard, *start, &message.envelope).await {
                        return self.start_over(&error).await;
                    }
                }
                Err(error) => {
                    self.round.passed(shard);
                    let consumer = input_consumer(shard);
                    let cause = error.to_string();
                    tracing::error!(%shard, cause, "undecodable input");
                    let letter = dead_letter::of_raw(
                        &consumer,
                        &delivery.subject,
                        &delivery.payload,
                        &cause,
                    );
                    // The cursor waits for this: an input is put aside or comes again, never neither.
                    if let Err(error) = dead_letter::publish(&self.bus, SERVICE, letter).await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "dead letter not stored"
                        );
                        return self.step_down([shard]);
                    }
                }
            }
        }
    }

    async fn start(
        &mut self,
        shard: Shard,
        start: Start,
        envelope: &Envelope,
    ) -> Result<(), Error> {
        let run_id = start.run_id;
        let Some(owned) = self.shards.get_mut(&shard) else {
            return Ok(());
        };
        if let Some(live) = owned.runs.get_mut(&run_id) {
            let asked = start
                .reply_to
                .filter(|replica| live.run.reply_to() != Some(replica));
            live.also_reply_to.extend(asked.clone());
            return self.answer_again(run_id, asked).await;
        }
        let version = match self.admit(&start, envelope).await? {
            Ok(version) => version,
            Err(refusal) => return self.refuse(&start, envelope, &refusal).await,
        };
        let identity = Identity {
            run_id,
            workflow_id: version.workflow_id,
            version_id: version.version_id,
        };
        let mut story = Story::of(envelope);
        let live = Live {
            run: Run::new(identity),
            version,
            span: story.trace(&identity),
            story,
            also_reply_to: Vec::new(),
        };
        if let Some(owned) = self.shards.get_mut(&shard) {
            owned.runs.insert(run_id, live);
            self.round.advance(shard, owned, run_id, start.into_input());
            owned
                .runs
                .retain(|id, live| *id != run_id || live.run.seq() > 0);
        }
        Ok(())
    }

    /// Answers a repeated call of a run that has spoken; one that has not will.
    pub(super) async fn answer_again(
        &mut self,
        run_id: RunId,
        replica: Option<String>,
    ) -> Result<(), Error> {
        let Some(replica) = replica else {
            return Ok(());
        };
        let logged = log::of_run(&mut self.conn, run_id).await?;
        if let Some(message) = logged.and_then(|logged| repair::answer_again(&logged, replica)) {
            answer(&self.bus, message).await;
        }
        Ok(())
    }

    /// The version to run, or why there is none. The tenant of the event must be the workflow's.
    async fn admit(
        &mut self,
        start: &Start,
        envelope: &Envelope,
    ) -> Result<Result<Arc<Version>, Refusal>, Error> {
        if let (TriggerKind::Webhook, Some(trigger_id)) =
            (start.trigger.kind, start.trigger.trigger_id)
        {
            let trigger = self.versions.trigger(&mut self.conn, trigger_id).await?;
            let trigger = trigger
                .filter(|t| t.tenant == envelope.tenant && t.workflow_id == start.workflow_id);
            match trigger {
                Some(trigger) if !trigger.enabled => return Ok(Err(DISABLED)),
                Some(trigger) if trigger.version_id == start.version_id => {}
                Some(_) | None => return Ok(Err(STALE)),
            }
        }
        let version = self
            .versions
            .version(&mut self.conn, start.version_id)
            .await?;
        let version =
            version.filter(|v| v.tenant == envelope.tenant && v.workflow_id == start.workflow_id);
        let has_trigger = |version: &Arc<Version>| {
            let triggers = version.plan.triggers();
            triggers
                .iter()
                .any(|trigger| trigger.node_id == start.trigger.node)
        };
        Ok(version.filter(has_trigger).ok_or(STALE))
    }

    /// Tells whoever waits, and records why nothing was started.
    async fn refuse(
        &mut self,
        start: &Start,
        envelope: &Envelope,
        refusal: &Refusal,
    ) -> Result<(), Error> {
        tracing::warn!(run.id = %start.run_id, code = refusal.code, "no run was started");
        if let Some(replica) = &start.reply_to {
            let event = RunResponded {
                run_id: start.run_id,
                workflow_id: start.workflow_id,
                replica: replica.clone(),
                answer: WebhookAnswer::Refused {
                    class: refusal.class,
                    message: refusal.message.to_owned(),
                },
            };
            let now = chrono::Utc::now();
            let message = Message::encode(
                SERVICE,
                &Cause::of(envelope),
                &event,
                EventId::generate(),
                now,
            )?;
            answer(&self.bus, message).await;
        }
        let Some(trigger_id) = start.trigger.trigger_id else {
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
        if decisions::record(tx.conn(), &envelope.tenant, &declined).await? {
            tx.emit(&declined)?;
        }
        tx.commit().await
    }
}

/// For the bug `ghost-run`: a run on the same shard that nobody asked for.
fn ghost(start: &Start) -> Start {
    let shard = Shard::of(start.run_id);
    let mut ghosts = std::iter::repeat_with(RunId::generate);
    let run_id = ghosts.find(|ghost| Shard::of(*ghost) == shard);
    Start {
        run_id: run_id.unwrap_or(start.run_id),
        payload: Json::null(),
        reply_to: None,
        ..start.clone()
    }
}

const DISABLED: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "disabled",
    message: "the trigger is switched off",
};

const STALE: Refusal = Refusal {
    class: ErrorClass::Rejected,
    code: "stale_version",
    message: "another version of the workflow is published now, or none",
};
