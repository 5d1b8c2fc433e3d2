use super::*;
use workflow::config::{Batch, Debounce, Throttle};

/// Events that came at these times, numbered from 1.
fn waiting(times_ms: &[i64]) -> Vec<Waiting> {
    let event = |(number, at_ms): (u128, &i64)| Waiting {
        event: EventId::from_u128(number),
        at_ms: *at_ms,
        priority: 0.0,
        bytes: 10,
        is_new: true,
        fault: None,
    };
    (1..).zip(times_ms).map(event).collect()
}

fn running(number: u128) -> Running {
    Running {
        event: EventId::from_u128(number),
        run: RunId::from_u128(number),
        over: false,
        cancelled: false,
    }
}

/// `start 2`, `debounced 1`, … as the steps say it.
fn said(decided: &Decided) -> Vec<String> {
    let number = |event: &EventId| event.as_u128();
    let say = |step: &Step| match step {
        Step::Decline(event, code, _) => format!("{code} {}", number(event)),
        Step::Hold(event, code, _) => format!("hold {} for {code}", number(event)),
        Step::Start(events) => {
            let numbers: Vec<String> = events.iter().map(|e| number(e).to_string()).collect();
            format!("start {}", numbers.join("+"))
        }
        Step::Cancel(event, _) => format!("cancel {}", number(event)),
        Step::Forget(event) => format!("forget {}", number(event)),
    };
    decided.steps.iter().map(say).collect()
}

fn key(now_ms: i64, times_ms: &[i64]) -> Key {
    Key {
        now_ms,
        waiting: waiting(times_ms),
        ..Key::default()
    }
}

const BATCH: Batch = Batch {
    size: 2,
    seconds: 5,
};

#[test]
fn concurrency_starts_as_many_as_may_be_and_holds_the_rest_in_order() {
    let flow = FlowControl {
        concurrency: Some(2),
        ..FlowControl::default()
    };
    let decided = decide(&flow, key(1_000, &[1, 2, 3]));
    assert_eq!(
        said(&decided),
        ["start 1", "start 2", "hold 3 for concurrency"]
    );
    assert_eq!(decided.look_at_ms, Some(2_000));
    let mut later = key(3_000, &[3]);
    later.running = vec![running(8), running(9)];
    later.running[0].over = true;
    assert_eq!(said(&decide(&flow, later)), ["forget 8", "start 1"]);
}

#[test]
fn the_higher_priority_goes_first_and_equals_in_their_order() {
    let flow = FlowControl {
        concurrency: Some(2),
        ..FlowControl::default()
    };
    let mut key = key(1_000, &[1, 2, 3]);
    key.waiting[1].priority = 5.0;
    assert_eq!(
        said(&decide(&flow, key)),
        ["start 2", "start 1", "hold 3 for concurrency"]
    );
}

#[test]
fn a_singleton_that_skips_starts_the_first_alone() {
    let flow = FlowControl {
        singleton: Some(Singleton::Skip),
        ..FlowControl::default()
    };
    let decided = decide(&flow, key(1_000, &[1, 2, 3]));
    assert_eq!(said(&decided), ["singleton 2", "singleton 3", "start 1"]);
    let mut busy = key(2_000, &[4]);
    busy.running = vec![running(9)];
    assert_eq!(said(&decide(&flow, busy)), ["singleton 1"]);
}

#[test]
fn a_singleton_that_replaces_waits_until_the_old_run_has_ended() {
    let flow = FlowControl {
        singleton: Some(Singleton::Replace),
        ..FlowControl::default()
    };
    let mut busy = key(1_000, &[1, 2]);
    busy.running = vec![running(9)];
    let decided = decide(&flow, busy.clone());
    assert_eq!(
        said(&decided),
        ["replaced 1", "cancel 9", "hold 2 for singleton"]
    );
    busy.running[0].cancelled = true;
    assert!(!said(&decide(&flow, busy.clone())).contains(&"cancel 9".to_owned()));
    busy.running[0].over = true;
    assert_eq!(
        said(&decide(&flow, busy)),
        ["forget 9", "replaced 1", "start 2"]
    );
}

#[test]
fn a_throttle_lets_so_many_through_in_any_window() {
    let flow = FlowControl {
        throttle: Some(Throttle {
            count: 2,
            seconds: 10,
        }),
        ..FlowControl::default()
    };
    let mut first = key(20_000, &[1, 2]);
    first.starts_ms = vec![5_000, 12_000];
    let decided = decide(&flow, first);
    assert_eq!(said(&decided), ["start 1", "hold 2 for throttle"]);
    assert_eq!(decided.starts_ms, [12_000, 20_000]);
    assert_eq!(decided.look_at_ms, Some(22_000));
    let mut idle = key(30_000, &[]);
    idle.starts_ms = decided.starts_ms;
    let decided = decide(&flow, idle);
    assert_eq!(decided.look_at_ms, None, "nothing is left to count");
}

#[test]
fn a_debounce_starts_the_last_after_the_pause() {
    let flow = FlowControl {
        debounce: Some(Debounce {
            seconds: 5,
            longest_seconds: Some(8),
        }),
        ..FlowControl::default()
    };
    let decided = decide(&flow, key(3_000, &[1_000, 2_000]));
    assert_eq!(said(&decided), ["debounced 1", "hold 2 for debounce"]);
    assert_eq!(
        (decided.since_ms, decided.look_at_ms),
        (Some(1_000), Some(7_000))
    );
    let mut more = key(8_500, &[6_000, 8_500]);
    more.since_ms = decided.since_ms;
    let decided = decide(&flow, more);
    assert_eq!(
        decided.look_at_ms,
        Some(9_000),
        "the longest wait ends first"
    );
    let mut due = key(9_000, &[8_500]);
    due.since_ms = decided.since_ms;
    let decided = decide(&flow, due);
    assert_eq!(said(&decided), ["start 1"]);
    assert_eq!(decided.since_ms, None);
}

#[test]
fn a_batch_starts_when_it_is_full_or_its_time_is_over() {
    let flow = FlowControl {
        batch: Some(BATCH),
        ..FlowControl::default()
    };
    let decided = decide(&flow, key(1_000, &[1, 2, 900]));
    assert_eq!(said(&decided), ["start 1+2", "hold 3 for batch"]);
    assert_eq!(decided.look_at_ms, Some(5_900));
    assert_eq!(said(&decide(&flow, key(5_900, &[900]))), ["start 1"]);
}

#[test]
fn a_batch_stays_small_enough_for_one_message() {
    let flow = FlowControl {
        batch: Some(BATCH),
        ..FlowControl::default()
    };
    let mut large = key(1_000, &[1, 2]);
    large.waiting[0].bytes = BATCH_BYTES - 5;
    assert_eq!(said(&decide(&flow, large)), ["start 1", "hold 2 for batch"]);
}

#[test]
fn what_has_no_key_and_what_is_too_many_is_declined() {
    let flow = FlowControl {
        concurrency: Some(1),
        ..FlowControl::default()
    };
    let mut key = key(1_000, &vec![1; MOST + 2]);
    key.waiting[0].fault = Some("no".to_owned());
    let said = said(&decide(&flow, key));
    assert_eq!(said[..3], ["key_failed 1", "overflow 1002", "start 2"]);
}

#[test]
fn a_debounce_keeps_the_last_of_however_many() {
    let flow = FlowControl {
        debounce: Some(Debounce {
            seconds: 5,
            longest_seconds: None,
        }),
        ..FlowControl::default()
    };
    let said = said(&decide(&flow, key(1_000, &vec![1; MOST + 2])));
    assert_eq!(said.last().unwrap(), "hold 1002 for debounce");
}

#[test]
fn of_events_in_any_order_each_has_one_fate() {
    let flows = [
        FlowControl {
            singleton: Some(Singleton::Skip),
            throttle: Some(Throttle {
                count: 1,
                seconds: 3,
            }),
            ..FlowControl::default()
        },
        FlowControl {
            debounce: Some(Debounce {
                seconds: 2,
                longest_seconds: None,
            }),
            concurrency: Some(1),
            ..FlowControl::default()
        },
        FlowControl {
            batch: Some(BATCH),
            concurrency: Some(1),
            ..FlowControl::default()
        },
    ];
    for flow in flows {
        let mut key = Key::default();
        let mut ended: Vec<u128> = Vec::new();
        let mut now_ms = 0;
        for number in 1..=200_u128 {
            now_ms += i64::try_from(number * 7919 % 1_500).unwrap();
            let mut event = waiting(&[now_ms]).remove(0);
            event.event = EventId::from_u128(number);
            key.waiting.push(event);
            for round in 0..=u32::from(number == 200) * 600 {
                key.now_ms = now_ms + i64::from(round) * 1_000;
                let decided = decide(&flow, key.clone());
                key.since_ms = decided.since_ms;
                key.starts_ms.clone_from(&decided.starts_ms);
                for run in &mut key.running {
                    run.over = true;
                }
                for step in decided.steps {
                    match step {
                        Step::Decline(event, ..) => {
                            ended.push(event.as_u128());
                            key.waiting.retain(|waiting| waiting.event != event);
                        }
                        Step::Start(events) => {
                            ended.extend(events.iter().map(|event| event.as_u128()));
                            key.waiting
                                .retain(|waiting| !events.contains(&waiting.event));
                            key.running.push(running(events.last().unwrap().as_u128()));
                        }
                        Step::Forget(event) => key.running.retain(|run| run.event != event),
                        Step::Hold(event, ..) => {
                            let mut held = key.waiting.iter_mut();
                            held.find(|waiting| waiting.event == event).unwrap().is_new = false;
                        }
                        Step::Cancel(..) => panic!("nothing replaces here"),
                    }
                }
            }
        }
        ended.sort_unstable();
        assert_eq!(ended, (1..=200).collect::<Vec<_>>(), "{flow:?}");
    }
}
