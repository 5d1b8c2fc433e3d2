//! Runs that start others, and are started by them.

use super::super::super::kit::{Story, document};
use super::{super::super::children::start_as_child, Scene, go, http, later, node, scene, value};
use crate::Input;
use events::{Json, TriggerKind};
use ids::WorkflowId;
use serde_json::{Value, json};

fn sub(id: &str) -> Value {
    let config =
        json!({ "workflow_id": WorkflowId::from_u128(9), "input": { "n": "{{ input }}" } });
    node(id, "sub_workflow", config)
}

pub(super) fn parent() -> Scene {
    let nodes = json!([
        go(),
        sub("first"),
        sub("second"),
        value("end", "{{ input }}")
    ]);
    let edges = ["go.out>first.in", "go.out>second.in", "first.out>end.in"];
    let about = "A run has two children; one comes to its end, and the other one is let go.";
    scene("parent", about, nodes, &edges, json!(5), |story| {
        later(story).complete("first", json!({ "last": 25 }));
        let enough = Input::Cancel {
            actor: None,
            reason: "enough".to_owned(),
        };
        later(story).take(enough).unwrap();
    })
}

pub(super) fn child() -> Scene {
    let nodes = json!([node("called", "trigger.workflow", json!({})), http("ask")]);
    let document = document(nodes, &["called.out>ask.in"]);
    let mut story = Story::of(document.clone());
    start_as_child(&mut story, 1);
    later(&mut story).complete("ask", json!({ "status": 200, "headers": {}, "body": 1 }));
    Scene {
        name: "child",
        about: "A run that another one asked for.",
        document,
        story,
    }
}

pub(super) fn failure() -> Scene {
    let nodes = json!([
        node("failed", "trigger.error", json!({})),
        value("end", "{{ input.error.code }}"),
    ]);
    let document = document(nodes, &["failed.out>end.in"]);
    let mut story = Story::of(document.clone());
    let mut trigger = story.trigger();
    trigger.kind = TriggerKind::Error;
    let started = Input::Start {
        trigger,
        payload: Json::from(json!({ "error": { "code": "http.status" } })),
        reply_to: None,
        parent: None,
        rules: Vec::new(),
    };
    story.take(started).unwrap();
    Scene {
        name: "failure",
        about: "A run that another one's failure started.",
        document,
        story,
    }
}
