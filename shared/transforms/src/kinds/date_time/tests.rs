use crate::testing::{parse, refused, run};
use serde_json::{Value, json};

fn done(config: Value) -> Value {
    run("date_time", config, json!(null)).unwrap()
}

#[test]
fn times_are_read_in_their_forms() {
    for (given, zone, expected) in [
        (
            json!("2026-01-31T08:00:00+01:00"),
            "UTC",
            "2026-01-31T07:00:00Z",
        ),
        (
            json!("Sat, 31 Jan 2026 08:00:00 +0100"),
            "Europe/Berlin",
            "2026-01-31T08:00:00+01:00",
        ),
        (
            json!("2026-07-01"),
            "Europe/Berlin",
            "2026-07-01T00:00:00+02:00",
        ),
        (
            json!(" 2026-07-01 09:30 "),
            "America/New_York",
            "2026-07-01T09:30:00-04:00",
        ),
        (
            json!("2026-07-01T09:30:15.250"),
            "UTC",
            "2026-07-01T09:30:15.250Z",
        ),
        (json!(1_795_270_400_000_i64), "UTC", "2026-11-21T14:13:20Z"),
        (json!(0.0), "UTC", "1970-01-01T00:00:00Z"),
    ] {
        assert_eq!(
            done(json!({ "operation": "parse", "value": given, "timezone": zone })),
            expected
        );
    }
    let pattern = json!({ "operation": "parse", "value": "31.1.2026, 8 Uhr 05", "pattern": "%d.%m.%Y, %H Uhr %M", "timezone": "Europe/Berlin" });
    assert_eq!(done(pattern), "2026-01-31T08:05:00+01:00");
    assert_eq!(
        done(json!({ "operation": "parse", "value": "01/31/26", "pattern": "%m/%d/%y" })),
        "2026-01-31T00:00:00Z"
    );
    let input = run(
        "date_time",
        json!({ "operation": "convert", "timezone": "Asia/Tokyo" }),
        json!("2026-01-01T00:00:00Z"),
    );
    assert_eq!(input.unwrap(), "2026-01-01T09:00:00+09:00");
}

#[test]
fn times_are_written_by_a_pattern() {
    let written = |pattern: &str| {
        done(
            json!({ "operation": "format", "value": "2026-03-29T12:00:00Z", "timezone": "Europe/Berlin", "pattern": pattern }),
        )
    };
    assert_eq!(
        written("%A, %d.%m.%Y %H:%M %Z"),
        "Sunday, 29.03.2026 14:00 CEST"
    );
    assert_eq!(written("KW %V – %s"), "KW 13 – 1774785600");
    assert_eq!(written(""), "");
}

#[test]
fn times_move_by_the_calendar_of_their_zone() {
    let moved = |operation: &str, value: &str, amount: i64, unit: &str| {
        done(
            json!({ "operation": operation, "value": value, "amount": amount, "unit": unit, "timezone": "Europe/Berlin" }),
        )
    };
    // Clocks go forward on 2026-03-29 at 02:00.
    assert_eq!(
        moved("add", "2026-03-28T12:00", 1, "days"),
        "2026-03-29T12:00:00+02:00"
    );
    assert_eq!(
        moved("add", "2026-03-28T12:00", 24, "hours"),
        "2026-03-29T13:00:00+02:00"
    );
    assert_eq!(
        moved("add", "2026-03-28T02:30", 1, "days"),
        "2026-03-29T03:00:00+02:00"
    );
    assert_eq!(
        moved("add", "2026-01-31", 1, "months"),
        "2026-02-28T00:00:00+01:00"
    );
    assert_eq!(
        moved("add", "2024-02-29", 1, "years"),
        "2025-02-28T00:00:00+01:00"
    );
    assert_eq!(
        moved("subtract", "2026-01-01", 2, "weeks"),
        "2025-12-18T00:00:00+01:00"
    );
    assert_eq!(
        moved("subtract", "2026-01-01", -1500, "milliseconds"),
        "2026-01-01T00:00:01.500+01:00"
    );
}

#[test]
fn units_have_a_start_and_an_end() {
    let bounds = |unit: &str, value: &str| {
        let bound = |operation: &str| {
            done(
                json!({ "operation": operation, "value": value, "unit": unit, "timezone": "Europe/Berlin" }),
            )
        };
        (bound("start_of"), bound("end_of"))
    };
    let is = |found: (Value, Value), start: &str, end: &str| {
        assert_eq!(found, (json!(start), json!(end)));
    };
    is(
        bounds("years", "2026-05-13T10:11:12.345Z"),
        "2026-01-01T00:00:00+01:00",
        "2026-12-31T23:59:59.999+01:00",
    );
    is(
        bounds("months", "2026-02-13T10:00:00Z"),
        "2026-02-01T00:00:00+01:00",
        "2026-02-28T23:59:59.999+01:00",
    );
    is(
        bounds("weeks", "2026-03-29"),
        "2026-03-23T00:00:00+01:00",
        "2026-03-29T23:59:59.999+02:00",
    );
    is(
        bounds("days", "2026-03-29T12:00"),
        "2026-03-29T00:00:00+01:00",
        "2026-03-29T23:59:59.999+02:00",
    );
    is(
        bounds("hours", "2026-05-13T10:11:12.345"),
        "2026-05-13T10:00:00+02:00",
        "2026-05-13T10:59:59.999+02:00",
    );
    is(
        bounds("seconds", "2026-05-13T10:11:12.345"),
        "2026-05-13T10:11:12+02:00",
        "2026-05-13T10:11:12.999+02:00",
    );
    // The second 02:xx of the day on which clocks go back.
    is(
        bounds("hours", "2026-10-25T01:30:00Z"),
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T02:59:59.999+01:00",
    );
}

#[test]
fn differences_are_numbers() {
    for (from, until, unit, expected) in [
        ("2026-01-01", "2026-01-02", "hours", json!(24)),
        ("2026-03-28", "2026-03-30", "days", json!(2)),
        ("2026-01-02", "2026-01-01T12:00", "days", json!(-0.5)),
        ("2026-01-31", "2026-02-28", "months", json!(1)),
        ("2026-01-15", "2026-03-14", "months", json!(1)),
        ("2026-03-14", "2026-01-15", "months", json!(-1)),
        ("2000-02-29", "2026-02-28", "years", json!(26)),
        ("2026-01-01", "2026-01-01T00:00:01.5", "seconds", json!(1.5)),
    ] {
        let config = json!({ "operation": "difference", "value": from, "until": until, "unit": unit, "timezone": "Europe/Berlin" });
        assert_eq!(done(config), expected, "{from} {until} {unit}");
    }
    let now = json!({ "operation": "difference", "value": "{{ $now() }}", "until": "2026-11-21T14:13:21Z", "unit": "seconds" });
    assert_eq!(done(now), 1);
}

#[test]
fn what_is_no_time_is_named() {
    for bad in [
        json!("31.01.2026"),
        json!("2026-02-30"),
        json!(""),
        json!(1.5),
        json!(1e300),
        json!(null),
        json!([]),
    ] {
        assert_eq!(
            refused("date_time", json!({ "operation": "parse" }), bad).0,
            "transform.no_time"
        );
    }
    let far =
        json!({ "operation": "add", "value": "2026-01-01", "amount": i64::MAX, "unit": "years" });
    assert_eq!(
        refused("date_time", far, json!(null)).0,
        "transform.no_time"
    );
    let far = json!({ "operation": "subtract", "value": "2026-01-01", "amount": i64::MIN, "unit": "hours" });
    assert_eq!(
        refused("date_time", far, json!(null)).0,
        "transform.no_time"
    );
}

#[test]
fn what_is_missing_shows_when_the_version_is_published() {
    for bad in [
        json!({ "operation": "format" }),
        json!({ "operation": "format", "pattern": "%Q" }),
        json!({ "operation": "add", "unit": "days" }),
        json!({ "operation": "add", "amount": 1 }),
        json!({ "operation": "difference", "unit": "days" }),
        json!({ "operation": "start_of" }),
        json!({ "operation": "parse", "timezone": "Berlin" }),
        json!({ "operation": "guess" }),
    ] {
        assert!(parse("date_time", bad.clone()).is_err(), "{bad}");
    }
    let computed =
        json!({ "operation": "parse", "timezone": "{{ 'Berlin' }}", "value": "2026-01-01" });
    assert_eq!(
        refused("date_time", computed, json!(null)).0,
        "node.config_invalid"
    );
}
