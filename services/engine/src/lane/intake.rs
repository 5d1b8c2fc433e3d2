//! Inputs on their way to runs.

use super::{Lane, Owned, admit::live_run, release::answer, repair};
use crate::{
    input::{self, Inbound, Start},
    manifest::{SERVICE, input_consumer},
    publish::Outgoing,
    reader::Batch,
    store::log,
    whole::{self, whole},
};
use bus::{Envelope, dead_letter};
use engine_core::Input;
use events::Json;
use ids::{RunId, Shard};
use store::Error;

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
                    if let Err(error) = self.deliver(shard, run_id, *input).await {
                        return self.start_over(&error).await;
                    }
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
                Ok((Inbound::StartVariant(request), message)) => {
                    self.round.took(shard, &message.envelope);
                    let started = self.start_variant(shard, *request, &message.envelope);
                    if let Err(error) = started.await {
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

    /// An input for a run that is in memory, parked, or gone.
    async fn deliver(&mut self, shard: Shard, run_id: RunId, input: Input) -> Result<(), Error> {
        let is_awake = |owned: &&mut Owned| owned.runs.contains_key(&run_id);
        if self.shards.get_mut(&shard).filter(is_awake).is_none() {
            self.recall(&[run_id]).await?;
        }
        if let Some(owned) = self.shards.get_mut(&shard) {
            self.round.advance(shard, owned, run_id, input);
        }
        self.put_back(shard, run_id);
        Ok(())
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
        if let Some(why) = start.refused.clone() {
            self.fail_at_once(shard, start, envelope, why);
            return Ok(());
        }
        let version = match self.admit(&start, envelope).await? {
            Ok(version) => version,
            Err(refusal) => return self.refuse(shard, start, envelope, refusal).await,
        };
        let shelf = self.shelf.as_ref();
        let start = match whole(shelf, &envelope.tenant, start.payload.clone()).await {
            Ok(payload) => Start { payload, ..start },
            Err(whole::Error::Never(why)) => {
                let (run, replica) = ((run_id, start.workflow_id), start.reply_to.clone());
                let said = (why.class, why.message.clone());
                self.fail_at_once(shard, start, envelope, *why);
                return self.say(run, replica, envelope, said).await;
            }
            Err(away @ whole::Error::Away(_)) => {
                self.files_away(shard, &away);
                return Ok(());
            }
        };
        let Some(start) = self.hand_over(start, &version, envelope).await? else {
            return Ok(());
        };
        let rules = self.versions.rules(&mut self.conn, &envelope.tenant);
        let rules = rules.await?;
        if let Some(owned) = self.shards.get_mut(&shard) {
            let live = live_run(&start, version.version_id, Some(version), envelope);
            owned.runs.insert(run_id, live);
            self.round
                .advance(shard, owned, run_id, start.into_input(rules));
            if owned
                .runs
                .get(&run_id)
                .is_some_and(|live| live.run.seq() == 0)
            {
                owned.runs.remove(&run_id);
            }
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
}

impl Lane {
    /// A child that was asked for again has ended: the run that waits for it has not heard.
    pub(super) async fn tell_parent_again(&mut self, run_id: RunId) -> Result<(), Error> {
        let logged = log::of_run(&mut self.conn, run_id).await?;
        if let Some(message) = logged.and_then(|logged| repair::told_parent(&logged)) {
            let out = Outgoing {
                messages: vec![message],
                marks: Vec::new(),
            };
            self.put_out(out).await;
        }
        Ok(())
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
