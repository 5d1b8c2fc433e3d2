//! What follows from a schedule at a moment. Pure.

use crate::Timetable;
use chrono::{DateTime, TimeDelta, Utc};

/// What becomes of due times that passed while nobody could fire them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// They are let go.
    Skip,
    /// The latest of them fires.
    Once,
    /// All of them fire.
    All,
}

impl Missed {
    /// As documents and tables write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "skip" => Some(Self::Skip),
            "once" => Some(Self::Once),
            "all" => Some(Self::All),
            _ => None,
        }
    }

    /// As documents and tables write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Once => "once",
            Self::All => "all",
        }
    }
}

/// What to do about a schedule now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Due times to fire, oldest first.
    pub fire: Vec<DateTime<Utc>>,
    /// Due times that are let go, oldest first.
    pub missed: Vec<DateTime<Utc>>,
    /// The first due time that is still to be decided.
    pub next_due: Option<DateTime<Utc>>,
}

/// Due times decided at once; a schedule that is further behind goes on at the next tick.
const AT_ONCE: usize = 500;

/// Decides all due times from `next_due` up to `now`. One that is not older than `late` is on time and always fires.
#[must_use]
pub fn decide(
    timetable: &Timetable,
    policy: Missed,
    next_due: DateTime<Utc>,
    now: DateTime<Utc>,
    late: TimeDelta,
) -> Decision {
    let mut due = std::iter::successors(Some(next_due), |last| timetable.after(*last)).peekable();
    let mut passed = Vec::new();
    while passed.len() < AT_ONCE {
        match due.next_if(|due| *due <= now) {
            Some(moment) => passed.push(moment),
            None => break,
        }
    }
    let next_due = due.next();
    let on_time = passed
        .iter()
        .position(|due| now - *due <= late)
        .unwrap_or(passed.len());
    let fire = passed.split_off(on_time);
    let mut missed = passed;
    let late_ones = match policy {
        Missed::Skip => Vec::new(),
        // Only where nothing fires on time: one run makes up for all that was missed.
        Missed::Once if !fire.is_empty() || next_due.is_some_and(|next| next <= now) => Vec::new(),
        Missed::Once => missed.pop().into_iter().collect(),
        Missed::All => std::mem::take(&mut missed),
    };
    Decision {
        fire: late_ones.into_iter().chain(fire).collect(),
        missed,
        next_due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn every_minute(policy: Missed, next_due: &str, now: &str) -> Decision {
        let timetable = Timetable::parse("* * * * *", "UTC").unwrap();
        decide(
            &timetable,
            policy,
            utc(next_due),
            utc(now),
            TimeDelta::seconds(30),
        )
    }

    #[test]
    fn what_is_on_time_fires() {
        let decision = every_minute(Missed::Skip, "2026-01-01T00:01:00Z", "2026-01-01T00:01:02Z");
        assert_eq!(decision.fire, [utc("2026-01-01T00:01:00Z")]);
        assert_eq!(decision.next_due, Some(utc("2026-01-01T00:02:00Z")));
        assert!(decision.missed.is_empty());
    }

    #[test]
    fn nothing_fires_before_its_time() {
        let decision = every_minute(Missed::All, "2026-01-01T00:01:00Z", "2026-01-01T00:00:59Z");
        assert_eq!(
            (decision.fire.len(), decision.next_due),
            (0, Some(utc("2026-01-01T00:01:00Z")))
        );
    }

    #[test]
    fn three_missed_minutes_follow_the_policy() {
        let after = |policy| every_minute(policy, "2026-01-01T00:01:00Z", "2026-01-01T00:03:45Z");
        assert_eq!(
            (
                after(Missed::Skip).fire.len(),
                after(Missed::Skip).missed.len()
            ),
            (0, 3)
        );
        assert_eq!(after(Missed::Once).fire, [utc("2026-01-01T00:03:00Z")]);
        assert_eq!(after(Missed::Once).missed.len(), 2);
        assert_eq!(
            (
                after(Missed::All).fire.len(),
                after(Missed::All).missed.len()
            ),
            (3, 0)
        );
    }

    #[test]
    fn once_is_not_twice_when_the_next_one_is_on_time() {
        let decision = every_minute(Missed::Once, "2026-01-01T00:01:00Z", "2026-01-01T00:03:05Z");
        assert_eq!(decision.fire, [utc("2026-01-01T00:03:00Z")]);
        assert_eq!(decision.missed.len(), 2);
    }

    #[test]
    fn every_due_time_is_decided_exactly_once_however_the_clock_is_read() {
        let timetable = Timetable::parse("*/7 * * * *", "America/New_York").unwrap();
        let start = utc("2026-11-01T00:00:00Z");
        let mut expected = timetable.next(start, 300);
        let mut decided = Vec::new();
        let mut next = timetable.after(start);
        let mut now = start;
        let mut step = 13_i64;
        while let Some(due) = next {
            step = (step * 48_271) % 2_147_483_647;
            now += TimeDelta::seconds(step % 4_000);
            let decision = decide(&timetable, Missed::Skip, due, now, TimeDelta::seconds(30));
            decided.extend(decision.missed.into_iter().chain(decision.fire));
            next = decision.next_due.filter(|_| decided.len() < 300);
        }
        expected.truncate(decided.len().min(300));
        decided.truncate(expected.len());
        assert_eq!(decided, expected);
    }
}
