//! The chat API's shapes, whole and streamed.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::time::Duration;

type Piece = Result<String, std::io::Error>;

/// An error object with its status.
pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    let error = json!({ "error": { "message": message, "type": "scripted", "code": null } });
    (status, Json(error)).into_response()
}

/// 429, to be asked again later.
pub(super) fn rate_limited(retry_after_seconds: u64) -> Response {
    let headers = [(header::RETRY_AFTER, retry_after_seconds.to_string())];
    let refused = refusal(StatusCode::TOO_MANY_REQUESTS, "too many requests");
    (headers, refused).into_response()
}

/// An answer, streamed when that was asked for.
pub(super) async fn completion(
    request: &Value,
    text: &str,
    finish: &'static str,
    pause: Duration,
) -> Response {
    if request["stream"] == json!(true) {
        let words = pieces(text)
            .into_iter()
            .map(|word| chunk(request, &word, None));
        let mut events: Vec<String> = words.collect();
        events.push(chunk(request, "", Some(finish)));
        if request["stream_options"]["include_usage"] == json!(true) {
            events.push(usage_chunk(request, text));
        }
        events.push("data: [DONE]\n\n".to_owned());
        let paced = stream::iter(events).then(move |event| async move {
            tokio::time::sleep(pause).await;
            Piece::Ok(event)
        });
        return event_stream(Body::from_stream(paced));
    }
    let words = u32::try_from(pieces(text).len()).unwrap_or(u32::MAX);
    tokio::time::sleep(pause * words).await;
    let message = json!({ "role": "assistant", "content": text });
    let choice = json!({ "index": 0, "message": message, "finish_reason": finish });
    let mut whole = base(request, "chat.completion");
    whole["choices"] = json!([choice]);
    whole["usage"] = usage(request, text);
    Json(whole).into_response()
}

/// Words and calls of tools; streamed, the arguments come in two pieces.
pub(super) fn calls(request: &Value, text: &str, wanted: &[(String, Value)]) -> Response {
    let call = |(at, (name, arguments)): (usize, &(String, Value))| {
        let function = json!({ "name": name, "arguments": arguments.to_string() });
        json!({ "index": at, "id": format!("call_{}", at + 1), "type": "function", "function": function })
    };
    let calls: Vec<Value> = wanted.iter().enumerate().map(call).collect();
    if request["stream"] != json!(true) {
        let message = json!({ "role": "assistant", "content": text, "tool_calls": calls });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "tool_calls" });
        let mut whole = base(request, "chat.completion");
        whole["choices"] = json!([choice]);
        whole["usage"] = usage(request, text);
        return Json(whole).into_response();
    }
    let mut events = vec![chunk(request, text, None)];
    for mut call in calls {
        let arguments = call["function"]["arguments"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let (first, rest) = arguments.split_at(arguments.len() / 2);
        call["function"]["arguments"] = json!(first);
        let more = json!({ "index": call["index"], "function": { "arguments": rest } });
        for piece in [call, more] {
            let mut chunk = base(request, "chat.completion.chunk");
            chunk["choices"] = json!([{ "index": 0, "delta": { "tool_calls": [piece] } }]);
            events.push(format!("data: {chunk}\n\n"));
        }
    }
    events.push(chunk(request, "", Some("tool_calls")));
    events.push("data: [DONE]\n\n".to_owned());
    let events = events.into_iter().map(Piece::Ok);
    event_stream(Body::from_stream(stream::iter(events)))
}

/// The first word, then nothing any more.
pub(super) fn dropped(request: &Value, text: &str) -> Response {
    let first = pieces(text).into_iter().next().unwrap_or_default();
    let streamed = request["stream"] == json!(true);
    let begun = if streamed {
        chunk(request, &first, None)
    } else {
        r#"{"id":"scripted","choi"#.to_owned()
    };
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let pieces = stream::iter([Piece::Ok(begun), Piece::Err(broken)]).then(|piece| async move {
        // Otherwise the server drops what it has not sent yet.
        if piece.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        piece
    });
    let body = Body::from_stream(pieces);
    if streamed {
        return event_stream(body);
    }
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn event_stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

fn base(request: &Value, object: &str) -> Value {
    json!({ "id": "scripted-1", "object": object, "created": 0, "model": request["model"] })
}

fn chunk(request: &Value, text: &str, finish: Option<&str>) -> String {
    let mut chunk = base(request, "chat.completion.chunk");
    chunk["choices"] =
        json!([{ "index": 0, "delta": { "content": text }, "finish_reason": finish }]);
    format!("data: {chunk}\n\n")
}

fn usage_chunk(request: &Value, text: &str) -> String {
    let mut chunk = base(request, "chat.completion.chunk");
    chunk["choices"] = json!([]);
    chunk["usage"] = usage(request, text);
    format!("data: {chunk}\n\n")
}

fn usage(request: &Value, text: &str) -> Value {
    let (input, output) = (
        request["messages"].to_string().len().div_ceil(4),
        text.len().div_ceil(4),
    );
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
}

/// Words with the space before them.
fn pieces(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}
