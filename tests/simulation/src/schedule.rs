//! Two schedulers, one of which leads: what is due is decided by `scheduler-core` itself.

use crate::{
    bugs::Bug,
    bus::{Event, Service, Start},
    world::{BEGINNING_MS, World},
};
use chrono::{DateTime, TimeDelta, Utc};
use events::{Json, RunTrigger, TriggerKind};
use ids::{EventId, RunId, TriggerId};
use scheduler_core::{Decision, Missed, Timetable, decide, event_id};
use serde_json::json;
use std::collections::BTreeSet;

/// How long a leader may be silent, in milliseconds.
const LEASE_MS: i64 = 10_000;
/// How old a due time may be and still be on time, in seconds.
const LATE_SECONDS: i64 = 30;
/// The length of the calendar that is played.
const HORIZON_MS: i64 = 50 * 60_000;

/// The scheduler's database.
#[derive(Debug, Default)]
pub(crate) struct Schedules {
    epoch: u64,
    renewed_at: Option<i64>,
    /// Under which epoch each replica believes to lead.
    believes: [Option<u64>; 2],
    schedule: Option<Schedule>,
    fired: BTreeSet<DateTime<Utc>>,
}

#[derive(Debug)]
struct Schedule {
    trigger: TriggerId,
    timetable: Timetable,
    missed: Missed,
    next_due: Option<DateTime<Utc>>,
}

impl World {
    /// Publishes a schedule that fires a few times.
    pub(crate) fn plan_schedule(&mut self) {
        let crons = ["*/10 * * * *", "*/7 * * * *", "5,6,7 * * * *"];
        let zones = ["UTC", "Europe/Berlin", "America/New_York"];
        let policies = [Missed::Skip, Missed::Once, Missed::All];
        let cron = self.dice.pick(&crons).unwrap_or_default();
        let zone = self.dice.pick(&zones).unwrap_or_default();
        let missed = self.dice.pick(&policies).unwrap_or(Missed::Skip);
        if let Ok(timetable) = Timetable::parse(cron, zone) {
            let next_due = timetable.after(time(BEGINNING_MS));
            let due = std::iter::successors(next_due, |due| timetable.after(*due));
            let all = due.take_while(|due| *due <= time(BEGINNING_MS + HORIZON_MS));
            self.check.due_times(all.collect());
            self.schedules.schedule = Some(Schedule {
                trigger: TriggerId::from_u128(300),
                timetable,
                missed,
                next_due,
            });
        }
    }

    /// One tick of a scheduler whose clock is ahead by `skew_ms`: everything that is due commits in one transaction under the
    /// leader's epoch, or nothing. Whether anything was decided.
    pub(crate) fn tick(&mut self, replica: usize, skew_ms: i64) -> bool {
        let silent = self
            .schedules
            .renewed_at
            .is_none_or(|at| self.now_ms - at > LEASE_MS);
        let believes = self.schedules.believes[replica];
        let epoch = match believes {
            Some(epoch) => epoch,
            None if silent => {
                self.schedules.epoch += 1;
                self.schedules.epoch
            }
            None => return false,
        };
        let leads = epoch == self.schedules.epoch;
        self.schedules.believes[replica] = leads.then_some(epoch);
        if !leads {
            return false;
        }
        self.schedules.renewed_at = Some(self.now_ms);
        let now = time((self.now_ms + skew_ms).min(BEGINNING_MS + HORIZON_MS));
        let Some(schedule) = &mut self.schedules.schedule else {
            return false;
        };
        let Some(next_due) = schedule.next_due.filter(|due| *due <= now) else {
            return false;
        };
        let late = TimeDelta::seconds(LATE_SECONDS);
        let decision = decide(&schedule.timetable, schedule.missed, next_due, now, late);
        let Decision {
            mut fire,
            missed,
            next_due,
        } = decision;
        schedule.next_due = next_due;
        let trigger = schedule.trigger;
        if self.bug(Bug::DueForgotten) {
            fire.pop();
        }
        self.check.decided(&fire, &missed, now);
        for due_at in fire {
            if self.schedules.fired.insert(due_at) {
                self.fire(trigger, due_at);
            }
        }
        true
    }

    fn fire(&mut self, trigger_id: TriggerId, due_at: DateTime<Utc>) {
        let event_id = event_id(trigger_id, due_at);
        let start = |event_id: EventId, world: &Self| Start {
            run_id: RunId::derive(trigger_id, event_id),
            workflow_id: world.workflow(0),
            trigger: trigger(TriggerKind::Schedule, event_id, Some(trigger_id)),
            payload: Json::from(json!({ "due_at": due_at })),
            refused: false,
        };
        self.check.fires(start(event_id, self).run_id, due_at);
        let fired = Event::Fired(start(event_id, self));
        self.emit(Service::Scheduler, event_id.as_u128(), fired);
        if self.bug(Bug::OtherName) {
            let other = EventId::from_u128(self.id());
            let fired = Event::Fired(start(other, self));
            self.emit(Service::Scheduler, other.as_u128(), fired);
        }
    }

    /// When the next due time is, if the calendar has one.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let schedule = self.schedules.schedule.as_ref()?;
        let due = schedule.next_due.map(|due| due.timestamp_millis());
        due.filter(|due| *due <= BEGINNING_MS + HORIZON_MS)
    }

    /// The leader gives up its lead, or dies: another one takes over when the lease is over.
    pub(crate) const fn depose(&mut self, replica: usize) {
        self.schedules.believes[replica] = None;
    }
}

/// What starts a run.
pub(crate) fn trigger(
    kind: TriggerKind,
    event_id: EventId,
    trigger_id: Option<TriggerId>,
) -> RunTrigger {
    RunTrigger {
        kind,
        node: graphs::START.parse().unwrap(),
        trigger_id,
        event_id,
        actor: None,
    }
}

fn time(at_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at_ms).unwrap_or_default()
}
