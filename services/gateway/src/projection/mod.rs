//! Builds the read models from events.
//!
//! Two consumer groups: `runs` applies run logs, which come by the thousand, with one statement per table for many runs;
//! `projection` applies everything else, one event at a time, and tells waiting requests what became of them. Every event
//! may come again, and those of different streams in any order: the tables end up the same.

mod accounts;
mod backtests;
mod conversations;
mod facts;
mod feed;
mod inbox;
mod llm;
mod prompts;
mod retention;
mod rules;
mod runs;
pub(crate) mod store;
mod triggers;
mod variants;
mod workflows;

use crate::{
    Live,
    requests::{self, Outcome, Outcomes},
};
use ::store::{Database, Failure, Router, Tx};
use bus::{Bus, Envelope, Manifest};
use chassis::Boot;
use events::{
    AccountConnected, AccountDegraded, AccountHealthy, AccountReauthNeeded, AccountRejected,
    AccountRemoved, AnswerCompleted, AnswerFailed, AnswerStarted, ApprovalRulesChanged,
    BacktestCompleted, ConversationRenamed, ConversationStarted, EmailReceived, FactChanged,
    FactForgotten, FactLearned, FactRejected, FeedbackGiven, FeedbackRejected, LlmCatalogued,
    LlmCompleted, LlmDelta, LlmFailed, MessagePosted, MessageReceived, NotificationRaised,
    PromptDrifted, PromptEvaluated, PromptLabelled, PromptRejected, PromptSaved, RetentionChanged,
    RunLogged, RunVariantRejected, ScheduleMissed, SchedulePlanned, TriggerDeclined, TriggerHeld,
    TriggerSwitched, WorkflowDeleted, WorkflowPublished, WorkflowRejected, WorkflowSaved,
};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

pub(crate) use feed::Change;
pub(crate) use runs::FrameRow;

/// What the projection tells of its commits.
pub(crate) struct Parts {
    pub(crate) live: Live,
    pub(crate) outcomes: Outcomes,
}

/// Applies events to the read models.
pub(crate) struct Projection {
    live: Live,
}

macro_rules! projected {
    ($($handler:ident: $($event:ident)+;)+) => {
        /// Adds what the projection consumes.
        pub(crate) fn consumes(manifest: Manifest) -> Manifest {
            manifest.consumes::<RunLogged>("runs")$($(.consumes::<$event>("projection"))+)+
        }

        fn router(projection: Arc<Projection>) -> Router<Projection> {
            Router::new(projection)$($(.$handler::<$event>())+)+
        }
    };
}

projected! {
    on: WorkflowSaved WorkflowRejected WorkflowPublished WorkflowDeleted RunVariantRejected BacktestCompleted
        TriggerSwitched TriggerDeclined TriggerHeld RetentionChanged ApprovalRulesChanged SchedulePlanned ScheduleMissed
        EmailReceived MessageReceived NotificationRaised
        AccountConnected AccountRejected AccountHealthy AccountDegraded AccountReauthNeeded AccountRemoved
        ConversationStarted ConversationRenamed MessagePosted AnswerStarted AnswerCompleted AnswerFailed
        FactLearned FactChanged FactForgotten FactRejected
        LlmCompleted LlmFailed LlmCatalogued
        PromptSaved PromptLabelled PromptEvaluated PromptRejected PromptDrifted FeedbackGiven FeedbackRejected;
    on_batch: LlmDelta;
}

/// Prepares the tables and starts applying, in a task of `boot`.
///
/// # Errors
/// When the partitions for the next days cannot be made.
pub(crate) async fn start<C>(
    boot: &Boot<C>,
    database: &Database,
    bus: &Bus,
    parts: Parts,
) -> anyhow::Result<()> {
    store::maintenance::ensure_partitions(database.pool()).await?;
    let Parts { live, outcomes } = parts;
    let (database, bus, stop) = (database.clone(), Arc::clone(bus), boot.shutdown.clone());
    boot.tasks.spawn("projection", async move {
        keep(&database, &bus, &live, &outcomes, &stop).await;
    });
    Ok(())
}

/// Keeps the read models up to date, tells how far they are, and wakes who waits for them, until `stop`.
pub async fn keep(
    database: &Database,
    bus: &Bus,
    live: &Live,
    outcomes: &Outcomes,
    stop: &CancellationToken,
) {
    let projection = Arc::new(Projection { live: live.clone() });
    let events = ::store::consume(
        database.clone(),
        Arc::clone(bus),
        crate::manifest().group("projection"),
        router(projection),
        stop.clone(),
    );
    let handler = runs::Handler::new(database.clone(), live.clone());
    tokio::join!(
        events,
        runs::consume(bus, &handler, stop),
        runs::report(database, bus, stop),
        store::maintenance::run(database, stop),
        live.keep(database.pool(), || outcomes.notify().notify_waiters(), stop),
    );
}

impl Projection {
    /// Notes the changes for `GET /events` and wakes the streams after the commit.
    async fn tell(
        &self,
        tx: &mut Tx,
        envelope: &Envelope,
        changes: &[Change],
    ) -> Result<(), Failure> {
        store::feed::append(tx.conn(), &envelope.tenant, changes).await?;
        tx.wake(self.live.committed());
        Ok(())
    }

    /// Tells the request that began this story that it was refused, and why.
    async fn refuse(
        &self,
        tx: &mut Tx,
        envelope: &Envelope,
        code: &str,
        message: &str,
    ) -> Result<(), Failure> {
        let outcome = Outcome::Rejected {
            code: code.to_owned(),
            message: message.to_owned(),
            problems: Vec::new(),
        };
        self.settle(tx, envelope, outcome).await
    }

    /// Tells the request that began this story what became of it.
    async fn settle(
        &self,
        tx: &mut Tx,
        envelope: &Envelope,
        outcome: Outcome,
    ) -> Result<(), Failure> {
        requests::settle(tx.conn(), envelope.correlation_id, &outcome).await?;
        tx.wake(self.live.committed());
        Ok(())
    }
}
