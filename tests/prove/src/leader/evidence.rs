//! What became of every due time.

use crate::Statement;
use anyhow::{Context, Result};
use bus::{Nats, Transport};
use chrono::{DateTime, TimeDelta, Utc};
use events::{Event, ScheduleMissed};
use fleet_tests::Fleet;
use futures::StreamExt;
use ids::EventId;
use serde_json::Value;
use sqlx::{Connection, PgConnection, types::Uuid};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

type Moment = DateTime<Utc>;
/// Due times that were let go, by event, so that a repeat is one.
pub(super) type MissedEvents = Arc<Mutex<BTreeMap<EventId, ScheduleMissed>>>;

/// Listens for due times that are let go.
pub(super) async fn hear_missed(bus: Nats) -> MissedEvents {
    let missed = MissedEvents::default();
    let heard = Arc::clone(&missed);
    let subject = format!("{}.>", ScheduleMissed::TYPE);
    let mut taps = bus
        .subscribe(&subject)
        .await
        .expect("the administrator may not listen");
    tokio::spawn(async move {
        while let Some(tap) = taps.next().await {
            let event = serde_json::from_slice(&tap.payload);
            if let (Some(envelope), Ok(event)) = (tap.envelope, event) {
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.insert(envelope.id, event);
            }
        }
        drop(bus);
    });
    missed
}

/// One schedule of every second.
struct Schedule {
    policy: String,
    /// When each due time was fired, under which epoch.
    fired: BTreeMap<Moment, (i64, Moment)>,
    /// How many runs each due time has.
    runs: BTreeMap<Moment, u32>,
    /// How often each due time was let go.
    missed: BTreeMap<Moment, u32>,
}

/// All schedules, up to one moment.
pub(super) struct Evidence {
    schedules: Vec<Schedule>,
    end: Moment,
}

impl Evidence {
    pub(super) async fn gather(fleet: &Fleet, missed: &MissedEvents, end: Moment) -> Result<Self> {
        let mut scheduler = open(fleet, "scheduler").await?;
        let mut engine = open(fleet, "engine").await?;
        let triggers: Vec<(Uuid, Uuid, String)> =
            sqlx::query_as("SELECT trigger_id, workflow_id, missed FROM schedules ORDER BY missed")
                .fetch_all(&mut scheduler)
                .await?;
        let mut schedules = Vec::new();
        for (trigger, workflow, policy) in triggers {
            let fired: Vec<(Moment, i64, Moment)> = sqlx::query_as(
                "SELECT due_at, epoch, fired_at FROM fired WHERE trigger_id = $1 AND due_at <= $2",
            )
            .bind(trigger)
            .bind(end)
            .fetch_all(&mut scheduler)
            .await?;
            let frames: Vec<String> = sqlx::query_scalar(
                "SELECT frame FROM run_events JOIN runs USING (run_id) WHERE workflow_id = $1 AND first_seq = 1",
            )
            .bind(workflow)
            .fetch_all(&mut engine)
            .await?;
            let mut runs = BTreeMap::new();
            for frame in frames {
                let due = due_at(&frame)?;
                if due <= end {
                    *runs.entry(due).or_default() += 1;
                }
            }
            let heard = missed.lock().unwrap_or_else(PoisonError::into_inner);
            let of_trigger = heard
                .values()
                .filter(|event| event.trigger_id.uuid() == trigger);
            let mut missed = BTreeMap::new();
            for due in of_trigger
                .flat_map(|event| &event.due_times)
                .filter(|due| **due <= end)
            {
                *missed.entry(*due).or_default() += 1;
            }
            let fired = fired.into_iter().map(|(due, epoch, at)| (due, (epoch, at)));
            schedules.push(Schedule {
                policy,
                fired: fired.collect(),
                runs,
                missed,
            });
        }
        Ok(Self { schedules, end })
    }

    /// Whether everything up to the end is decided, and every fired due time has a run.
    pub(super) fn is_complete(&self) -> bool {
        let decided = |schedule: &Schedule| {
            let last = schedule.decided().last().copied();
            let has_runs = schedule
                .fired
                .keys()
                .all(|due| schedule.runs.contains_key(due));
            has_runs && last.is_some_and(|last| self.end - last < TimeDelta::seconds(1))
        };
        !self.schedules.is_empty() && self.schedules.iter().all(decided)
    }

    pub(super) fn statements(&self) -> Vec<Statement> {
        let count = |of: fn(&Schedule) -> usize| -> usize { self.schedules.iter().map(of).sum() };
        let figure = format!(
            "{} due times fired, {} let go by their policy, {} runs",
            count(|schedule| schedule.fired.len()),
            count(|schedule| schedule.missed.len()),
            count(|schedule| schedule.runs.values().map(|runs| *runs as usize).sum()),
        );
        let all = |find: fn(&Schedule) -> Vec<String>| -> Vec<String> {
            let found = |schedule: &Schedule| {
                let policy = schedule.policy.clone();
                find(schedule)
                    .into_iter()
                    .map(move |what| format!("{policy}: {what}"))
            };
            self.schedules.iter().flat_map(found).collect()
        };
        vec![
            Statement::of("every-due-time-is-decided", &*figure, &all(Schedule::gaps)),
            Statement::of("all-lets-nothing-go", &*figure, &all(Schedule::let_go)),
            Statement::of("nothing-twice", &*figure, &all(Schedule::doubled)),
            Statement::of("fired-means-run", &*figure, &all(Schedule::without_run)),
            Statement::of(
                "stale-leader-changes-nothing",
                &*figure,
                &all(Schedule::stale),
            ),
        ]
    }
}

impl Schedule {
    fn decided(&self) -> BTreeSet<Moment> {
        self.fired
            .keys()
            .chain(self.missed.keys())
            .copied()
            .collect()
    }

    /// Seconds between two decided ones that are not.
    fn gaps(&self) -> Vec<String> {
        let decided: Vec<Moment> = self.decided().into_iter().collect();
        let gaps = decided
            .windows(2)
            .filter(|pair| pair[1] - pair[0] != TimeDelta::seconds(1));
        gaps.map(|pair| format!("nothing between {} and {}", pair[0], pair[1]))
            .collect()
    }

    fn let_go(&self) -> Vec<String> {
        match self.policy.as_str() {
            "all" => self
                .missed
                .keys()
                .map(|due| format!("{due} was let go"))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn doubled(&self) -> Vec<String> {
        let runs = self.runs.iter().filter(|(_, runs)| **runs > 1);
        let runs = runs.map(|(due, runs)| format!("{due} has {runs} runs"));
        let missed = self.missed.iter().filter(|(_, times)| **times > 1);
        let missed = missed.map(|(due, times)| format!("{due} was let go {times} times"));
        let both = self
            .missed
            .keys()
            .filter(|due| self.fired.contains_key(due));
        let both = both.map(|due| format!("{due} was fired and let go"));
        runs.chain(missed).chain(both).collect()
    }

    fn without_run(&self) -> Vec<String> {
        let fired: BTreeSet<_> = self.fired.keys().collect();
        let run: BTreeSet<_> = self.runs.keys().collect();
        let apart = fired.symmetric_difference(&run);
        apart
            .map(|due| format!("{due} is either fired or run, not both"))
            .collect()
    }

    /// Due times that were written under an epoch when a later one had already written.
    fn stale(&self) -> Vec<String> {
        let mut written: Vec<(Moment, i64)> = self
            .fired
            .values()
            .map(|(epoch, at)| (*at, *epoch))
            .collect();
        written.sort_unstable();
        let backwards = written.windows(2).filter(|pair| pair[1].1 < pair[0].1);
        backwards
            .map(|pair| {
                format!(
                    "epoch {} wrote at {} after epoch {}",
                    pair[1].1, pair[1].0, pair[0].1
                )
            })
            .collect()
    }
}

/// The due time that started a run.
fn due_at(frame: &str) -> Result<Moment> {
    let events: Vec<Value> = serde_json::from_str(frame)?;
    let due = events
        .first()
        .and_then(|started| started["input"]["due_at"].as_str());
    let due = due.with_context(|| format!("a run without a due time: {frame}"))?;
    Ok(due.parse()?)
}

async fn open(fleet: &Fleet, service: &str) -> Result<PgConnection> {
    let url = fleet.secret(service, "database.url");
    let url = url.with_context(|| format!("{service} has no database"))?;
    Ok(PgConnection::connect(&url).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u32) -> Moment {
        format!("2026-01-01T00:00:{second:02}Z").parse().unwrap()
    }

    fn schedule() -> Schedule {
        let fired = [1, 2, 4].map(|due| (at(due), (1, at(due))));
        Schedule {
            policy: "all".to_owned(),
            fired: fired.into(),
            runs: [1, 2, 4].map(|due| (at(due), 1)).into(),
            missed: [(at(3), 1)].into(),
        }
    }

    #[test]
    fn each_fault_is_found_by_its_check() {
        let sound = schedule();
        let found = [
            Schedule::gaps,
            Schedule::doubled,
            Schedule::without_run,
            Schedule::stale,
        ];
        assert!(found.iter().all(|find| find(&sound).is_empty()));
        assert_eq!(sound.let_go().len(), 1, "the policy is `all`");

        let mut gap = schedule();
        gap.missed.clear();
        assert_eq!(gap.gaps().len(), 1);
        let mut doubled = schedule();
        doubled.runs.insert(at(2), 2);
        doubled.missed.insert(at(4), 1);
        assert_eq!(doubled.doubled().len(), 2);
        let mut lost = schedule();
        lost.runs.remove(&at(4));
        assert_eq!(lost.without_run().len(), 1);
        let mut stale = schedule();
        stale.fired.insert(at(2), (3, at(2)));
        assert_eq!(stale.stale().len(), 1);
    }
}
