//! A cron expression in a time zone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::{Cron, parser::CronParser};

/// When a schedule is due. Five-field cron, or six with seconds first; `L`, `W` and `#` as in Quartz.
///
/// A due time that daylight saving skips fires when the gap ends; one that comes twice fires once.
#[derive(Debug, Clone)]
pub struct Timetable {
    cron: Cron,
    zone: Tz,
}

impl Timetable {
    /// Reads a cron expression and an IANA time zone.
    ///
    /// # Errors
    /// A sentence that names the expression or the zone.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, String> {
        let zone = zone
            .parse()
            .map_err(|_| format!("`{zone}` is not an IANA time zone such as Europe/Oslo"))?;
        let cron = CronParser::builder()
            .seconds(croner::parser::Seconds::Optional)
            .build()
            .parse(expression)
            .map_err(|error| format!("`{expression}` is not a cron expression: {error}"))?;
        Ok(Self { cron, zone })
    }

    /// The first due time after `moment`; none when there is no more.
    #[must_use]
    pub fn after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = moment.with_timezone(&self.zone);
        self.cron
            .find_next_occurrence(&local, false)
            .ok()
            .map(|due| due.to_utc())
    }

    /// The next `count` due times after `moment`.
    #[must_use]
    pub fn next(&self, moment: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.after(moment), |due| self.after(*due))
            .take(count)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_gap_of_daylight_saving_fires_when_it_ends() {
        // On 29 March 2026 Berlin goes from 02:00 to 03:00.
        let daily = Timetable::parse("30 2 * * *", "Europe/Berlin").unwrap();
        let due = daily.next(utc("2026-03-28T12:00:00Z"), 2);
        assert_eq!(
            due,
            [utc("2026-03-29T01:00:00Z"), utc("2026-03-30T00:30:00Z")]
        );
    }

    #[test]
    fn an_hour_that_comes_twice_fires_once() {
        // On 25 October 2026 Berlin has 02:30 twice.
        let daily = Timetable::parse("30 2 * * *", "Europe/Berlin").unwrap();
        let due = daily.next(utc("2026-10-24T12:00:00Z"), 2);
        assert_eq!(due[1], utc("2026-10-26T01:30:00Z"));
        assert!(
            due[0] == utc("2026-10-25T00:30:00Z") || due[0] == utc("2026-10-25T01:30:00Z"),
            "{due:?}"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(
            Timetable::parse("61 * * * *", "UTC")
                .unwrap_err()
                .contains("61 * * * *")
        );
        assert!(
            Timetable::parse("* * * * *", "Mars/Olympus")
                .unwrap_err()
                .contains("Mars/Olympus")
        );
    }

    #[test]
    fn seconds_are_optional() {
        let fast = Timetable::parse("*/10 * * * * *", "UTC").unwrap();
        assert_eq!(
            fast.after(utc("2026-01-01T00:00:01Z")).unwrap(),
            utc("2026-01-01T00:00:10Z")
        );
    }
}
