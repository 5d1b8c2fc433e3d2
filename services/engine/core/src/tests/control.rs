use super::kit::{Story, document};
use crate::Status;
use events::{ErrorClass, RunEvent, SkipReason};
use serde_json::{Value, json};

fn go() -> Value {
    json!({ "id": "go", "node_type": "trigger.manual" })
}

fn value(id: &str, output: &str) -> Value {
    json!({ "id": id, "node_type": "transform", "config": { "output": output } })
}

fn http(id: &str) -> Value {
    json!({ "id": id, "node_type": "http_request", "config": { "url": "https://example.org/" } })
}

fn sorted_by(take: &str) -> Value {
    let cases = json!([
        { "name": "big", "condition": "{{ input > 10 }}" },
        { "name": "even", "condition": "{{ input % 2 = 0 }}" },
    ]);
    let nodes = json!([
        go(),
        { "id": "sort", "node_type": "switch", "config": { "cases": cases, "take": take } },
        value("big", "{{ input }}"),
        value("even", "{{ input }}"),
        value("rest", "{{ input }}"),
    ]);
    let edges = [
        "go.out>sort.in",
        "sort.big>big.in",
        "sort.even>even.in",
        "sort.otherwise>rest.in",
    ];
    document(nodes, &edges)
}

#[test]
fn a_switch_takes_the_first_case_that_holds_or_all_or_otherwise() {
    let taken =
        |take: &str, input: u32| Story::started(sorted_by(take), json!(input)).final_output();
    assert_eq!(taken("first", 12), json!({ "big": 12 }));
    assert_eq!(taken("all", 12), json!({ "big": 12, "even": 12 }));
    assert_eq!(taken("first", 4), json!({ "even": 4 }));
    assert_eq!(taken("all", 3), json!({ "rest": 3 }));
}

/// Three requests at once, then a join.
fn joined(config: Value) -> Value {
    let inputs = json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }]);
    let nodes = json!([
        go(),
        http("fa"),
        http("fb"),
        http("fc"),
        { "id": "join", "node_type": "join", "config": config, "inputs": inputs },
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>fa.in",
        "go.out>fb.in",
        "go.out>fc.in",
        "fa.out>join.a",
        "fb.out>join.b",
        "fc.out>join.c",
        "fa.error>join.a",
        "join.out>end.in",
    ];
    let edges: Vec<&str> = edges
        .into_iter()
        .filter(|edge| *edge != "fa.error>join.a")
        .collect();
    let mut nodes = nodes;
    // Errors end in a log, so that they do not end the run.
    nodes
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "lost", "node_type": "log", "config": { "message": "{{ input }}" } }));
    let lost = ["fa.error>lost.in", "fb.error>lost.in", "fc.error>lost.in"];
    document(nodes, &[&edges[..], &lost].concat())
}

fn answer(story: &mut Story, id: &str) {
    story.complete(id, json!(id));
    story.run = crate::fold(*story.run.identity(), &story.log);
}

#[test]
fn a_join_of_any_goes_on_with_the_first_and_later_ones_change_nothing() {
    let mut story = Story::started(joined(json!({ "mode": "any" })), json!(null));
    answer(&mut story, "fb");
    assert!(story.short().contains(&"done end".to_owned()));
    answer(&mut story, "fa");
    answer(&mut story, "fc");
    assert_eq!(story.final_output()["end"], json!({ "b": "fb" }));
}

#[test]
fn a_quorum_goes_on_with_enough_and_is_skipped_when_too_few_can_come() {
    let quorum = json!({ "mode": "quorum", "quorum": 2 });
    let mut story = Story::started(joined(quorum.clone()), json!(null));
    answer(&mut story, "fc");
    assert!(!story.short().contains(&"done end".to_owned()));
    answer(&mut story, "fa");
    answer(&mut story, "fb");
    assert_eq!(story.final_output()["end"], json!({ "a": "fa", "c": "fc" }));

    let mut story = Story::started(joined(quorum), json!(null));
    answer(&mut story, "fc");
    story.fail("fa", ErrorClass::Rejected, None);
    story.fail("fb", ErrorClass::Rejected, None);
    let few = SkipReason::TooFewCame { wanted: 2, came: 1 };
    let skipped =
        |event: &RunEvent| matches!(event, RunEvent::NodeSkipped { reason, .. } if *reason == few);
    assert!(story.log.iter().any(skipped), "{:?}", story.short());
    assert_eq!(story.run.status(), Status::Completed);
}

#[test]
fn a_join_that_is_late_goes_on_or_fails_as_it_says() {
    let late = |late: &str| json!({ "mode": "all", "timeout_seconds": 60, "late": late });
    let mut story = Story::started(joined(late("go_on")), json!(null));
    assert_eq!(
        story.run.wake_at_ms(&story.plan),
        None,
        "its time begins with the first input"
    );
    answer(&mut story, "fb");
    story.wake().unwrap();
    assert!(story.short().ends_with(&[
        "late join".to_owned(),
        "done join".to_owned(),
        "done end".to_owned()
    ]));

    let mut story = Story::started(joined(late("fail")), json!(null));
    answer(&mut story, "fb");
    story.wake().unwrap();
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.short())
    };
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Timeout, "join.timed_out")
    );
}

#[test]
fn a_join_in_time_waits_for_nothing_more() {
    let mut story = Story::started(joined(json!({ "timeout_seconds": 60 })), json!(null));
    for id in ["fa", "fb", "fc"] {
        answer(&mut story, id);
    }
    assert_eq!(story.run.status(), Status::Completed);
}

fn each(on_error: &str, body: &[Value], edges: &[&str]) -> Value {
    let mut nodes = vec![
        go(),
        json!({ "id": "each", "node_type": "loop", "config": { "on_error": on_error, "concurrency": 2 } }),
        value("end", "{{ input }}"),
    ];
    nodes.extend(body.iter().cloned());
    let around = ["go.out>each.items", "each.done>end.in"];
    document(Value::from(nodes), &[&around, edges].concat())
}

#[test]
fn a_loop_that_goes_on_after_errors_tells_of_them() {
    let picky = json!({ "id": "picky", "node_type": "branch", "config": { "condition": "{{ item = 2 }}" } });
    let fail = json!({ "id": "fail", "node_type": "fail", "config": { "message": "no {{ item }}", "code": "my.code" } });
    let body = [picky, fail, value("keep", "{{ item }}")];
    let edges = [
        "each.item>picky.in",
        "picky.true>fail.in",
        "picky.false>keep.in",
        "keep.out>each.next",
    ];
    let mut document = each("continue", &body, &edges);
    document["nodes"]
        .as_array_mut()
        .unwrap()
        .push(value("told", "{{ input }}"));
    document["edges"]
        .as_array_mut()
        .unwrap()
        .push(super::kit::edge("each.errors>told.in"));
    let story = Story::started(document.clone(), json!([1, 2, 3]));
    let output = story.final_output();
    assert_eq!(output["end"], json!([1, null, 3]));
    let told = &output["told"][0];
    assert_eq!((&told["index"], &told["item"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&told["error"]["message"], &told["error"]["class"]),
        (&json!("no 2"), &json!("stated"))
    );
    assert_eq!(told["error"]["node"], "fail");

    document["nodes"][1]["config"]["on_error"] = json!("fail");
    let nodes = document["nodes"].as_array_mut().unwrap();
    nodes.pop();
    document["edges"].as_array_mut().unwrap().pop();
    let story = Story::started(document, json!([1, 2, 3]));
    assert!(story.short().ends_with(&[
        "fail fail[1]".to_owned(),
        "fail each".to_owned(),
        "failed".to_owned()
    ]));
}

#[test]
fn a_loop_that_fails_inside_another_lets_go_of_its_turns() {
    let inner = json!({ "id": "inner", "node_type": "loop", "config": { "concurrency": 2 } });
    let body = [inner, http("fetch")];
    let edges = [
        "each.item>inner.items",
        "inner.item>fetch.in",
        "fetch.out>inner.next",
        "inner.done>each.next",
    ];
    let mut story = Story::started(each("continue", &body, &edges), json!([[1, 2, 3], [4]]));
    assert_eq!(story.keys_of("fetch").len(), 3);
    let late = story.keys_of("fetch").remove(1);
    story.fail("fetch", ErrorClass::Rejected, None);
    assert!(
        story.short().contains(&"skip fetch[0][1]".to_owned()),
        "{:?}",
        story.short()
    );
    let completed = crate::Input::EffectCompleted {
        effect_key: late,
        outcome: json!(1).into(),
        cost: None,
    };
    assert!(story.take(completed).is_err(), "nobody waits for it");
    answer(&mut story, "fetch");
    assert_eq!(story.final_output(), json!({ "end": [null, ["fetch"]] }));
}

#[test]
fn a_stop_ends_its_loop_with_a_reason() {
    let found = json!({ "id": "found", "node_type": "branch", "config": { "condition": "{{ item = 3 }}" } });
    let stop =
        json!({ "id": "stop", "node_type": "stop", "config": { "reason": "found {{ item }}" } });
    let edges = [
        "each.item>found.in",
        "found.true>stop.in",
        "found.false>each.next",
    ];
    let mut document = each("fail", &[found, stop], &edges);
    document["nodes"][1]["config"]["concurrency"] = json!(1);
    let items: Vec<u32> = (1..=1_000).collect();
    for commit in ["when_needed", "each_node"] {
        document["commit"] = json!(commit);
        let mut story = Story::started(document.clone(), json!(items));
        story.go_on_from_the_log();
        let turns = story
            .short()
            .iter()
            .filter(|event| event.starts_with("turn"))
            .count();
        assert_eq!(turns, 3);
        assert_eq!(story.final_output(), json!({ "end": [1, 2, null] }));
        let told = story.log.iter().find_map(|event| {
            let RunEvent::LoopStopped { reason, index, .. } = event else {
                return None;
            };
            Some((reason.as_str(), *index))
        });
        assert_eq!(told, Some(("found 3", 2)));
    }
}

#[test]
fn a_stop_ends_the_run_well() {
    let nodes = json!([
        go(),
        { "id": "stop", "node_type": "stop", "config": { "what": "run", "reason": "nothing to do" } },
        http("later"),
    ]);
    let story = Story::started(
        document(nodes, &["go.out>stop.in", "go.out>later.in"]),
        json!(null),
    );
    let end = story.log.last().unwrap();
    assert!(
        matches!(end, RunEvent::RunCompleted { stopped: Some(reason), .. } if reason == "nothing to do")
    );
}

fn counted(most: u32, body: Value) -> Value {
    let nodes = json!([
        go(),
        { "id": "count", "node_type": "while", "config": { "condition": "{{ item < 4 }}", "most": most } },
        body,
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>count.in",
        "count.item>body.in",
        "body.out>count.next",
        "count.done>end.in",
    ];
    document(nodes, &edges)
}

#[test]
fn a_while_loop_passes_its_value_from_turn_to_turn() {
    let mut document = counted(10, value("body", "{{ item + 1 }}"));
    for commit in ["when_needed", "each_node"] {
        document["commit"] = json!(commit);
        let mut story = Story::started(document.clone(), json!(1));
        story.go_on_from_the_log();
        assert_eq!(story.final_output(), json!({ "end": 4 }));
        let turns = story
            .short()
            .iter()
            .filter(|event| event.starts_with("turn"))
            .count();
        assert_eq!(turns, 3);
    }
    let mut story = Story::started(document, json!(9));
    story.go_on_from_the_log();
    assert_eq!(
        story.final_output(),
        json!({ "end": 9 }),
        "the condition never held"
    );
}

#[test]
fn a_while_loop_waits_for_its_body_and_has_a_bound() {
    let mut story = Story::started(counted(10, http("body")), json!(1));
    for n in 2..=4 {
        story.complete("body", json!(n));
        story.run = crate::fold(*story.run.identity(), &story.log);
    }
    assert_eq!(story.final_output(), json!({ "end": 4 }));

    let story = Story::started(counted(2, value("body", "{{ item }}")), json!(1));
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.short())
    };
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Limit, "loop.too_many_turns")
    );
}
