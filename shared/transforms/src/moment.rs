//! Instants as people and machines write them, in a time zone.

use crate::{Error, value};
use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone,
};
use chrono_tz::Tz;
use serde_json::Value;

/// How times without a zone may be written.
const LOCAL: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
];

/// The zone of a name of the IANA database, such as `Europe/Berlin`.
pub(crate) fn zone(name: &str) -> Result<Tz, Error> {
    name.parse().map_err(|_| {
        let message = format!("config field `timezone`: `{name}` is no time zone of the IANA database, such as Europe/Berlin");
        Error::config("/timezone", message)
    })
}

/// A time: RFC 3339, RFC 2822, a date, a local time, or milliseconds since 1970. What names no zone is of `zone`.
pub(crate) fn read(time: &Value, zone: Tz) -> Result<DateTime<Tz>, Error> {
    let found = match time {
        Value::Number(number) => value::integer(number)
            .and_then(|ms| i64::try_from(ms).ok())
            .and_then(DateTime::from_timestamp_millis)
            .map(|instant| instant.with_timezone(&zone)),
        Value::String(text) => read_text(text.trim(), zone),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    found.ok_or_else(|| {
        let shown: String = value::text(time).chars().take(60).collect();
        let message = if time.is_string() || time.is_number() {
            format!("`{shown}` is no time")
        } else {
            format!("{} is no time", value::kind(time))
        };
        let hint = "write it as 2026-01-31T08:00:00Z, as 2026-01-31, or in milliseconds since 1970; or parse it with a pattern";
        Error::value("transform.no_time", message, hint)
    })
}

fn read_text(text: &str, zone: Tz) -> Option<DateTime<Tz>> {
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    if let Ok(instant) = zoned {
        return Some(instant.with_timezone(&zone));
    }
    let naive = LOCAL
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    local(naive.or_else(|| date(text).map(midnight))?, zone)
}

/// A date such as `2026-01-31`.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// A time in a person's own pattern of `strftime`.
pub(crate) fn read_pattern(text: &str, pattern: &str, zone: Tz) -> Option<DateTime<Tz>> {
    if let Ok(instant) = DateTime::parse_from_str(text, pattern) {
        return Some(instant.with_timezone(&zone));
    }
    let naive = NaiveDateTime::parse_from_str(text, pattern).ok();
    let date = || NaiveDate::parse_from_str(text, pattern).ok().map(midnight);
    local(naive.or_else(date)?, zone)
}

pub(crate) const fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// The instant at which clocks of a zone show a time: the first of two, or the next that exists when the time is left out.
pub(crate) fn local(naive: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    // A zone that crosses the date line leaves out a whole day.
    (0..=96).find_map(|quarters| {
        let shown = naive.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        match zone.from_local_datetime(&shown) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant),
            LocalResult::None => None,
        }
    })
}

/// RFC 3339, with as many digits of seconds as are needed.
pub(crate) fn write(instant: &DateTime<Tz>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
