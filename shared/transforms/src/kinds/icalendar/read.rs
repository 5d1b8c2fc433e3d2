//! From iCalendar text to events.

use super::{Event, Person};
use crate::{Error, limits, moment};
use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry,
        ICalendarParameterName, ICalendarProperty, ICalendarValue, timezone::TzResolver,
        utils::strip_mailto_scheme,
    },
};
use chrono::{NaiveDate, NaiveDateTime, SecondsFormat};

pub(super) fn events(text: &str) -> Result<Vec<Event>, Error> {
    let calendar = ICalendar::parse(text.trim_start()).map_err(|_| {
        let hint = "it must begin with BEGIN:VCALENDAR and end with END:VCALENDAR";
        Error::value("transform.bad_icalendar", "the text is no iCalendar", hint)
    })?;
    let zones = calendar.build_tz_resolver();
    let is_event = |of: &&ICalendarComponent| of.component_type == ICalendarComponentType::VEvent;
    let components = calendar.components.iter().filter(is_event);
    // One over the limit, so that it is noticed and not passed over.
    let components = components.take(limits::ITEMS + 1);
    Ok(components
        .map(|component| event(component, &zones))
        .collect())
}

fn event(component: &ICalendarComponent, zones: &TzResolver<&str>) -> Event {
    let words = |name: ICalendarProperty| {
        let value = component.property(&name)?.values.first()?;
        value.clone().into_text().map(std::borrow::Cow::into_owned)
    };
    let start = component.property(&ICalendarProperty::Dtstart);
    let people = |name: ICalendarProperty| {
        let entries = component
            .entries
            .iter()
            .filter(move |entry| entry.name == name);
        entries.filter_map(person)
    };
    let categories = component
        .entries
        .iter()
        .filter(|e| e.name == ICalendarProperty::Categories);
    let categories = categories.flat_map(|entry| &entry.values);
    Event {
        uid: component.uid().map(str::to_owned),
        summary: words(ICalendarProperty::Summary),
        description: words(ICalendarProperty::Description),
        location: words(ICalendarProperty::Location),
        url: words(ICalendarProperty::Url),
        status: words(ICalendarProperty::Status),
        start: start.and_then(|entry| time(entry, zones, None)),
        end: match component.property(&ICalendarProperty::Dtend) {
            Some(end) => time(end, zones, None),
            None => start
                .zip(duration(component))
                .and_then(|(entry, duration)| time(entry, zones, Some(duration))),
        },
        all_day: start
            .and_then(moment_of)
            .is_some_and(|time| time.hour.is_none()),
        timezone: start.and_then(|entry| entry.tz_id()).map(str::to_owned),
        organizer: people(ICalendarProperty::Organizer).next(),
        attendees: people(ICalendarProperty::Attendee).collect(),
        categories: categories
            .filter_map(|value| Some(value.as_text()?.to_owned()))
            .collect(),
        recurrence: words(ICalendarProperty::Rrule),
        recurrence_id: component
            .property(&ICalendarProperty::RecurrenceId)
            .and_then(|entry| time(entry, zones, None)),
    }
}

fn moment_of(entry: &ICalendarEntry) -> Option<&PartialDateTime> {
    entry.values.first()?.as_partial_date_time()
}

fn duration(component: &ICalendarComponent) -> Option<&ICalendarDuration> {
    let entry = component.property(&ICalendarProperty::Duration)?;
    if let ICalendarValue::Duration(duration) = entry.values.first()? {
        return Some(duration);
    }
    None
}

/// A time, later by a duration where one is given.
fn time(
    entry: &ICalendarEntry,
    zones: &TzResolver<&str>,
    later: Option<&ICalendarDuration>,
) -> Option<String> {
    let partial = moment_of(entry)?;
    let date = NaiveDate::from_ymd_opt(
        i32::from(partial.year?),
        partial.month?.into(),
        partial.day?.into(),
    )?;
    let clock = |part: Option<u8>| u32::from(part.unwrap_or(0));
    let naive = date.and_hms_opt(
        clock(partial.hour),
        clock(partial.minute),
        clock(partial.second).min(59),
    )?;
    let later = match later {
        Some(duration) => duration.to_time_delta()?,
        None => chrono::TimeDelta::zero(),
    };
    if partial.hour.is_none() {
        let date = naive.checked_add_signed(later)?.date();
        return Some(date.format("%Y-%m-%d").to_string());
    }
    if partial.tz_hour.is_some() {
        let instant = partial.to_date_time()?;
        let utc = NaiveDateTime::checked_sub_offset(naive, instant.offset?)?;
        return Some(
            utc.and_utc()
                .checked_add_signed(later)?
                .to_rfc3339_opts(SecondsFormat::AutoSi, true),
        );
    }
    match entry.tz_id().and_then(|name| zones.resolve(name)) {
        Some(Tz::Tz(zone)) => {
            let instant = moment::local(naive, zone)?.checked_add_signed(later)?;
            Some(moment::write(&instant))
        }
        Some(Tz::Fixed(offset)) => {
            let instant = naive
                .and_local_timezone(offset)
                .single()?
                .checked_add_signed(later)?;
            Some(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }
        Some(Tz::Floating) | None => {
            let local = naive.checked_add_signed(later)?;
            Some(local.format("%Y-%m-%dT%H:%M:%S").to_string())
        }
    }
}

fn person(entry: &ICalendarEntry) -> Option<Person> {
    let address = entry.values.first()?.as_text()?;
    let parameter = |name: ICalendarParameterName| {
        let value = entry.parameter(&name)?;
        value.as_text().map(str::to_owned)
    };
    Some(Person {
        email: strip_mailto_scheme(address).to_owned(),
        name: parameter(ICalendarParameterName::Cn),
        status: parameter(ICalendarParameterName::Partstat),
    })
}
