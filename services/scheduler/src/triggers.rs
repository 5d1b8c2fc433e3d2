//! Keeps the schedules in step with the published workflows.
//!
//! Events about a workflow may come in any order and again: a publication counts when no later one is known, a switch when
//! neither a later switch nor a later publication is, and nothing follows a deletion.

use crate::{
    Missed, Schedule,
    store::{
        self,
        publications::{self, Switch},
    },
    tick::planned,
};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use chrono::SubsecRound;
use events::{Trigger, TriggerKind, TriggerSwitched, WorkflowDeleted, WorkflowPublished};
use ids::TenantId;
use serde::Deserialize;

/// Applies what happens to workflows.
pub struct Triggers;

/// The configuration of a schedule trigger, as the engine validated it.
#[derive(Deserialize)]
struct ScheduleConfig {
    cron: String,
    #[serde(default = "utc")]
    timezone: String,
    #[serde(default = "skip")]
    missed: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

fn skip() -> String {
    Missed::Skip.as_str().to_owned()
}

#[async_trait]
impl Apply<WorkflowPublished> for Triggers {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowPublished>,
    ) -> Result<(), Failure> {
        let published = &received.event;
        let workflow = published.workflow_id;
        let known = publications::lock(tx.conn(), workflow).await?;
        let newer = known
            .published_at
            .is_some_and(|at| at > published.published_at);
        if known.deleted || newer {
            return Ok(());
        }
        publications::published(tx.conn(), workflow, published.published_at).await?;
        let switches = publications::switches_of(tx.conn(), workflow).await?;
        let old = store::schedules_of(tx.conn(), workflow).await?;
        let mut schedules = Vec::new();
        for trigger in published
            .triggers
            .iter()
            .filter(|trigger| trigger.kind == TriggerKind::Schedule)
        {
            let tenant = &received.envelope.tenant;
            schedules.push(schedule(tenant, published, trigger, &switches, &old)?);
        }
        store::replace_schedules(tx.conn(), workflow, &schedules).await?;
        for schedule in &schedules {
            tx.emit(&planned(schedule, schedule.next_due)?)?;
        }
        Ok(())
    }
}

fn schedule(
    tenant: &TenantId,
    published: &WorkflowPublished,
    trigger: &Trigger,
    switches: &[Switch],
    old: &[Schedule],
) -> Result<Schedule, Failure> {
    let config: ScheduleConfig =
        serde_json::from_value(trigger.config.clone()).map_err(Failure::poison)?;
    let missed = Missed::parse(&config.missed).ok_or_else(|| {
        Failure::poison(format!(
            "missed-run policy `{}` is not known",
            config.missed
        ))
    })?;
    let switch = switches.iter().find(|s| s.trigger_id == trigger.trigger_id);
    let (enabled, since) = match switch {
        Some(switch) => (switch.enabled, switch.at),
        None => (trigger.enabled, published.published_at),
    };
    let mut schedule = Schedule {
        trigger_id: trigger.trigger_id,
        tenant: tenant.clone(),
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        node: trigger.node.clone(),
        cron_expression: config.cron,
        timezone: config.timezone,
        missed,
        enabled,
        next_due: None,
    };
    let same = |before: &&Schedule| {
        before.trigger_id == schedule.trigger_id
            && before.cron_expression == schedule.cron_expression
            && before.timezone == schedule.timezone
            && before.enabled
    };
    let timetable = schedule.timetable().map_err(Failure::poison)?;
    schedule.next_due = match (schedule.enabled, old.iter().find(same)) {
        (false, _) => None,
        // A new version with the same times goes on where the old one was, so that a missed time is still decided.
        (true, Some(before)) => before.next_due,
        // What was due while the news was on its way is decided as well.
        (true, None) => timetable.after(since),
    };
    Ok(schedule)
}

#[async_trait]
impl Apply<TriggerSwitched> for Triggers {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<TriggerSwitched>,
    ) -> Result<(), Failure> {
        let TriggerSwitched {
            workflow_id,
            trigger_id,
            enabled,
        } = received.event;
        let known = publications::lock(tx.conn(), workflow_id).await?;
        let switch = Switch {
            trigger_id,
            enabled,
            at: received.envelope.time,
        };
        // Envelopes tell whole milliseconds; within one, a switch that the publication includes says the same again.
        let included = known
            .published_at
            .is_some_and(|at| at.trunc_subsecs(3) > switch.at);
        if known.deleted
            || included
            || !publications::note_switch(tx.conn(), workflow_id, &switch).await?
        {
            return Ok(());
        }
        let mut schedules = store::schedules_of(tx.conn(), workflow_id).await?;
        let Some(schedule) = schedules
            .iter_mut()
            .find(|schedule| schedule.trigger_id == trigger_id)
        else {
            return Ok(());
        };
        if schedule.enabled != enabled {
            schedule.enabled = enabled;
            // Times that passed while it was off are not missed: nobody wanted them.
            schedule.next_due = if enabled {
                schedule.timetable()?.after(switch.at)
            } else {
                None
            };
            tx.emit(&planned(schedule, schedule.next_due)?)?;
            store::replace_schedules(tx.conn(), workflow_id, &schedules).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<WorkflowDeleted> for Triggers {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<WorkflowDeleted>,
    ) -> Result<(), Failure> {
        let workflow = received.event.workflow_id;
        publications::lock(tx.conn(), workflow).await?;
        publications::deleted(tx.conn(), workflow).await?;
        Ok(store::replace_schedules(tx.conn(), workflow, &[]).await?)
    }
}
