//! When something runs.

use super::{Every, Fault, Wish, text};
use chrono::{NaiveTime, Timelike};
use serde_json::{Value, json};

/// The trigger of a wish for certain times.
pub(super) fn trigger(wish: &Wish, faults: &mut Vec<Fault>) -> Value {
    let Some(every) = wish.every else {
        faults.push(Fault::new("every", "it is missing"));
        return Value::Null;
    };
    let at = text::optional("at", wish.at.as_deref(), faults);
    let at = at.map(|at| (at, NaiveTime::parse_from_str(at, "%H:%M")));
    let (hour, minute) = match (at, every) {
        (Some((_, Ok(at))), _) => (at.hour(), at.minute()),
        (Some((at, Err(_))), _) => {
            let message = format!("`{at}` is no time of day such as 07:30");
            faults.push(Fault::new("at", message));
            (0, 0)
        }
        (None, _) => (8, 0),
    };
    let day = |of_month: &str, of_week: &str| format!("{minute} {hour} {of_month} * {of_week}");
    let cron = match every {
        Every::Hour => format!("{minute} * * * *"),
        Every::Day => day("*", "*"),
        Every::Weekday => day("*", "MON-FRI"),
        Every::Monday => day("*", "MON"),
        Every::Tuesday => day("*", "TUE"),
        Every::Wednesday => day("*", "WED"),
        Every::Thursday => day("*", "THU"),
        Every::Friday => day("*", "FRI"),
        Every::Saturday => day("*", "SAT"),
        Every::Sunday => day("*", "SUN"),
        Every::Month => day("1", "*"),
    };
    let timezone = text::optional("timezone", wish.timezone.as_deref(), faults).unwrap_or("UTC");
    if timezone.parse::<chrono_tz::Tz>().is_err() {
        let message = format!("`{timezone}` is no time zone such as Europe/Berlin");
        faults.push(Fault::new("timezone", message));
    }
    json!({ "id": "when", "node_type": "trigger.schedule", "config": { "cron": cron, "timezone": timezone } })
}
