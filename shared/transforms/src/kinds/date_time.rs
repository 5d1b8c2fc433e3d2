//! Reads, writes, moves and compares times.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    moment, value,
};
use chrono::{
    Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike,
    format::{Item, StrftimeItems},
};
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Reads, writes, moves and compares times.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DateTime {
    /// What to do.
    operation: Operation,
    /// The time: RFC 3339, RFC 2822, a date (2026-01-31), a local time, or milliseconds since 1970; left out, the value of
    /// `in`. Now is `{{ $now() }}`.
    #[serde(default)]
    value: Option<Value>,
    /// The time zone (Europe/Berlin) of times that name none, and of the result.
    #[serde(default = "utc")]
    timezone: String,
    /// For `format`, and for `parse` where the text is in no usual form: a pattern of strftime, such as `%d.%m.%Y %H:%M`.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pattern: Option<String>,
    /// For `add` and `subtract`: how many units.
    #[serde(default)]
    amount: Option<i64>,
    /// For all but `parse`, `format` and `convert`: the unit.
    #[serde(default)]
    unit: Option<Unit>,
    /// For `difference`: the other time.
    #[serde(default)]
    until: Option<Value>,
}

/// What to do with a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Operation {
    /// Read it; gives RFC 3339.
    Parse,
    /// Write it by a pattern.
    Format,
    /// Move it later.
    Add,
    /// Move it earlier.
    Subtract,
    /// How many units lie between it and `until`; negative when that is earlier. Months and years are whole ones.
    Difference,
    /// The first instant of its unit.
    StartOf,
    /// The last millisecond of its unit.
    EndOf,
    /// The same instant in another zone; gives RFC 3339.
    Convert,
}

/// A unit of time. Days and longer follow the calendar of the zone, so a day may have 23 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks; they start on Monday.
    Weeks,
    /// Months; the 31st becomes the last day of a shorter one.
    Months,
    /// Years.
    Years,
}

fn utc() -> String {
    "UTC".to_owned()
}

type Zoned = chrono::DateTime<Tz>;

impl Transform for DateTime {
    const TITLE: &'static str = "Date and time";
    const DOCS: &'static str = "Reads, writes, moves or compares times in a time zone; emits text, or a number for a difference. What is no time leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        match super::literal(config, "operation", "") {
            Some("difference") => json!({ "type": "number" }),
            Some(known) if !known.is_empty() => json!({ "type": "string" }),
            _ => json!({ "type": ["string", "number"] }),
        }
    }

    fn check(&self) -> Result<(), Error> {
        moment::zone(&self.timezone)?;
        let missing = self.missing();
        if !missing.is_empty() {
            let message = format!("`{missing}` is needed for this operation");
            return Err(Error::config(format!("/{missing}"), message));
        }
        let pattern = self.pattern.as_deref().unwrap_or_default();
        if StrftimeItems::new(pattern).any(|item| item == Item::Error) {
            let message = format!("`{pattern}` is no pattern of strftime, such as %Y-%m-%d");
            return Err(Error::config("/pattern", message));
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let zone = moment::zone(&self.timezone)?;
        let given = call.given_or_input(self.value.as_ref())?;
        let time = match &self.pattern {
            Some(pattern) if self.operation == Operation::Parse => {
                read_pattern(&given, pattern, zone)?
            }
            _ => moment::read(&given, zone)?,
        };
        let unit = self.unit.unwrap_or(Unit::Days);
        let amount = self.amount.unwrap_or_default();
        let moved = match self.operation {
            Operation::Parse | Operation::Convert => Some(time),
            Operation::Format => {
                let mut text = String::new();
                let written = write!(
                    text,
                    "{}",
                    time.format(self.pattern.as_deref().unwrap_or_default())
                );
                return written
                    .map_err(|_| {
                        Error::config("/pattern", "the pattern asks for what a time does not have")
                    })
                    .map(|()| out(Value::String(text)));
            }
            Operation::Difference => {
                let until = self.until.as_ref().unwrap_or(&Value::Null);
                return Ok(out(unit.between(&time, &moment::read(until, zone)?)));
            }
            Operation::Add => unit.add(&time, amount),
            Operation::Subtract => amount
                .checked_neg()
                .and_then(|amount| unit.add(&time, amount)),
            Operation::StartOf => unit.start(&time),
            Operation::EndOf => unit.start(&time).and_then(|start| {
                unit.add(&start, 1)?
                    .checked_sub_signed(TimeDelta::milliseconds(1))
            }),
        };
        let moved = moved.ok_or_else(|| {
            let hint = "choose a smaller amount";
            Error::value(
                "transform.no_time",
                "the result is beyond the years that can be written",
                hint,
            )
        })?;
        Ok(out(Value::String(moment::write(&moved))))
    }
}

impl DateTime {
    /// The first parameter that the operation needs and does not have.
    fn missing(&self) -> &'static str {
        let unless = |given: bool, name| if given { "" } else { name };
        let unit = unless(self.unit.is_some(), "unit");
        let or_unit = |given, name| if given { unit } else { name };
        match self.operation {
            Operation::Parse | Operation::Convert => "",
            Operation::Format => unless(self.pattern.is_some(), "pattern"),
            Operation::Add | Operation::Subtract => or_unit(self.amount.is_some(), "amount"),
            Operation::Difference => or_unit(self.until.is_some(), "until"),
            Operation::StartOf | Operation::EndOf => unit,
        }
    }
}

fn read_pattern(given: &Value, pattern: &str, zone: Tz) -> Result<Zoned, Error> {
    let text = value::text(given);
    moment::read_pattern(text.trim(), pattern, zone).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        let message = format!("`{shown}` is no time in the pattern `{pattern}`");
        let hint = "the pattern must name day, month and year, and describe the whole text";
        Error::value("transform.no_time", message, hint)
    })
}

impl Unit {
    /// Milliseconds, for units that always have as many.
    const fn milliseconds(self) -> Option<i64> {
        match self {
            Self::Milliseconds => Some(1),
            Self::Seconds => Some(1_000),
            Self::Minutes => Some(60_000),
            Self::Hours => Some(3_600_000),
            Self::Days | Self::Weeks | Self::Months | Self::Years => None,
        }
    }

    fn add(self, time: &Zoned, amount: i64) -> Option<Zoned> {
        if let Some(each) = self.milliseconds() {
            let delta = TimeDelta::try_milliseconds(amount.checked_mul(each)?)?;
            return time.checked_add_signed(delta);
        }
        let count = amount.unsigned_abs();
        let shown = time.naive_local();
        let months = |each: u64| {
            u32::try_from(count.checked_mul(each)?)
                .ok()
                .map(Months::new)
        };
        let by_months = |months: Months| {
            if amount < 0 {
                shown.checked_sub_months(months)
            } else {
                shown.checked_add_months(months)
            }
        };
        let by_days = |days: Days| {
            if amount < 0 {
                shown.checked_sub_days(days)
            } else {
                shown.checked_add_days(days)
            }
        };
        let moved = match self {
            Self::Years => by_months(months(12)?),
            Self::Months => by_months(months(1)?),
            Self::Weeks => by_days(Days::new(count.checked_mul(7)?)),
            Self::Days | Self::Hours | Self::Minutes | Self::Seconds | Self::Milliseconds => {
                by_days(Days::new(count))
            }
        };
        moment::local(moved?, time.timezone())
    }

    fn start(self, time: &Zoned) -> Option<Zoned> {
        let date = time.date_naive();
        let first = match self {
            // Of two hours that clocks show twice, each has its own start.
            Self::Milliseconds | Self::Seconds | Self::Minutes | Self::Hours => {
                let each = self.milliseconds()?.checked_mul(1_000_000)?;
                let into = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000
                    + i64::from(time.nanosecond());
                return time.checked_sub_signed(TimeDelta::nanoseconds(into % each));
            }
            Self::Days => date,
            Self::Weeks => {
                date.checked_sub_days(Days::new(date.weekday().num_days_from_monday().into()))?
            }
            Self::Months => date.with_day(1)?,
            Self::Years => NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
        };
        moment::local(moment::midnight(first), time.timezone())
    }

    fn between(self, from: &Zoned, until: &Zoned) -> Value {
        let each = match self {
            Self::Months => return whole_months(from.naive_local(), until.naive_local()).into(),
            Self::Years => {
                return (whole_months(from.naive_local(), until.naive_local()) / 12).into();
            }
            Self::Days => 86_400_000,
            Self::Weeks => 7 * 86_400_000,
            Self::Hours | Self::Minutes | Self::Seconds | Self::Milliseconds => {
                self.milliseconds().unwrap_or(1)
            }
        };
        // Days are those of the calendar, whatever the clocks did in between.
        let calendar = matches!(self, Self::Days | Self::Weeks);
        let delta = if calendar {
            until
                .naive_local()
                .signed_duration_since(from.naive_local())
        } else {
            until.signed_duration_since(from)
        };
        let ms = delta.num_milliseconds();
        if ms % each == 0 {
            return (ms / each).into();
        }
        #[expect(clippy::cast_precision_loss, reason = "a fraction of a unit")]
        value::number(ms as f64 / each as f64)
    }
}

/// Whole months from one time to the other; negative when that is earlier.
fn whole_months(from: NaiveDateTime, until: NaiveDateTime) -> i64 {
    if until < from {
        return -whole_months(until, from);
    }
    let months = i64::from(until.year() - from.year()) * 12 + i64::from(until.month())
        - i64::from(from.month());
    let reached = u32::try_from(months)
        .ok()
        .and_then(|m| from.checked_add_months(Months::new(m)));
    if reached.is_some_and(|reached| reached > until) {
        months - 1
    } else {
        months
    }
}

#[cfg(test)]
mod tests;
