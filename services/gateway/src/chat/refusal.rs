//! Refusals as clients of the `OpenAI` API read them.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// Problems are small.
const MAX_BYTES: usize = 64 * 1024;

/// Answers `/v1` with errors of that API instead of problems, also where the request never reached its handler.
pub(crate) async fn as_openai(request: Request, next: Next) -> Response {
    let is_theirs = request.uri().path().starts_with("/v1/");
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_problem =
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if !is_theirs || !is_problem {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&problem).unwrap_or_default();
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    let error = Json(error(parts.status, &problem)).into_response();
    parts.headers.extend(error.headers().clone());
    Response::from_parts(parts, Body::new(error.into_body()))
}

fn error(status: StatusCode, problem: &Value) -> Value {
    let text = |pointer: &str| problem.pointer(pointer).and_then(Value::as_str);
    let parts = ["/title", "/detail", "/errors/0/message", "/hint"];
    let message: Vec<&str> = parts.iter().filter_map(|part| text(part)).collect();
    let kind = match status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    };
    json!({ "error": {
        "message": message.join(": "),
        "type": kind,
        "param": text("/errors/0/pointer"),
        "code": text("/code"),
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_keeps_its_place_and_its_reason() {
        let problem = json!({
            "title": "The exchange cannot be taken", "status": 422, "code": "body.invalid",
            "errors": [{ "pointer": "/messages/0/role", "code": "chat.unfit", "message": "there is no role `pirate`" }],
        });
        let error = error(StatusCode::UNPROCESSABLE_ENTITY, &problem);
        assert_eq!(
            error["error"],
            json!({
                "message": "The exchange cannot be taken: there is no role `pirate`",
                "type": "invalid_request_error", "param": "/messages/0/role", "code": "body.invalid",
            })
        );
    }
}
