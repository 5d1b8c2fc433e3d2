//! The leader's loop: read what is due, decide, write under the epoch.

use crate::{Decision, Leader, Missed, Schedule, decide, store};
use ::store::{Database, Error, Tx};
use bus::Cause;
use chrono::{DateTime, TimeDelta, Utc};
use events::{ScheduleFired, ScheduleMissed, SchedulePlanned};
use ids::{EventId, TenantId};
use scheduler_core::event_id;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The longest sleep: bounds how late a schedule that was just published is seen, and renews the lease.
const REST: Duration = Duration::from_secs(1);
/// Schedules decided in one transaction.
const AT_ONCE: i64 = 200;
/// Missed due times that are named one by one; the others are counted.
const NAMED: usize = 100;

/// Ticks while this replica leads, until `stop`; then lets another one lead at once.
pub async fn lead(database: Database, mut leader: Leader, late: Duration, stop: CancellationToken) {
    let late = TimeDelta::from_std(late).unwrap_or(TimeDelta::MAX);
    while !stop.is_cancelled() {
        let rest = match tick(&database, &mut leader, Utc::now(), late).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "tick failed, will be tried again"
                );
                REST
            }
        };
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(rest) => {} }
    }
    if let Err(error) = leader.resign(&database).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "lead not resigned; it runs out by itself"
        );
    }
}

/// Decides everything that is due at `now` in one transaction under the leader's epoch; how long to rest after that.
///
/// # Errors
/// `Query`; then nothing has fired. Retryable.
pub async fn tick(
    database: &Database,
    leader: &mut Leader,
    now: DateTime<Utc>,
    late: TimeDelta,
) -> Result<Duration, Error> {
    let Some(epoch) = leader.claim(database).await? else {
        return Ok(REST);
    };
    let mut tx = database
        .begin(Cause::root(TenantId::default_tenant()))
        .await?;
    if !leader.fence(tx.conn(), epoch).await? {
        return Ok(REST);
    }
    for schedule in store::due_schedules(tx.conn(), now, AT_ONCE).await? {
        fire(&mut tx, &schedule, epoch, now, late).await?;
    }
    store::forget_fired(tx.conn()).await?;
    let earliest = store::earliest_due(tx.conn()).await?;
    tx.commit().await?;
    let until_due = earliest.and_then(|due| (due - Utc::now()).to_std().ok());
    Ok(match earliest {
        Some(_) => until_due.unwrap_or(Duration::ZERO).min(REST),
        None => REST,
    })
}

async fn fire(
    tx: &mut Tx,
    schedule: &Schedule,
    epoch: i64,
    now: DateTime<Utc>,
    late: TimeDelta,
) -> Result<(), Error> {
    let Some(next_due) = schedule.next_due else {
        return Ok(());
    };
    let timetable = schedule.timetable()?;
    let Decision {
        fire,
        missed,
        next_due,
    } = decide(&timetable, policy(schedule), next_due, now, late);
    tx.set_cause(Cause::root(schedule.tenant.clone()));
    for due_at in fire {
        if planted::bug("due-forgotten") && due_at.timestamp() % 5 == 0 {
            continue;
        }
        if !store::note_fired(tx.conn(), schedule.trigger_id, due_at, epoch).await? {
            continue;
        }
        let event_id = event_id(schedule.trigger_id, due_at);
        let fired = ScheduleFired {
            trigger_id: schedule.trigger_id,
            workflow_id: schedule.workflow_id,
            version_id: schedule.version_id,
            node: schedule.node.clone(),
            event_id,
            due_at,
            fired_at: now,
        };
        if planted::bug("schedule-untold") {
            continue;
        }
        tx.emit_as(event_id, &fired)?;
        if planted::bug("fired-twice") {
            let event_id = EventId::generate();
            tx.emit_as(event_id, &ScheduleFired { event_id, ..fired })?;
        }
        metrics::counter!("st_schedules_fired_total").increment(1);
    }
    if !missed.is_empty() {
        metrics::counter!("st_schedules_missed_total").increment(missed.len() as u64);
        tx.emit(&ScheduleMissed {
            trigger_id: schedule.trigger_id,
            workflow_id: schedule.workflow_id,
            count: missed.len() as u64,
            due_times: missed.into_iter().take(NAMED).collect(),
        })?;
    }
    store::set_next_due(tx.conn(), schedule.trigger_id, next_due).await?;
    tx.emit(&planned(schedule, next_due)?)?;
    Ok(())
}

fn policy(schedule: &Schedule) -> Missed {
    match planted::bug("all-as-skip") {
        true => Missed::Skip,
        false => schedule.missed,
    }
}

/// What people see of a schedule's future: from `next_due` on.
pub(crate) fn planned(
    schedule: &Schedule,
    next_due: Option<DateTime<Utc>>,
) -> Result<SchedulePlanned, Error> {
    let timetable = schedule.timetable()?;
    let next = std::iter::successors(next_due, |due| timetable.after(*due))
        .take(5)
        .collect();
    Ok(SchedulePlanned {
        trigger_id: schedule.trigger_id,
        workflow_id: schedule.workflow_id,
        next,
    })
}
