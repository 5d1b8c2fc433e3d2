//! The shipped templates, as a person takes them over.

use super::World;
use serde_json::{Value, json};

/// Needs the mail account of the step before.
pub(super) async fn a_reply_is_drafted(world: &World) {
    let api = &world.api;
    let id = api.publish(&api.template("sequential").await).await;
    world.imap.deliver(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: Lunch on Tuesday?\r\n\
         Message-ID: <lunch-1@example.org>\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nAt noon, at the usual place?\r\n",
    );
    let runs = api
        .until("the mail starts its run", &of_workflow(&id), |page| {
            page["items"][0]["id"].is_string()
        })
        .await;
    let run = runs["items"][0]["id"].as_str().unwrap();
    assert_eq!(api.ended(run).await["status"], "completed");
    let category = &outputs(world, run, "classify").await[0]["category"];
    assert!(category.is_string(), "{category}");
    let draft = &outputs(world, run, "draft").await[0]["text"];
    assert!(
        draft.as_str().is_some_and(|text| !text.is_empty()),
        "{draft}"
    );
    assert!(world.smtp.mails().is_empty(), "a draft is not sent");
}

pub(super) async fn each_mail_is_classified(world: &World) {
    let api = &world.api;
    let id = api.publish(&api.template("fan-out").await).await;
    let mails = json!([
        { "subject": "URGENT: the roof leaks", "text": "Come at once, this is urgent." },
        { "subject": "Minutes of Tuesday", "text": "Attached." },
        { "subject": "Your weekly newsletter", "text": "Ten things to read." },
    ]);
    let run = &api.start(&id, mails).await;
    assert_eq!(api.ended(run).await["status"], "completed");
    let mut subjects: Vec<_> = outputs(world, run, "result")
        .await
        .iter()
        .map(|result| result["subject"].as_str().unwrap().to_owned())
        .collect();
    subjects.sort_unstable();
    let wanted = [
        "Minutes of Tuesday",
        "URGENT: the roof leaks",
        "Your weekly newsletter",
    ];
    assert_eq!(subjects, wanted, "one turn for each mail");
    let all = &outputs(world, run, "each").await[0];
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all[0]["category"], "urgent", "in the order of the mails");
}

pub(super) async fn three_lookups_are_joined(world: &World) {
    let url = world.sink.url("/lookup");
    let mut document = world.api.template("parallel").await;
    for node in document["nodes"].as_array_mut().unwrap() {
        if node["node_type"] == "http_request" {
            node["config"]["url"] = json!(url);
        }
    }
    let id = world.api.publish(&document).await;
    let run = world.api.start(&id, json!({})).await;
    let ended = world.api.ended(&run).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(
        world
            .sink
            .requests()
            .iter()
            .filter(|request| request.uri.path() == "/lookup")
            .count(),
        3
    );
}

fn of_workflow(id: &str) -> String {
    format!("/api/v1/runs?workflow_id={id}")
}

/// What a node put out, once per turn.
async fn outputs(world: &World, run: &str, node: &str) -> Vec<Value> {
    let log = world.api.get(&format!("/api/v1/runs/{run}/events")).await;
    let events = log["items"].as_array().unwrap().iter();
    let completed =
        events.filter(|event| event["type"] == "node_completed" && event["node"] == node);
    completed
        .flat_map(|event| event["outputs"].as_object().unwrap().values().cloned())
        .collect()
}
