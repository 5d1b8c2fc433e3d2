use super::kit::{NOW, Story, document, node, refused};
use crate::{Effect, Given, Input, Quiescence, Rejection, Status, effects, fold, refuse};
use events::{EffectCost, ErrorClass, Json, RunEvent, WebhookAnswer};
use ids::InvocationId;
use serde_json::{Value, json};

fn manual() -> Value {
    json!({ "id": "go", "node_type": "trigger.manual" })
}

fn http(id: &str) -> Value {
    json!({ "id": id, "node_type": "http_request", "config": { "url": "https://example.org/{{ input.path }}" } })
}

fn transform(id: &str, output: Value) -> Value {
    json!({ "id": id, "node_type": "transform", "config": { "output": output } })
}

#[test]
fn a_pure_run_ends_in_one_decision() {
    let nodes = json!([
        manual(),
        transform("double", json!({ "n": "{{ input.n * 2 }}" })),
        { "id": "answer", "node_type": "http_response", "config": { "status": 201, "body": "{{ input }}" } },
    ]);
    let story = Story::started(
        document(nodes, &["go.out>double.in", "double.out>answer.in"]),
        json!({ "n": 21 }),
    );
    assert_eq!(
        story.short(),
        ["started", "plan", "done double", "done answer", "completed"]
    );
    let Effect::Respond(response) = &story.told[0] else {
        panic!("{:?}", story.told)
    };
    let WebhookAnswer::Response { status, body, .. } = &response.answer else {
        panic!("{response:?}")
    };
    assert_eq!((*status, body.value()), (201, json!({ "n": 42 })));
    assert!(matches!(story.told[1], Effect::Completed(_)));
    assert_eq!(
        story.told.len(),
        2,
        "an answered client is not answered again"
    );
}

#[test]
fn an_effect_is_asked_for_once_and_its_result_goes_on() {
    let nodes = json!([
        manual(),
        http("fetch"),
        transform("after", json!("{{ input.status }}"))
    ]);
    let edges = ["go.out>fetch.in", "fetch.out>after.in"];
    let mut story = Story::started(document(nodes, &edges), json!({ "path": "a" }));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    let Effect::Request(crate::AdapterRequest::Http(request)) = &story.told[0] else {
        panic!("{:?}", story.told)
    };
    assert_eq!(request.url, "https://example.org/a");
    assert_eq!(request.origin.effect_key.len(), 32);
    let key = story.keys_of("fetch").remove(0);
    let again = story
        .run
        .open_effects()
        .next()
        .map(|(key, open)| story.run.request(key, open));
    assert_eq!(
        again
            .flatten()
            .as_ref()
            .map(|r| matches!(r, crate::AdapterRequest::Http(r) if r == request)),
        Some(true)
    );
    let completed = Input::EffectCompleted {
        effect_key: key.clone(),
        outcome: Json::from(json!({ "status": 200, "headers": {}, "body": null })),
        cost: Some(EffectCost {
            invocation_id: InvocationId::from_u128(9),
            input_tokens: 1,
            output_tokens: 2,
            cost_micros: 3,
            child_run_id: None,
        }),
    };
    story.take(completed.clone()).unwrap();
    assert_eq!(
        story.short()[2..],
        [
            "start fetch",
            "ask fetch",
            "answer fetch",
            "cost fetch",
            "done fetch",
            "done after",
            "completed"
        ]
    );
    assert_eq!(story.final_output(), json!({ "after": 200 }));
    assert_eq!(story.take(completed), Err(Rejection::Stale));
}

#[test]
fn a_result_that_comes_twice_or_out_of_nowhere_changes_nothing() {
    let nodes = json!([manual(), http("a"), http("b")]);
    let mut story = Story::started(
        document(nodes, &["go.out>a.in", "go.out>b.in"]),
        json!({ "path": "x" }),
    );
    let key = story.keys_of("a").remove(0);
    story.complete("a", json!({}));
    let before = story.run.clone();
    let input = |effect_key: &str| Input::EffectFailed {
        effect_key: effect_key.to_owned(),
        error: refused(ErrorClass::Timeout),
        cost: None,
    };
    assert_eq!(story.take(input(&key)), Err(Rejection::Repeated));
    assert_eq!(story.take(input("nobody")), Err(Rejection::UnknownEffect));
    assert_eq!(story.run, before);
    assert_eq!(story.start(json!({})), Err(Rejection::Repeated));
}

#[test]
fn a_failure_without_an_error_edge_ends_the_run_with_its_cause() {
    let nodes = json!([manual(), http("fetch"), http("other")]);
    let mut story = Story::started(
        document(nodes, &["go.out>fetch.in", "go.out>other.in"]),
        json!({ "path": "x" }),
    );
    let effect_key = story.keys_of("fetch").remove(0);
    let error = refused(ErrorClass::Unavailable);
    story
        .take(Input::EffectFailed {
            effect_key,
            error,
            cost: None,
        })
        .unwrap();
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.log)
    };
    assert_eq!(
        (error.node.clone(), error.class),
        (Some(node("fetch")), ErrorClass::Unavailable)
    );
    assert_eq!(story.run.status(), Status::Failed);
    assert!(story.told.iter().any(|effect| matches!(effect, Effect::Respond(r) if matches!(r.answer, WebhookAnswer::Ended { failed: Some(_) }))));
}

#[test]
fn a_wired_error_port_takes_over() {
    let nodes = json!([
        manual(),
        http("fetch"),
        transform("ok", json!(1)),
        transform("oops", json!("{{ input.code }}"))
    ]);
    let edges = ["go.out>fetch.in", "fetch.out>ok.in", "fetch.error>oops.in"];
    let mut story = Story::started(document(nodes, &edges), json!({ "path": "x" }));
    let effect_key = story.keys_of("fetch").remove(0);
    let error = refused(ErrorClass::Unavailable);
    story
        .take(Input::EffectFailed {
            effect_key,
            error,
            cost: None,
        })
        .unwrap();
    assert_eq!(
        story.short()[4..],
        [
            "answer fetch",
            "fail fetch",
            "skip ok",
            "done oops",
            "completed"
        ]
    );
    assert_eq!(story.final_output(), json!({ "oops": "http.status" }));
}

#[test]
fn a_branch_skips_what_it_does_not_choose() {
    let nodes = json!([
        manual(),
        { "id": "urgent", "node_type": "branch", "config": { "condition": "{{ input.urgent }}" } },
        { "id": "tell", "node_type": "notify", "config": { "title": "{{ input.subject }}", "urgency": "high" } },
        { "id": "queue", "node_type": "log", "config": { "message": "later" } },
    ]);
    let edges = [
        "go.out>urgent.in",
        "urgent.true>tell.in",
        "urgent.false>queue.in",
    ];
    let story = Story::started(
        document(nodes, &edges),
        json!({ "urgent": true, "subject": "Fire" }),
    );
    assert_eq!(
        story.short()[2..],
        [
            "true urgent",
            "done urgent",
            "done tell",
            "skip queue",
            "completed"
        ]
    );
    let Effect::Notify(raised) = &story.told[0] else {
        panic!("{:?}", story.told)
    };
    assert_eq!(
        (raised.title.as_str(), raised.raised_at.timestamp_millis()),
        ("Fire", NOW)
    );
}

#[test]
fn parallel_branches_meet_in_a_join_once() {
    let nodes = json!([
        manual(),
        { "id": "split", "node_type": "parallel", "outputs": [{ "name": "a" }, { "name": "b" }] },
        http("one"),
        transform("two", json!("two")),
        { "id": "both", "node_type": "join", "inputs": [{ "name": "left" }, { "name": "right" }] },
    ]);
    let edges = [
        "go.out>split.in",
        "split.a>one.in",
        "split.b>two.in",
        "one.out>both.left",
        "two.out>both.right",
    ];
    let mut story = Story::started(document(nodes, &edges), json!({ "path": "x" }));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    story.complete("one", json!({ "status": 200 }));
    assert_eq!(
        story.final_output(),
        json!({ "both": { "left": { "status": 200 }, "right": "two" } })
    );
}

#[test]
fn a_cancelled_run_takes_nothing_more() {
    let nodes = json!([manual(), http("fetch")]);
    let mut story = Story::started(
        document(nodes, &["go.out>fetch.in"]),
        json!({ "path": "x" }),
    );
    let effect_key = story.keys_of("fetch").remove(0);
    let cancel = || Input::Cancel {
        actor: None,
        reason: "enough".to_owned(),
    };
    story.take(cancel()).unwrap();
    let late = Input::EffectCompleted {
        effect_key,
        outcome: Json::null(),
        cost: None,
    };
    assert_eq!(story.take(late), Err(Rejection::Stale));
    assert_eq!(story.take(cancel()), Err(Rejection::Stale));
    assert_eq!(story.take(Input::GoOn), Err(Rejection::Stale));
    assert!(matches!(story.told.last(), Some(Effect::Respond(_))));
}

#[test]
fn a_failing_expression_names_the_node_and_helps() {
    let nodes = json!([manual(), transform("sum", json!("{{ input.a + 1 }}"))]);
    let story = Story::started(document(nodes, &["go.out>sum.in"]), json!({ "a": "text" }));
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.log)
    };
    assert_eq!(
        (error.class, error.node.clone()),
        (ErrorClass::Expression, Some(node("sum")))
    );
    assert!(error.message.contains("input.a + 1"), "{error:?}");
}

#[test]
fn a_document_that_asks_for_it_commits_after_each_node() {
    let nodes = json!([
        manual(),
        transform("a", json!(1)),
        transform("b", json!(2)),
        transform("c", json!("{{ nodes.a + nodes.b }}"))
    ]);
    let mut document = document(nodes, &["go.out>a.in", "a.out>b.in", "b.out>c.in"]);
    document["commit"] = json!("each_node");
    let mut story = Story::started(document, json!({}));
    assert_eq!(
        (story.short().len(), story.last),
        (3, Some(Quiescence::More))
    );
    story.go_on_from_the_log();
    assert_eq!(story.final_output(), json!({ "c": 3 }));
}

#[test]
fn a_payload_that_no_message_can_carry_fails_the_run() {
    let nodes = json!([manual(), transform("a", json!(1))]);
    let story = Story::started(
        document(nodes, &["go.out>a.in"]),
        json!("x".repeat(300_000)),
    );
    assert!(
        matches!(story.log.last(), Some(RunEvent::RunFailed { error, .. }) if error.class == ErrorClass::Limit)
    );
}

#[test]
fn the_context_names_what_started_the_run() {
    let nodes = json!([
        manual(),
        transform(
            "a",
            json!({ "t": "{{ trigger.type }}", "n": "{{ trigger.n }}", "r": "{{ run.id }}" })
        )
    ]);
    let story = Story::started(document(nodes, &["go.out>a.in"]), json!({ "n": 5 }));
    assert_eq!(
        story.final_output(),
        json!({ "a": { "t": "manual", "n": 5, "r": "00000000000000000000000001" } })
    );
}

#[test]
fn a_value_that_is_not_as_declared_fails_its_node_with_the_place() {
    let mut shape = transform("shape", json!({ "sum": "{{ input.n }}" }));
    let schema = json!({ "type": "object", "properties": { "sum": { "type": "number" } } });
    shape["outputs"] = json!([{ "name": "out", "schema": schema }]);
    let nodes = json!([manual(), shape]);
    let run = |n: Value| {
        Story::started(
            document(nodes.clone(), &["go.out>shape.in"]),
            json!({ "n": n }),
        )
    };
    assert_eq!(run(json!(7)).run.status(), Status::Completed);
    let story = run(json!("seven"));
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.log)
    };
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Schema, "value.not_as_declared")
    );
    assert_eq!(error.node, Some(node("shape")));
    assert_eq!(
        error.detail,
        Some(json!({ "port": "out", "pointer": "/sum" }))
    );
    assert!(!error.message.contains("seven"), "{}", error.message);
}

#[test]
fn a_run_begins_only_with_what_its_trigger_declares() {
    let mut go = manual();
    go["config"] = json!({ "input_schema": { "type": "object", "required": ["name"] } });
    let nodes = json!([go, transform("greet", json!("{{ input.name }}"))]);
    let run = |input: Value| Story::started(document(nodes.clone(), &["go.out>greet.in"]), input);
    assert_eq!(
        run(json!({ "name": "Ada" })).run.status(),
        Status::Completed
    );
    let story = run(json!({}));
    assert_eq!(story.short(), ["started", "plan", "failed"]);
}

#[test]
fn a_value_over_the_limit_fails_its_node_and_names_the_limit() {
    let nodes = json!([
        manual(),
        transform("grow", json!("{{ input.text & input.text }}"))
    ]);
    let half = json!({ "text": "x".repeat(120 * 1024) });
    let story = Story::started(document(nodes, &["go.out>grow.in"]), half);
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.log)
    };
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Limit, "value.too_large")
    );
    assert!(
        error.message.contains("200 KiB") && error.hint.is_some(),
        "{error:?}"
    );
}

#[test]
fn a_promised_start_that_cannot_be_is_a_run_that_failed() {
    let mut story = Story::of(document(json!([manual()]), &[]));
    let trigger = story.trigger();
    let given = Given {
        now_ms: NOW,
        seed: 7,
    };
    let input = Json::from(json!({ "a": 1 }));
    let error = refused(ErrorClass::Rejected);
    let decision = refuse(
        &mut story.run,
        trigger.clone(),
        input.clone(),
        None,
        error.clone(),
        &given,
    )
    .unwrap();
    assert_eq!(decision.quiescence, Quiescence::Ended);
    assert_eq!(story.run.status(), Status::Failed);
    let identity = *story.run.identity();
    assert_eq!(fold(identity, &decision.events), story.run);
    let told = effects(&story.run, 1, &decision.events);
    assert!(matches!(&told[..], [(2, Effect::Failed(failed))] if failed.error == error));
    let again = refuse(&mut story.run, trigger, input, None, error, &given);
    assert_eq!(again, Err(Rejection::Repeated));
}
