//! Models that judge and pursue goals.

use super::{
    super::super::people::{ANNA, decide},
    Scene, go, later, node, scene, value,
};
use events::Decision;
use serde_json::json;

pub(super) fn pursuit() -> Scene {
    let tools = json!([
        { "name": "find", "description": "Finds invoices.", "does":
            { "kind": "workflow", "workflow_id": "00000000000000000000000070", "reads": true } },
        { "name": "mail", "description": "Sends an e-mail.", "does":
            { "kind": "send_email", "account_id": "00000000000000000000000071" } },
        { "name": "draft", "description": "Drafts a workflow.", "does":
            { "kind": "assistant", "operation": "draft" } },
    ]);
    let told = json!({ "conversation_id": "00000000000000000000000072", "message_id": "00000000000000000000000073" });
    let nodes = json!([
        go(),
        node(
            "it",
            "coordinate",
            json!({ "goal": "{{ input }}", "tools": tools, "told": told })
        ),
        node(
            "reply",
            "reply",
            json!({ "to": told, "text": "{{ input.text }}" })
        ),
        value("end", "{{ input.calls }}"),
    ]);
    let edges = ["go.out>it.in", "it.out>reply.in", "it.out>end.in"];
    let about = "A model looks, may send a mail when a person agrees, is told that a tool does not exist, and answers.";
    let goal = json!("remind them");
    scene("pursuit", about, nodes, &edges, goal, |story| {
        let call = |id: &str, name: &str, arguments| json!({ "id": id, "name": name, "arguments": arguments });
        let find = [
            call("a", "find", json!({ "year": 2026 })),
            call("b", "guess", json!({})),
        ];
        later(story).complete("it", json!({ "text": "I look first.", "calls": find }));
        later(story).complete("it", json!({ "open": 2 }));
        let mail = json!({ "to": ["ben@example.org"], "subject": "Two invoices", "text": "They are open." });
        let send = [call("c", "mail", mail)];
        later(story).complete("it", json!({ "text": "", "calls": send }));
        decide(later(story), ANNA, Decision::Approve).unwrap();
        later(story).complete("it", json!({ "message_id": "m@example.org" }));
        later(story).complete("it", json!({ "text": "Sent." }));
    })
}

pub(super) fn judgement() -> Scene {
    let nodes = json!([
        go(),
        node(
            "rate",
            "score",
            json!({ "text": "{{ input }}", "criteria": "urgency" })
        ),
        node(
            "pick",
            "decide",
            json!({ "question": "Who?", "options": ["Anna", "Ben"] })
        ),
        node(
            "same",
            "deduplicate",
            json!({ "text": "{{ input }}", "other": "the same" })
        ),
    ]);
    let edges = ["go.out>rate.in", "go.out>pick.in", "go.out>same.in"];
    let about = "A number in its range, one of the options, and whether two texts are the same.";
    scene("judgement", about, nodes, &edges, json!("now"), |story| {
        for (id, name, value) in [
            ("rate", "score", json!(80)),
            ("pick", "choice", json!("Ben")),
            ("same", "duplicate", json!(false)),
        ] {
            let outcome = json!({ "reason": "so it is", name: value, "confidence": 0.5 });
            later(story).complete(id, outcome);
        }
    })
}
