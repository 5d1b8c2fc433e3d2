//! Talking with the assistant.

use super::World;
use serde_json::json;

pub(super) async fn a_conversation_is_answered(world: &World) {
    let api = &world.api;
    let conversation = api
        .post("/api/v1/conversations", &json!({ "title": "Hello" }))
        .await;
    let path = format!(
        "/api/v1/conversations/{}/messages",
        conversation["id"].as_str().unwrap()
    );
    api.post(&path, &json!({ "text": "What can you do?" }))
        .await;
    let messages = api
        .until("an answer", &path, |page| {
            page["items"].as_array().is_some_and(|all| {
                all.iter()
                    .any(|m| m["role"] == "assistant" && m["status"] == "completed")
            })
        })
        .await;
    let answer = messages["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["role"] == "assistant")
        .unwrap()
        .clone();
    assert!(!answer["text"].as_str().unwrap().is_empty());
}
