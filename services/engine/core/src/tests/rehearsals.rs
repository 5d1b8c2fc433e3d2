//! What a version would have done with what came before.

use super::{
    kit::{Story, document, plan},
    variants::{chain, chain_done},
};
use crate::Input;
use events::EffectChange::{Changed, Removed, Same};
use serde_json::{Value, json};

#[test]
fn a_rehearsal_tells_what_a_version_would_do_otherwise() {
    let source = chain_done();
    let identity = *source.run.identity();
    let given = crate::Given { now_ms: 1, seed: 1 };
    let same = crate::rehearse(&source.plan, identity, &source.log, &given);
    assert!(!same.differs, "{same:#?}");
    assert_eq!(same.effects.len(), 3);
    let mut changed = chain();
    changed["nodes"][2]["config"]["output"] = json!("{{ input.status * 3 }}");
    changed["nodes"].as_array_mut().unwrap().pop();
    changed["edges"].as_array_mut().unwrap().pop();
    let other = crate::rehearse(&plan(changed), identity, &source.log, &given);
    assert!(other.differs);
    let told: Vec<_> = other
        .effects
        .iter()
        .map(|effect| (effect.node.as_str(), effect.change))
        .collect();
    assert_eq!(
        told,
        [("fetch", Same), ("send", Changed), ("note", Removed)]
    );
    assert_eq!(
        other.effects[1].request.as_ref().unwrap().value()["body"],
        json!(600)
    );
    assert_eq!(
        other.verdict,
        events::BacktestVerdict::Ended {
            status: "completed".to_owned(),
            error: None
        }
    );
}

#[test]
fn a_rehearsal_says_what_a_filter_keeps_out() {
    let mail = |filter: Value| {
        let config = json!({ "event_type": "integration.email.received", "filter": filter });
        let nodes = json!([
            { "id": "mail", "node_type": "trigger.integration_event", "config": config },
            { "id": "shape", "node_type": "transform", "config": { "output": "{{ input.subject }}" } },
        ]);
        document(nodes, &["mail.out>shape.in"])
    };
    let mut source = Story::of(mail(json!("{{ true }}")));
    let trigger = events::RunTrigger {
        kind: events::TriggerKind::IntegrationEvent,
        ..source.trigger()
    };
    source
        .take(Input::Start {
            trigger,
            payload: json!({ "subject": "Lunch" }).into(),
            reply_to: None,
            parent: None,
            rules: Vec::new(),
        })
        .unwrap();
    let given = crate::Given { now_ms: 1, seed: 1 };
    let rehearse = |filter: &str| {
        let plan = plan(mail(json!(filter)));
        crate::rehearse(&plan, *source.run.identity(), &source.log, &given)
    };
    assert!(!rehearse("{{ input.subject = 'Lunch' }}").differs);
    let out = rehearse("{{ input.subject = 'Invoice' }}");
    assert!(
        out.differs && matches!(out.verdict, events::BacktestVerdict::Filtered { .. }),
        "{out:?}"
    );
}
