use super::kit::{NOW, Story, document};
use crate::{Effect, Input, Quiescence, Rejection};
use events::{Decision, Json, RunEvent, Subject};
use ids::UserId;
use serde_json::{Value, json};

pub(super) const ANNA: UserId = UserId::from_u128(1);
pub(super) const BEN: UserId = UserId::from_u128(2);

fn chain(node: Value, edges: &[&str]) -> Value {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        node,
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, edges)
}

/// A payment that people must agree to under these terms.
fn payment(approval: Value) -> Value {
    let node = json!({ "id": "pay", "node_type": "http_request", "approval": approval, "config": {
        "method": "POST", "url": "https://bank.example/pay", "body": "{{ input }}" } });
    chain(node, &["go.out>pay.in", "pay.out>end.in"])
}

pub(super) fn question(story: &Story) -> events::Question {
    let mut log = story.log.iter().rev();
    let found = log.find_map(|event| match event {
        RunEvent::ApprovalRequested { question, .. }
        | RunEvent::ClarificationNeeded { question, .. } => Some((**question).clone()),
        _ => None,
    });
    found.unwrap()
}

pub(super) fn decide(
    story: &mut Story,
    actor: UserId,
    decision: Decision,
) -> Result<(), Rejection> {
    let question = question(story);
    let hash = question.about.hash().map(str::to_owned);
    story.take(Input::Decided {
        question_id: question.question_id,
        hash,
        decision,
        actor,
        comment: "because".to_owned(),
    })
}

fn sent(story: &Story) -> Vec<&Effect> {
    let requests = story.told.iter();
    requests
        .filter(|effect| matches!(effect, Effect::Request(_)))
        .collect()
}

#[test]
fn nothing_is_sent_before_people_agree_to_exactly_that() {
    let mut story = Story::started(payment(json!({})), json!({ "amount": 70 }));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    assert_eq!(story.short()[2..], ["start pay", "may pay"]);
    assert!(sent(&story).is_empty());
    let asked = question(&story);
    let other = Input::Decided {
        question_id: asked.question_id,
        hash: Some("another".to_owned()),
        decision: Decision::Approve,
        actor: ANNA,
        comment: String::new(),
    };
    assert_eq!(story.take(other), Err(Rejection::Changed));
    decide(&mut story, ANNA, Decision::Approve).unwrap();
    assert_eq!(story.short()[4..], ["yes pay", "ask pay"]);
    assert_eq!(sent(&story).len(), 1);
    let (Subject::Effect { request, .. }, RunEvent::EffectRequested { request: sent, .. }) =
        (&asked.about, story.log.last().unwrap())
    else {
        panic!("{:?}", story.log)
    };
    assert_eq!(request, sent);
    let again = decide(&mut story, ANNA, Decision::Approve);
    assert_eq!(
        again,
        Err(Rejection::NotAwaited),
        "an approval is used once"
    );
    story.complete("pay", json!({ "status": 200, "headers": {}, "body": null }));
    assert_eq!(
        story.short()[6..],
        ["answer pay", "done pay", "done end", "completed"]
    );
}

#[test]
fn an_edited_request_is_sent_as_edited_and_so_is_its_next_try() {
    let mut document = payment(json!({}));
    document["nodes"][1]["retry"] = json!({ "tries": 2 });
    let mut story = Story::started(document, json!({ "amount": 70 }));
    let edited =
        json!({ "method": "POST", "url": "https://bank.example/pay", "body": { "amount": 7 } });
    let no_request = Decision::Edit {
        value: Json::from(json!({ "to": "x" })),
    };
    assert_eq!(decide(&mut story, ANNA, no_request), Err(Rejection::Unfit));
    decide(
        &mut story,
        ANNA,
        Decision::Edit {
            value: Json::from(edited),
        },
    )
    .unwrap();
    story.fail("pay", events::ErrorClass::Timeout, None);
    story.wake().unwrap();
    let bodies = story.log.iter().filter_map(|event| match event {
        RunEvent::EffectRequested { request, .. } => Some(request.value()["body"].clone()),
        _ => None,
    });
    let bodies = bodies.collect::<Vec<_>>();
    assert_eq!(bodies, [json!({ "amount": 7 }), json!({ "amount": 7 })]);
}

#[test]
fn a_person_can_refuse_answer_instead_or_pass_over() {
    let decided = |decision| {
        let mut story = Story::started(payment(json!({})), json!({}));
        decide(&mut story, ANNA, decision).unwrap();
        assert!(sent(&story).is_empty());
        story.short()[4..].to_vec()
    };
    assert_eq!(decided(Decision::Reject), ["no pay", "fail pay", "failed"]);
    assert_eq!(
        decided(Decision::Ignore),
        ["ignore pay", "skip pay", "skip end", "completed"]
    );
    let instead = Decision::Respond {
        value: Json::from(json!({ "status": 204 })),
    };
    assert_eq!(
        decided(instead),
        ["instead pay", "done pay", "done end", "completed"]
    );
}

#[test]
fn people_are_asked_only_when_the_rule_says_so() {
    let asks = |approval: Value, input: Value| {
        let story = Story::started(payment(approval), input);
        let short = story.short();
        let told = story
            .told
            .iter()
            .any(|effect| matches!(effect, Effect::Notify(_)));
        (short[2].clone(), told)
    };
    let sure = || json!({ "confidence": "{{ input.sure }}" });
    assert_eq!(
        asks(sure(), json!({ "sure": 0.9 })),
        ("sure pay".to_owned(), false)
    );
    assert_eq!(
        asks(sure(), json!({ "sure": 0.899 })),
        ("sure pay".to_owned(), true)
    );
    assert_eq!(
        asks(sure(), json!({ "sure": 0.69 })),
        ("start pay".to_owned(), true)
    );
    let waits = |amount| {
        let rule = json!({ "when": "{{ input.amount > 500 }}" });
        Story::started(payment(rule), json!({ "amount": amount })).short()[3].clone()
    };
    assert_eq!(
        (waits(501), waits(500)),
        ("may pay".to_owned(), "ask pay".to_owned())
    );
}

#[test]
fn only_those_decide_who_are_asked_and_not_the_one_who_wants_it() {
    let mut story = Story::of(payment(json!({ "own": false, "approvers": [ANNA, BEN] })));
    let mut trigger = story.trigger();
    trigger.actor = Some(ANNA);
    story
        .take(Input::Start {
            trigger,
            payload: Json::null(),
            reply_to: None,
            parent: None,
            rules: Vec::new(),
        })
        .unwrap();
    let stranger = UserId::from_u128(3);
    assert_eq!(
        decide(&mut story, ANNA, Decision::Approve),
        Err(Rejection::Unfit)
    );
    assert_eq!(
        decide(&mut story, stranger, Decision::Approve),
        Err(Rejection::Unfit)
    );
    let question_id = question(&story).question_id;
    let on = |to, actor| Input::Delegated {
        question_id,
        to,
        actor,
    };
    assert_eq!(
        story.take(on(vec![stranger], stranger)),
        Err(Rejection::Unfit)
    );
    story.take(on(vec![stranger], BEN)).unwrap();
    assert_eq!(
        decide(&mut story, BEN, Decision::Approve),
        Err(Rejection::Unfit)
    );
    decide(&mut story, stranger, Decision::Approve).unwrap();
}

#[test]
fn a_question_goes_to_others_and_is_decided_in_the_end() {
    let terms = json!({ "approvers": [ANNA], "escalate": { "seconds": 60, "to": [BEN] },
        "deadline": { "seconds": 600, "then": "approve" } });
    let mut story = Story::started(payment(terms), json!({}));
    assert_eq!(
        story.short()[3..],
        ["may pay", "decide by pay", "escalate at pay"]
    );
    assert_eq!(story.run.wake_at_ms(&story.plan), Some(NOW + 60_000));
    story.wake().unwrap();
    assert_eq!(story.short()[6..], ["escalated pay", "assign pay"]);
    assert_eq!(
        decide(&mut story, ANNA, Decision::Approve),
        Err(Rejection::Unfit)
    );
    story.wake().unwrap();
    assert_eq!(story.now_ms, NOW + 600_000);
    assert_eq!(story.short()[8..], ["undecided pay", "yes pay", "ask pay"]);
}

#[test]
fn an_approval_in_a_loop_is_a_question_for_each_item() {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "each", "node_type": "loop", "config": { "concurrency": 2 } },
        { "id": "ok", "node_type": "approval", "config": { "title": "{{ 'Item ' & $string(item) }}" } },
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    let edges = [
        "go.out>each.items",
        "each.item>ok.in",
        "ok.approved>each.next",
        "each.done>end.in",
    ];
    let mut story = Story::started(document(nodes, &edges), json!([1, 2]));
    let asked = story.log.iter().filter_map(|event| match event {
        RunEvent::ApprovalRequested { question, .. } => Some((**question).clone()),
        _ => None,
    });
    let asked = asked.collect::<Vec<_>>();
    assert_eq!(
        asked.iter().map(|q| q.title.as_str()).collect::<Vec<_>>(),
        ["Item 1", "Item 2"]
    );
    for (question, decision) in asked.into_iter().zip([
        Decision::Edit {
            value: Json::from(json!(7)),
        },
        Decision::Reject,
    ]) {
        let Subject::Value { hash, .. } = question.about else {
            panic!()
        };
        let input = Input::Decided {
            question_id: question.question_id,
            hash: Some(hash),
            decision,
            actor: ANNA,
            comment: String::new(),
        };
        story.run = crate::fold(*story.run.identity(), &story.log);
        story.take(input).unwrap();
    }
    assert_eq!(story.final_output(), json!({ "end": [7, null] }));
}

#[test]
fn an_answer_must_fit_the_form() {
    let form = json!({ "type": "object", "properties": { "iban": { "type": "string" } }, "required": ["iban"] });
    let node = json!({ "id": "who", "node_type": "ask", "config": { "question": "Which account?", "form": form } });
    let mut story = Story::started(chain(node, &["go.out>who.in", "who.out>end.in"]), json!({}));
    assert_eq!(story.short()[2..], ["start who", "what who"]);
    let answer = |value: Value| Decision::Respond {
        value: Json::from(value),
    };
    assert_eq!(
        decide(&mut story, ANNA, answer(json!({ "iban": 5 }))),
        Err(Rejection::Unfit)
    );
    assert_eq!(
        decide(&mut story, ANNA, Decision::Approve),
        Err(Rejection::Unfit)
    );
    story.run = crate::fold(*story.run.identity(), &story.log);
    decide(&mut story, ANNA, answer(json!({ "iban": "DE02" }))).unwrap();
    assert_eq!(
        story.short()[4..],
        ["this who", "done who", "done end", "completed"]
    );
    assert_eq!(story.final_output(), json!({ "end": { "iban": "DE02" } }));
}

#[test]
fn a_question_is_withdrawn_when_its_run_ends_otherwise() {
    let mut story = Story::started(payment(json!({})), json!({}));
    let reason = "enough".to_owned();
    story
        .take(Input::Cancel {
            actor: None,
            reason,
        })
        .unwrap();
    assert_eq!(story.short()[4..], ["never mind pay", "cancelled"]);
}
