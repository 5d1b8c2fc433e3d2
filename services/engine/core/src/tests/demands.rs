//! Rules of the tenant on top of what a workflow says of itself.

use super::{
    kit::{Story, document},
    people::{ANNA, BEN, decide, question},
};
use crate::{Input, Quiescence, Rejection, fold};
use events::{Decision, Fallback, Json, Reach, RunEvent, TenantRule};
use ids::UserId;
use serde_json::{Value, json};

const CARL: UserId = UserId::from_u128(3);

fn rule(effects: &[Reach]) -> TenantRule {
    TenantRule {
        effects: effects.to_vec(),
        operations: Vec::new(),
        when: None,
        unless_sure: None,
        approvers: Vec::new(),
        own: true,
        text: String::new(),
    }
}

fn when(condition: &str) -> TenantRule {
    TenantRule {
        when: Some(condition.to_owned()),
        ..rule(&[Reach::Write])
    }
}

/// A payment of the input, with what the workflow says of it.
fn paying(approval: Option<Value>) -> Value {
    let mut pay = json!({ "id": "pay", "node_type": "http_request", "config": {
        "method": "POST", "url": "https://bank.example/pay", "body": "{{ input }}" } });
    if let Some(approval) = approval {
        pay["approval"] = approval;
    }
    let nodes = json!([{ "id": "go", "node_type": "trigger.manual" }, pay]);
    document(nodes, &["go.out>pay.in"])
}

fn started(document: Value, payload: Value, rules: Vec<TenantRule>) -> Story {
    let mut story = Story::of(document);
    let mut trigger = story.trigger();
    trigger.actor = Some(ANNA);
    let start = Input::Start {
        trigger,
        payload: Json::from(payload),
        reply_to: None,
        parent: None,
        rules,
    };
    story.take(start).unwrap();
    assert_eq!(story.last, Some(Quiescence::Waiting));
    story
}

fn asks(document: Value, payload: Value, rules: Vec<TenantRule>) -> bool {
    let story = started(document, payload, rules);
    let asked = story.short().contains(&"may pay".to_owned());
    assert_ne!(asked, story.short().contains(&"ask pay".to_owned()));
    asked
}

#[test]
fn what_the_tenant_demands_is_asked_although_the_workflow_says_nothing_or_never() {
    let never = json!({ "when": false });
    for own in [None, Some(never)] {
        assert!(!asks(paying(own.clone()), json!({}), vec![]));
        assert!(asks(
            paying(own.clone()),
            json!({}),
            vec![rule(&[Reach::Write])]
        ));
        let other = rule(&[Reach::Read, Reach::Irreversible]);
        assert!(!asks(paying(own), json!({}), vec![other]));
    }
    let reading = json!([{ "id": "go", "node_type": "trigger.manual" },
        { "id": "pay", "node_type": "http_request", "config": { "url": "https://bank.example/" } }]);
    let reading = document(reading, &["go.out>pay.in"]);
    assert!(!asks(
        reading.clone(),
        json!({}),
        vec![rule(&[Reach::Write])]
    ));
    assert!(asks(reading, json!({}), vec![rule(&[Reach::Read])]));
    let named = |operation: &str| TenantRule {
        operations: vec![operation.to_owned()],
        ..rule(&[Reach::Write])
    };
    assert!(!asks(paying(None), json!({}), vec![named("smtp.send")]));
    assert!(asks(paying(None), json!({}), vec![named("http.request")]));
}

#[test]
fn a_condition_sees_what_is_about_to_be_sent_and_what_started_the_run() {
    let large = || vec![when("{{ input.body.amount > 500 }}")];
    assert!(asks(paying(None), json!({ "amount": 501 }), large()));
    assert!(!asks(paying(None), json!({ "amount": 500 }), large()));
    let unknown = asks(paying(None), json!({ "amount": "a lot" }), large());
    assert!(unknown, "what nobody can judge, people do");
    let started_by = |kind: &str| vec![when(&format!("{{{{ trigger.type = '{kind}' }}}}"))];
    assert!(asks(paying(None), json!({}), started_by("manual")));
    assert!(!asks(paying(None), json!({}), started_by("webhook")));
    let either = vec![when("{{ false }}"), when("{{ true }}")];
    assert!(asks(paying(None), json!({}), either));
}

#[test]
fn a_rule_may_be_content_with_how_sure_the_workflow_is() {
    let sure = |wanted| {
        vec![TenantRule {
            unless_sure: Some(wanted),
            ..rule(&[Reach::Write])
        }]
    };
    let own = Some(json!({ "confidence": "{{ input.sure }}" }));
    let surely = |confidence: f64, wanted| {
        let payload = json!({ "sure": confidence });
        asks(paying(own.clone()), payload, sure(wanted))
    };
    assert!(surely(0.94, 0.95));
    assert!(!surely(0.95, 0.95));
    assert!(surely(0.5, 0.4), "the workflow itself asks");
    assert!(asks(paying(None), json!({}), sure(0.0)), "it does not say");
    let quiet = started(paying(own.clone()), json!({ "sure": 0.94 }), sure(0.95));
    assert!(
        !quiet.short().contains(&"sure pay".to_owned()),
        "nothing was waived"
    );
}

#[test]
fn the_stricter_of_both_decides_who_may_and_until_when() {
    let own = json!({
        "approvers": [ANNA, BEN], "text": "Look.",
        "deadline": { "seconds": 60, "then": "approve" },
        "escalate": { "seconds": 30, "to": [CARL] },
    });
    let strict = TenantRule {
        approvers: vec![BEN, CARL],
        own: false,
        text: "Two of us look.".to_owned(),
        ..rule(&[Reach::Write])
    };
    let mut story = started(paying(Some(own)), json!({}), vec![strict]);
    let asked = question(&story);
    assert_eq!(asked.assignees, [BEN]);
    assert_eq!(asked.not, Some(ANNA));
    assert_eq!(asked.text, "Look.\n\nTwo of us look.");
    assert_eq!(
        asked.deadline.map(|deadline| deadline.then),
        Some(Fallback::Reject)
    );
    assert_eq!(
        asked.escalation.map(|escalation| escalation.to),
        Some(vec![CARL])
    );
    for stranger in [ANNA, CARL] {
        assert_eq!(
            decide(&mut story, stranger, Decision::Approve),
            Err(Rejection::Unfit)
        );
    }
    decide(&mut story, BEN, Decision::Approve).unwrap();
    assert_eq!(story.short().last().unwrap(), "ask pay");

    let apart = TenantRule {
        approvers: vec![CARL],
        ..rule(&[Reach::Write])
    };
    let own = json!({ "approvers": [ANNA] });
    let story = started(paying(Some(own)), json!({}), vec![apart]);
    assert_eq!(question(&story).assignees, [CARL], "nobody is in both");
}

#[test]
fn a_run_keeps_the_rules_that_it_started_under() {
    let slow = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "pause", "node_type": "wait", "config": { "for": "1h" } },
        { "id": "pay", "node_type": "send_message", "config": {
            "account_id": ids::AccountId::from_u128(5), "to": "x", "text": "y" } },
    ]);
    let slow = document(slow, &["go.out>pause.in", "pause.out>pay.in"]);
    let mut story = started(slow, json!({}), vec![rule(&[Reach::Irreversible])]);
    let text = serde_json::to_string(&story.log).unwrap();
    let log: Vec<RunEvent> = serde_json::from_str(&text).unwrap();
    story.run = fold(*story.run.identity(), &log);
    story.wake().unwrap();
    assert_eq!(story.short().last().unwrap(), "may pay");
}
