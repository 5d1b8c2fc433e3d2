//! From events to iCalendar text.

use super::{Event, Person};
use crate::{Error, moment, value};
use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarParameter,
        ICalendarProperty, ICalendarValue, ICalendarValueType, Uri,
    },
};
use chrono::Datelike;
use chrono_tz::Tz;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A calendar of these events; `now_ms` is when it was written.
pub(super) fn calendar(items: Vec<Value>, zone: Tz, now_ms: i64) -> Result<Value, Error> {
    let mut root = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    root.add_property(ICalendarProperty::Version, "2.0");
    root.add_property(ICalendarProperty::Prodid, "-//silver-telegram//EN");
    let mut components = Vec::with_capacity(items.len() + 1);
    for (place, item) in (1_u32..).zip(items) {
        let index = components.len();
        components.push(event(&item, zone, now_ms).map_err(|error| error.at(index))?);
        root.component_ids.push(place);
    }
    components.insert(0, root);
    value::bounded(ICalendar { components }.to_string())
}

fn event(item: &Value, zone: Tz, now_ms: i64) -> Result<ICalendarComponent, Error> {
    let event: Event = serde_path_to_error::deserialize(item).map_err(|error| {
        let field = error.path().to_string();
        refused(format!("`{field}` of the event: {}", error.inner()))
    })?;
    let start = event
        .start
        .as_deref()
        .ok_or_else(|| refused("the event has no `start`".to_owned()))?;
    let mut component = ICalendarComponent::new(ICalendarComponentType::VEvent);
    let uid = match &event.uid {
        Some(uid) => line("uid", uid)?.to_owned(),
        // The same event has the same id whenever it is written.
        None => hex::encode(
            Sha256::digest(value::identity(item))
                .get(..16)
                .unwrap_or_default(),
        ),
    };
    component.add_uid(&uid);
    component.add_dtstamp(PartialDateTime::from_utc_timestamp(
        now_ms.div_euclid(1_000),
    ));
    time(&mut component, ICalendarProperty::Dtstart, start, zone)?;
    if let Some(end) = &event.end {
        time(&mut component, ICalendarProperty::Dtend, end, zone)?;
    }
    for (name, words) in [
        (ICalendarProperty::Summary, &event.summary),
        (ICalendarProperty::Description, &event.description),
        (ICalendarProperty::Location, &event.location),
    ] {
        if let Some(words) = words {
            component.add_property(name, words.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }
    if let Some(status) = &event.status {
        component.add_property(
            ICalendarProperty::Status,
            line("status", status)?.to_uppercase(),
        );
    }
    if let Some(url) = &event.url {
        component.add_property(
            ICalendarProperty::Url,
            Uri::Location(line("url", url)?.to_owned()),
        );
    }
    for category in &event.categories {
        component.add_property(ICalendarProperty::Categories, line("categories", category)?);
    }
    if let Some(rule) = &event.recurrence {
        component.add_property(ICalendarProperty::Rrule, recurrence(rule)?);
    }
    for (name, person) in event
        .organizer
        .iter()
        .map(|person| (ICalendarProperty::Organizer, person))
        .chain(
            event
                .attendees
                .iter()
                .map(|person| (ICalendarProperty::Attendee, person)),
        )
    {
        add_person(&mut component, name, person)?;
    }
    Ok(component)
}

fn add_person(
    component: &mut ICalendarComponent,
    role: ICalendarProperty,
    person: &Person,
) -> Result<(), Error> {
    let mut parameters = Vec::new();
    if let Some(name) = &person.name {
        parameters.push(ICalendarParameter::cn(line("name", name)?.to_owned()));
    }
    if let Some(status) = &person.status {
        parameters.push(ICalendarParameter::partstat(
            line("status", status)?.to_uppercase(),
        ));
    }
    let address = format!("mailto:{}", line("email", &person.email)?);
    component.add_property_with_params(role, parameters, Uri::Location(address));
    Ok(())
}

/// A date stays one; any other time is written in UTC.
fn time(
    component: &mut ICalendarComponent,
    name: ICalendarProperty,
    text: &str,
    zone: Tz,
) -> Result<(), Error> {
    let in_range = |year: i32| (0..=9999).contains(&year);
    if let Some(date) = moment::date(text).filter(|date| in_range(date.year())) {
        let seconds = moment::midnight(date).and_utc().timestamp();
        let parameters = [ICalendarParameter::value(ICalendarValueType::Date)];
        component.add_property_with_params(
            name,
            parameters,
            PartialDateTime::from_date_timestamp(seconds),
        );
        return Ok(());
    }
    let instant = moment::read(&Value::String(text.to_owned()), zone)?.to_utc();
    if !in_range(instant.year()) {
        return Err(refused(format!(
            "`{text}` is beyond the years of a calendar"
        )));
    }
    component.add_property(
        name,
        PartialDateTime::from_utc_timestamp(instant.timestamp()),
    );
    Ok(())
}

/// A rule is read before it is written, so that nothing else can stand in its place.
fn recurrence(rule: &str) -> Result<ICalendarValue, Error> {
    let rule = line("recurrence", rule)?;
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let calendar = ICalendar::parse(&text).ok();
    let value = calendar.and_then(|calendar| {
        let entry = calendar
            .components
            .get(1)?
            .property(&ICalendarProperty::Rrule)?;
        entry.values.first().cloned()
    });
    match value {
        Some(value @ ICalendarValue::RecurrenceRule(_)) => Ok(value),
        _ => Err(refused(format!(
            "`{rule}` is no rule of recurrence, such as FREQ=WEEKLY;COUNT=3"
        ))),
    }
}

/// A text of one line: a line break would begin another property.
fn line<'t>(field: &str, text: &'t str) -> Result<&'t str, Error> {
    if text.chars().any(char::is_control) {
        return Err(refused(format!(
            "`{field}` of the event holds a line break or control character"
        )));
    }
    Ok(text)
}

fn refused(message: String) -> Error {
    let hint = "an event is {uid, summary, start, end, location, …} as this node reads it";
    Error::value("transform.no_event", message, hint)
}
