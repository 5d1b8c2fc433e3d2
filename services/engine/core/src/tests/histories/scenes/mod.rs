//! Lives of runs that are worth remembering.

mod family;
mod flow;
mod goals;
mod people;
mod time;
mod variants;
mod work;

use super::super::kit::{Story, document};
use serde_json::{Value, json};

/// A life, and the workflow that it was lived in.
pub(super) struct Scene {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) document: Value,
    pub(super) story: Story,
}

pub(super) fn all() -> Vec<Scene> {
    vec![
        work::answer(),
        work::models(),
        work::messages(),
        flow::choices(),
        flow::turns(),
        flow::counting(),
        time::waits(),
        time::retries(),
        flow::given_up(),
        flow::cancelled(),
        flow::stopped(),
        flow::refusal(),
        work::data(),
        people::agreement(),
        people::delegation(),
        people::needless(),
        family::parent(),
        family::child(),
        family::failure(),
        time::reply(),
        variants::fork_of_a_chain(),
        variants::dry_run(),
        variants::test_of_a_node(),
        work::memory(),
        goals::pursuit(),
        goals::judgement(),
    ]
}

fn node(id: &str, node_type: &str, config: Value) -> Value {
    json!({ "id": id, "node_type": node_type, "config": config })
}

fn go() -> Value {
    node("go", "trigger.manual", json!({}))
}

fn http(id: &str) -> Value {
    node(id, "http_request", json!({ "url": "https://example.org/" }))
}

fn value(id: &str, output: &str) -> Value {
    node(id, "transform", json!({ "output": output }))
}

fn scene(
    name: &'static str,
    about: &'static str,
    nodes: Value,
    edges: &[&str],
    payload: Value,
    live: impl FnOnce(&mut Story),
) -> Scene {
    let document = document(nodes, edges);
    let mut story = Story::started(document.clone(), payload);
    live(&mut story);
    Scene {
        name,
        about,
        document,
        story,
    }
}

/// A story whose clock has gone on for a second.
fn later(story: &mut Story) -> &mut Story {
    story.now_ms += 1_000;
    story
}
