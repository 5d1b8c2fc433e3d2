//! Runs that ask people.

use super::{
    super::super::people::{ANNA, BEN, decide, question},
    Scene, go, later, node, scene, value,
};
use crate::Input;
use events::{Decision, ErrorClass, Json};
use serde_json::{Value, json};

fn pay(id: &str, approval: Value) -> Value {
    let config =
        json!({ "method": "POST", "url": "https://bank.example/pay", "body": "{{ input }}" });
    let mut node = node(id, "http_request", config);
    node["approval"] = approval;
    node
}

pub(super) fn agreement() -> Scene {
    let form = json!({ "type": "object", "properties": { "iban": { "type": "string" } }, "required": ["iban"] });
    let nodes = json!([
        go(),
        node(
            "who",
            "ask",
            json!({ "question": "Which account?", "form": form })
        ),
        node("ok", "approval", json!({ "title": "Pay {{ input.iban }}" })),
        pay("pay", json!({})),
        value("paid", "{{ input.status }}"),
        value("refused", "{{ input }}"),
    ]);
    let edges = [
        "go.out>who.in",
        "who.out>ok.in",
        "ok.approved>pay.in",
        "ok.rejected>refused.in",
        "pay.out>paid.in",
    ];
    let about = "A person answers, agrees, and edits what is sent.";
    scene("agreement", about, nodes, &edges, json!({}), |story| {
        let iban = Json::from(json!({ "iban": "DE00" }));
        decide(later(story), ANNA, Decision::Respond { value: iban }).unwrap();
        decide(later(story), ANNA, Decision::Approve).unwrap();
        let edited =
            json!({ "method": "POST", "url": "https://bank.example/pay", "body": { "amount": 7 } });
        let edited = Decision::Edit {
            value: Json::from(edited),
        };
        decide(later(story), BEN, edited).unwrap();
        later(story).complete("pay", json!({ "status": 200, "headers": {}, "body": null }));
    })
}

pub(super) fn delegation() -> Scene {
    let terms = json!({ "approvers": [ANNA], "escalate": { "seconds": 60, "to": [BEN] },
        "deadline": { "seconds": 600, "then": "approve" } });
    let nodes = json!([go(), pay("pay", terms), value("end", "{{ input.status }}")]);
    let edges = ["go.out>pay.in", "pay.out>end.in"];
    let about = "Nobody decides: others are asked, one passes it on, and the time decides.";
    scene("delegation", about, nodes, &edges, json!({}), |story| {
        story.wake().unwrap();
        let delegated = Input::Delegated {
            question_id: question(story).question_id,
            to: vec![ANNA],
            actor: BEN,
        };
        later(story).take(delegated).unwrap();
        story.wake().unwrap();
        later(story).complete("pay", json!({ "status": 200, "headers": {}, "body": null }));
    })
}

pub(super) fn needless() -> Scene {
    let nodes = json!([
        go(),
        pay("sure", json!({ "confidence": "{{ 0.95 }}" })),
        pay("open", json!({})),
    ]);
    let edges = ["go.out>sure.in", "go.out>open.in"];
    let about = "One effect is sure enough to need nobody; it fails, and nobody is asked any more about the other one.";
    scene("needless", about, nodes, &edges, json!({}), |story| {
        later(story).fail("sure", ErrorClass::Auth, None);
    })
}
