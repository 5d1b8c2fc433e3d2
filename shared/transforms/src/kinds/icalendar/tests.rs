use crate::{
    limits,
    testing::{refused, run},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TEXT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Here\r\nX-LIC-LOCATION:Europe/Berlin\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Größe\\, und\\n mehr\r\nDTSTART;TZID=Here:20260329T080000\r\nDTEND;TZID=Europe/Berlin:20260329T090000\r\n\
ORGANIZER;CN=Ann:mailto:ann@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=\"B, C\":mailto:b@example.org\r\nCATEGORIES:one,two\r\n\
RRULE:FREQ=WEEKLY;COUNT=3\r\nSTATUS:CONFIRMED\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n\
BEGIN:VEVENT\r\nUID:b\r\nDTSTART;VALUE=DATE:20260131\r\nDURATION:P1D\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:c\r\nDTSTART:20260131T080000Z\r\nDURATION:PT90M\r\nURL:https://example.org/c\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:d\r\nDTSTART:20260131T080000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn read(text: &str) -> Value {
    run("icalendar", json!({ "mode": "parse" }), json!(text)).unwrap()
}

#[test]
fn a_calendar_becomes_events() {
    assert_eq!(
        read(TEXT),
        json!([
            {
                "uid": "a@x", "summary": "Größe, und\n mehr", "status": "CONFIRMED", "start": "2026-03-29T08:00:00+02:00",
                "end": "2026-03-29T09:00:00+02:00", "all_day": false, "timezone": "Here",
                "organizer": { "email": "ann@example.org", "name": "Ann" },
                "attendees": [{ "email": "b@example.org", "name": "B, C", "status": "ACCEPTED" }],
                "categories": ["one", "two"], "recurrence": "FREQ=WEEKLY;COUNT=3",
            },
            { "uid": "b", "start": "2026-01-31", "end": "2026-02-01", "all_day": true },
            { "uid": "c", "url": "https://example.org/c", "start": "2026-01-31T08:00:00Z", "end": "2026-01-31T09:30:00Z", "all_day": false },
            { "uid": "d", "start": "2026-01-31T08:00:00", "all_day": false },
        ])
    );
    assert_eq!(read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), json!([]));
}

#[test]
fn events_become_a_calendar_that_says_the_same() {
    let events = json!([
        { "uid": "1", "summary": "a;b,c\\n\r\nd", "start": "2026-01-31T08:00:00Z", "end": "2026-01-31T09:00:00Z", "all_day": false,
          "location": "Köln", "status": "CONFIRMED", "url": "https://example.org/?a=1,2;3", "categories": ["x"],
          "organizer": { "email": "ann@example.org", "name": "Ann: \"A\"" },
          "attendees": [{ "email": "b@example.org", "status": "DECLINED" }], "recurrence": "FREQ=DAILY;INTERVAL=2" },
        { "uid": "2", "start": "2026-02-01", "end": "2026-02-02", "all_day": true, "unknown": 1 },
        { "start": "2026-07-01T09:00", "summary": "local" },
    ]);
    let config = json!({ "mode": "format", "timezone": "Europe/Berlin" });
    let text = run("icalendar", config.clone(), events.clone()).unwrap();
    let again = run("icalendar", config, events.clone()).unwrap();
    assert_eq!(text, again, "written twice, it is the same");
    let text = text.as_str().unwrap();
    assert!(text.contains("DTSTAMP:20261121T141320Z"), "{text}");
    let back = read(text);
    let mut expected = events;
    expected[0]["summary"] = json!("a;b,c\\n\nd");
    expected[0]["organizer"]["name"] = back[0]["organizer"]["name"].clone();
    expected[1].as_object_mut().unwrap().remove("unknown");
    expected[2]["start"] = json!("2026-07-01T07:00:00Z");
    expected[2]["all_day"] = json!(false);
    expected[2]["uid"] = back[2]["uid"].clone();
    assert_eq!(back[2]["uid"].as_str().map(str::len), Some(32));
    assert_eq!(back, expected);
}

#[test]
fn nothing_of_an_event_becomes_another_property() {
    for field in ["uid", "url", "status", "recurrence"] {
        let mut event = json!({ "start": "2026-01-01" });
        event[field] = json!("x\r\nATTENDEE:mailto:evil@example.org");
        let (code, message) = refused("icalendar", json!({ "mode": "format" }), event);
        assert_eq!(code, "transform.no_event");
        assert!(message.contains(field), "{message}");
    }
    let event = json!({ "start": "2026-01-01", "summary": "x\r\nATTENDEE:mailto:evil@example.org\rY:z", "attendees": [{ "email": "a;b:c@x" }] });
    let text = run("icalendar", json!({ "mode": "format" }), event).unwrap();
    assert!(
        text.as_str()
            .unwrap()
            .lines()
            .all(|line| !line.starts_with("ATTENDEE:mailto:evil") && !line.starts_with("Y:")),
        "{text}"
    );
}

#[test]
fn what_is_no_calendar_and_no_event_is_named() {
    for bad in ["", "text", "BEGIN:VCARD\r\nEND:VCARD\r\n"] {
        let found = run("icalendar", json!({ "mode": "parse" }), json!(bad));
        assert!(found.is_err(), "{bad}: {found:?}");
    }
    let format = |event: Value| {
        refused(
            "icalendar",
            json!({ "mode": "format" }),
            json!([{ "start": "2026-01-01" }, event]),
        )
    };
    assert_eq!(
        format(json!({})),
        (
            "transform.no_event",
            "item 1: the event has no `start`".to_owned()
        )
    );
    assert_eq!(format(json!({ "start": "soon" })).0, "transform.no_time");
    assert_eq!(
        format(json!({ "start": "2026-01-01", "recurrence": "EVERY=DAY" })).0,
        "transform.no_event"
    );
    assert!(
        format(json!({ "start": "2026-01-01", "attendees": ["a@x"] }))
            .1
            .contains("attendees[0]")
    );
    let many = format!(
        "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(limits::ITEMS + 1)
    );
    assert_eq!(
        refused("icalendar", json!({ "mode": "parse" }), json!(many)).0,
        "transform.too_many_items"
    );
}

proptest! {
    #[test]
    fn texts_come_back(summary in "[a-zä;,:\\\\\"\\n ]{1,80}") {
        let event = json!({ "uid": "1", "start": "2026-01-01", "summary": summary });
        let text = run("icalendar", json!({ "mode": "format" }), event).unwrap();
        prop_assert_eq!(&read(text.as_str().unwrap())[0]["summary"], &json!(summary));
    }

    #[test]
    fn nothing_panics(lines in prop::collection::vec("(BEGIN|END|DTSTART|DURATION|RRULE|TZID)(;TZID=x)?:(VEVENT|VCALENDAR|VTIMEZONE|2026[0-9TZ]{0,11}|P[0-9]{1,12}[DTHWMS]{1,3}|FREQ=DAILY)", 0..12)) {
        let text = format!("BEGIN:VCALENDAR\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"));
        let _ = run("icalendar", json!({ "mode": "parse" }), json!(text));
    }
}
