//! Models that pursue goals.

use super::{
    kit::{Story, document},
    people::{ANNA, decide, question},
    variants::{dry, fresh},
};
use crate::{AdapterRequest, Effect, Quiescence, Rejection, fold};
use events::{ChatRole, Decision, ErrorClass, Json, LlmCall, RunEvent, Subject};
use ids::{AccountId, WorkflowId};
use serde_json::{Value, json};

const CHILD: WorkflowId = WorkflowId::from_u128(70);
const MAILBOX: AccountId = AccountId::from_u128(71);

fn pursuing(more: Value) -> Value {
    let mut config = json!({
        "goal": "{{ input }}",
        "rounds": 4,
        "tools": [
            { "name": "look", "description": "Looks.", "input": { "type": "object", "properties": { "q": { "type": "string" } } },
              "does": { "kind": "workflow", "workflow_id": CHILD, "reads": true } },
            { "name": "mail", "description": "Sends.", "does": { "kind": "send_email", "account_id": MAILBOX } },
        ],
    });
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "it", "node_type": "coordinate", "config": config },
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input.text }}" } },
    ]);
    document(nodes, &["go.out>it.in", "it.out>end.in"])
}

fn call(name: &str, arguments: Value) -> Value {
    json!({ "id": format!("c-{name}"), "name": name, "arguments": arguments })
}

fn calls(calls: &[Value]) -> Value {
    json!({ "text": "", "calls": calls })
}

/// What the model was asked last.
fn asked(story: &Story) -> LlmCall {
    let mut told = story.told.iter().rev();
    let found = told.find_map(|effect| match effect {
        Effect::Request(AdapterRequest::Llm(request)) => Some(request.call.clone()),
        _ => None,
    });
    found.unwrap()
}

fn mails(story: &Story) -> Vec<&events::EmailSendRequested> {
    let sent = story.told.iter().filter_map(|effect| match effect {
        Effect::Request(AdapterRequest::Smtp(mail)) => Some(mail),
        _ => None,
    });
    sent.collect()
}

fn failure(story: &Story) -> (String, String) {
    match story.log.last() {
        Some(RunEvent::RunFailed { error, .. }) => (error.code.clone(), error.message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_node_needs_of_its_model_reaches_the_adapter() {
    let need = json!({ "privacy": "local", "max_p95_ms": 900, "max_price_micros": 5, "min_context_tokens": 8_000 });
    let story = Story::started(pursuing(json!({ "need": need })), json!("how many?"));
    assert_eq!(json!(asked(&story).need), need);
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "it", "node_type": "generate", "config": { "instructions": "Say hello.", "need": { "privacy": "remote" } } },
    ]);
    let story = Story::started(document(nodes, &["go.out>it.in"]), json!({}));
    assert_eq!(json!(asked(&story).need), json!({ "privacy": "remote" }));
}

#[test]
fn a_model_looks_and_then_answers() {
    let mut story = Story::started(pursuing(json!({})), json!("how many?"));
    let first = asked(&story);
    assert_eq!(first.prompt, "coordinate");
    assert_eq!(first.messages.len(), 1);
    assert_eq!(
        first
            .tools
            .iter()
            .map(|tool| tool.name.as_str())
            .collect::<Vec<_>>(),
        ["look", "mail"]
    );
    story.complete(
        "it",
        calls(&[
            call("look", json!({ "q": "a" })),
            call("look", json!({ "q": "b" })),
        ]),
    );
    story.complete("it", json!({ "found": 1 }));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    story.complete("it", json!({ "found": 2 }));
    let second = asked(&story);
    let roles: Vec<_> = second.messages.iter().map(|message| message.role).collect();
    assert_eq!(
        roles,
        [
            ChatRole::User,
            ChatRole::Assistant,
            ChatRole::Tool,
            ChatRole::Tool
        ]
    );
    assert_eq!(second.messages[3].text, r#"{"found":2}"#);
    assert_eq!(second.messages[3].call_id.as_deref(), Some("c-look"));
    story.complete("it", json!({ "text": "three" }));
    assert_eq!(story.final_output(), json!({ "end": "three" }));
    assert_eq!(
        story.short()[2..],
        [
            "start it",
            "pursue it",
            "ask it[0]",
            "answer it[0]",
            "done it[0]",
            "round 0 it",
            "ask it[1][0]",
            "ask it[1][1]",
            "answer it[1][0]",
            "done it[1][0]",
            "answer it[1][1]",
            "done it[1][1]",
            "ask it[2]",
            "answer it[2]",
            "done it[2]",
            "round 1 it",
            "done it",
            "done end",
            "completed",
        ]
    );
    let traces = story.log.iter().filter_map(|event| match event {
        RunEvent::RoundDecided {
            considered,
            chosen,
            evidence,
            said,
            ..
        } => Some((
            considered.len(),
            chosen.len(),
            evidence.clone(),
            said.clone(),
        )),
        _ => None,
    });
    let seq = |what: &str| {
        story
            .short()
            .iter()
            .position(|short| short == what)
            .unwrap() as u64
            + 1
    };
    assert_eq!(
        traces.collect::<Vec<_>>(),
        [
            (2, 2, vec![seq("done it[0]")], String::new()),
            (
                2,
                0,
                vec![
                    seq("done it[1][0]"),
                    seq("done it[1][1]"),
                    seq("done it[2]")
                ],
                "three".to_owned()
            ),
        ]
    );
}

#[test]
fn nothing_changes_outside_before_a_person_agrees() {
    let mail = json!({ "to": ["a@b.example"], "subject": "s", "text": "t" });
    let mut story = Story::started(pursuing(json!({})), json!("write"));
    story.complete("it", calls(&[call("mail", mail.clone())]));
    assert!(mails(&story).is_empty());
    let Subject::Effect {
        protocol,
        operation,
        request,
        ..
    } = question(&story).about
    else {
        panic!()
    };
    assert_eq!((protocol.as_str(), operation.as_str()), ("smtp", "send"));
    assert_eq!(request.value()["account_id"], json!(MAILBOX));
    story.run = fold(*story.run.identity(), &story.log);
    decide(&mut story, ANNA, Decision::Approve).unwrap();
    assert_eq!(mails(&story).len(), 1);
    story.complete("it", json!({ "message_id": "m" }));
    story.complete("it", json!({ "text": "sent" }));
    assert_eq!(story.final_output(), json!({ "end": "sent" }));
}

#[test]
fn a_person_may_edit_refuse_ignore_or_answer_in_its_place() {
    let mail = json!({ "to": ["a@b.example"], "subject": "s", "text": "t" });
    let began = || {
        let mut story = Story::started(pursuing(json!({})), json!("write"));
        story.complete("it", calls(&[call("mail", mail.clone())]));
        story
    };
    let mut story = began();
    let Subject::Effect { request, .. } = question(&story).about else {
        panic!()
    };
    let mut edited = request.value();
    edited["to"] = json!(["c@d.example"]);
    decide(
        &mut story,
        ANNA,
        Decision::Edit {
            value: Json::from(edited),
        },
    )
    .unwrap();
    assert_eq!(mails(&story)[0].to, ["c@d.example"]);
    for (decision, told) in [
        (Decision::Reject, "approval.rejected"),
        (Decision::Ignore, "ignored"),
        (
            Decision::Respond {
                value: Json::from(json!({ "message_id": "by hand" })),
            },
            "by hand",
        ),
    ] {
        let mut story = began();
        decide(&mut story, ANNA, decision).unwrap();
        assert!(mails(&story).is_empty());
        let last = asked(&story).messages.pop().unwrap();
        assert!(last.text.contains(told), "{}", last.text);
    }
}

#[test]
fn an_edit_changes_what_is_said_and_not_whom_it_speaks_for() {
    let tools = json!([{ "name": "do", "description": "Does.", "does": { "kind": "workflow", "workflow_id": CHILD } }]);
    let mut story = Story::started(pursuing(json!({ "tools": tools })), json!("go"));
    story.complete("it", calls(&[call("do", json!({ "n": 1 }))]));
    let Subject::Effect { request, .. } = question(&story).about else {
        panic!()
    };
    let mut edited = request.value();
    edited["actor"] = json!(ANNA);
    let value = Json::from(edited.clone());
    assert_eq!(
        decide(&mut story, ANNA, Decision::Edit { value }),
        Err(Rejection::Unfit)
    );
    edited.as_object_mut().unwrap().remove("actor");
    edited["input"] = json!({ "n": 2 });
    let value = Json::from(edited);
    decide(&mut story, ANNA, Decision::Edit { value }).unwrap();
    let sent = story.told.iter().find_map(|effect| match effect {
        Effect::Request(AdapterRequest::Child(child)) => Some(child.input.clone()),
        _ => None,
    });
    assert_eq!(sent, Some(json!({ "n": 2 })));
}

#[test]
fn a_tool_that_does_not_exist_or_fit_or_work_is_told_to_the_model() {
    let mut story = Story::started(pursuing(json!({})), json!("go"));
    let wrong = [
        call("rm", json!({})),
        call("mail", json!({ "to": "not a list" })),
        call("look", json!("no object")),
        call("look", json!({ "q": "x" })),
    ];
    story.complete("it", calls(&wrong));
    story.fail("it", ErrorClass::Unavailable, None);
    let told: Vec<String> = asked(&story)
        .messages
        .into_iter()
        .skip(2)
        .map(|message| message.text)
        .collect();
    for (text, code) in told.iter().zip([
        "tool.unknown",
        "tool.arguments_invalid",
        "tool.arguments_invalid",
        "http.status",
    ]) {
        assert!(text.contains(code), "{code} in {text}");
    }
    assert!(mails(&story).is_empty());
    story.complete("it", json!({ "text": "no luck" }));
    assert_eq!(story.final_output(), json!({ "end": "no luck" }));
}

#[test]
fn rounds_and_repetitions_and_tokens_end_it() {
    let mut story = Story::started(pursuing(json!({})), json!("go"));
    for round in 0..4 {
        story.complete(
            "it",
            calls(&[call("look", json!({ "q": round.to_string() }))]),
        );
        story.complete("it", json!(round));
    }
    assert_eq!(failure(&story).0, "coordinate.limit_reached");
    let mut story = Story::started(pursuing(json!({})), json!("go"));
    for round in 0..2 {
        story.complete("it", calls(&[call("look", json!({ "q": "same" }))]));
        story.complete("it", json!(round));
    }
    story.complete("it", calls(&[call("look", json!({ "q": "same" }))]));
    assert_eq!(failure(&story).0, "coordinate.stuck");
    let story = Story::started(pursuing(json!({ "tokens": 100 })), json!("go"));
    let (code, message) = failure(&story);
    assert_eq!(code, "coordinate.limit_reached");
    assert!(message.contains("100 tokens"));
    assert!(
        story
            .told
            .iter()
            .all(|effect| !matches!(effect, Effect::Request(_)))
    );
}

#[test]
fn a_model_that_cannot_be_asked_ends_it_and_what_was_begun_is_let_go() {
    let mut story = Story::started(pursuing(json!({})), json!("go"));
    story.fail("it", ErrorClass::Auth, None);
    assert_eq!(story.short().last().unwrap(), "failed");
    let mut timed = pursuing(json!({}));
    timed["nodes"][1]["timeout_seconds"] = json!(60);
    let mut story = Story::started(timed, json!("go"));
    let mail = json!({ "to": ["a@b.example"], "subject": "s", "text": "t" });
    story.complete("it", calls(&[call("look", json!({})), call("mail", mail)]));
    story.wake().unwrap();
    let short = story.short();
    for what in [
        "let go it[1][0]",
        "never mind it[1][1]",
        "skip it[1][0]",
        "skip it[1][1]",
        "fail it",
        "failed",
    ] {
        assert!(
            short.iter().any(|short| short == what),
            "{what} in {short:?}"
        );
    }
}

#[test]
fn whatever_was_forgotten_in_between_it_goes_on_where_it_was() {
    let mut document = pursuing(json!({}));
    document["commit"] = json!("each_node");
    let mut story = Story::started(document, json!("go"));
    let forget = |story: &mut Story| {
        story.go_on_from_the_log();
        story.run = fold(*story.run.identity(), &story.log);
    };
    for outcome in [
        calls(&[
            call("look", json!({ "q": "a" })),
            call("look", json!({ "q": "b" })),
        ]),
        json!(1),
        json!(2),
        json!({ "text": "done" }),
    ] {
        forget(&mut story);
        story.complete("it", outcome);
    }
    forget(&mut story);
    assert_eq!(story.short().last().unwrap(), "completed");
}

#[test]
fn a_dry_run_asks_nobody() {
    let story = fresh(pursuing(json!({})), dry(), Some(json!("go")));
    assert!(story.short().iter().any(|short| short == "withheld it"));
    assert!(story.told.is_empty());
}
