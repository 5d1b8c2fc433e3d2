//! From a run's answer to an HTTP response. The answer is read in place: no value is built from its body. A file is streamed.

use crate::{
    App,
    artifacts::{attached, streamed},
    edge::Problem,
};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use events::{Artifact, ArtifactValue, ErrorClass};
use ids::{RunId, TenantId};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use std::{borrow::Cow, collections::BTreeMap};

/// [`events::RunResponded`], borrowed.
#[derive(Deserialize)]
struct Responded<'a> {
    #[serde(borrow)]
    answer: Answer<'a>,
}

/// [`events::WebhookAnswer`], borrowed: all its kinds laid over each other.
#[derive(Deserialize)]
struct Answer<'a> {
    kind: &'a str,
    status: Option<u16>,
    #[serde(borrow, default)]
    headers: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    failed: Option<&'a RawValue>,
    class: Option<ErrorClass>,
    message: Option<String>,
}

/// Headers that a workflow may set. Others could act on our origin, or on the connection.
const ALLOWED: [&str; 10] = [
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "retry-after",
];
/// What a workflow answers is never a page of ours: a browser runs and loads nothing of it.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What a caller is told.
pub(super) struct Told {
    pub(super) response: Response,
    /// Whether there is a run.
    pub(super) started: bool,
}

/// The response that a run's answer asks for. Whoever may call is told what the workflow answers, a file as well.
///
/// # Errors
/// 500 when the answer cannot be read; 503 when its file cannot.
pub(super) async fn told(
    app: &App,
    tenant: &TenantId,
    run: RunId,
    payload: &[u8],
) -> Result<Told, Problem> {
    let answer = serde_json::from_slice::<Responded<'_>>(payload)
        .map_err(|error| Problem::internal(&error))?
        .answer;
    let Some(artifact) = file(&answer) else {
        return Ok(said(run, &answer));
    };
    let mut response = spoken(&answer);
    let (body, length) = streamed(app, tenant, &artifact.hash).await?;
    *response.body_mut() = body;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    let names = |wanted: &str| {
        let mut named = answer.headers.keys();
        named.any(|name| name.eq_ignore_ascii_case(wanted))
    };
    if !names("content-type")
        && let Ok(kind) = HeaderValue::from_str(&artifact.media_type)
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if !names("content-disposition")
        && let Ok(value) = HeaderValue::from_str(&attached(artifact.name.as_deref()))
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(Told {
        response,
        started: true,
    })
}

/// The file that a run answers with.
fn file(answer: &Answer<'_>) -> Option<Artifact> {
    let body = answer.body.filter(|_| answer.kind == "response")?.get();
    // Most answers are none; they are not read twice.
    let may_be = body.starts_with('{') && body.len() < 4_096 && body.contains("\"$artifact\"");
    let value: ArtifactValue = serde_json::from_str(may_be.then_some(body)?).ok()?;
    Some(value.artifact)
}

fn said(run: RunId, answer: &Answer<'_>) -> Told {
    let (response, started) = match answer.kind {
        "response" => (spoken(answer), true),
        "ended" if answer.failed.is_some_and(|error| error.get() != "null") => (failed(run), true),
        "ended" => {
            let ended = json!({ "run_id": run, "status": "completed" });
            (axum::Json(ended).into_response(), true)
        }
        _ => (refused(answer), false),
    };
    Told { response, started }
}

fn spoken(answer: &Answer<'_>) -> Response {
    let status = answer
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK);
    let body = answer.body.map_or("null", RawValue::get);
    let kind = answer
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .and_then(|(_, value)| HeaderValue::from_str(value).ok());
    // A text that is not declared as JSON is sent as it is, without its quotes.
    let plain = match &kind {
        Some(kind) if !kind.as_bytes().ends_with(b"json") && body.starts_with('"') => {
            serde_json::from_str::<String>(body).ok()
        }
        Some(_) | None => None,
    };
    let mut response = Response::new(Body::from(plain.unwrap_or_else(|| body.to_owned())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in &answer.headers {
        let name = name.to_ascii_lowercase();
        if !ALLOWED.contains(&name.as_str()) && !name.starts_with("x-") {
            continue;
        }
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(JSON));
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    response
}

/// What went wrong is for those who may view the run, not for whoever calls.
fn failed(run: RunId) -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Problem::new(status, "run.failed", "The run failed")
        .detail(format!("run {run} ended with an error"))
        .into_response()
}

fn refused(answer: &Answer<'_>) -> Response {
    let status = match answer.class {
        Some(ErrorClass::RateLimit) => StatusCode::TOO_MANY_REQUESTS,
        Some(ErrorClass::Unavailable | ErrorClass::Timeout) => StatusCode::SERVICE_UNAVAILABLE,
        Some(_) | None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, "run.refused", "No run was started")
        .detail(answer.message.clone().unwrap_or_default())
        .into_response()
}

/// Keeps the borrowed form and the event from drifting apart.
#[cfg(test)]
mod tests {
    use super::*;
    use events::{RunResponded, WebhookAnswer};
    use http_body_util::BodyExt;
    use ids::WorkflowId;

    async fn answered(answer: WebhookAnswer) -> (Response<()>, String) {
        let run = RunId::generate();
        let event = RunResponded {
            run_id: run,
            workflow_id: WorkflowId::generate(),
            replica: "a".to_owned(),
            answer,
        };
        let payload = serde_json::to_vec(&event).unwrap();
        let read: Responded<'_> = serde_json::from_slice(&payload).unwrap();
        let response = said(run, &read.answer).response;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (Response::from_parts(parts, ()), text)
    }

    fn response_with(headers: &[(&str, &str)], body: serde_json::Value) -> WebhookAnswer {
        WebhookAnswer::Response {
            status: 201,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.into(),
        }
    }

    #[tokio::test]
    async fn json_is_sent_as_it_came() {
        let (head, body) = answered(response_with(&[], json!({ "a": [1, "x"] }))).await;
        assert_eq!(head.status(), 201);
        assert_eq!(head.headers()["content-type"], "application/json");
        assert_eq!(body, r#"{"a":[1,"x"]}"#);
    }

    #[tokio::test]
    async fn text_is_sent_without_quotes_and_never_as_our_page() {
        let headers = [
            ("Content-Type", "text/html"),
            ("Set-Cookie", "a=b"),
            ("X-Mine", "1"),
        ];
        let (head, body) = answered(response_with(&headers, json!("<b>hi</b>"))).await;
        assert_eq!(body, "<b>hi</b>");
        assert_eq!(head.headers()["x-mine"], "1");
        assert!(head.headers().get("set-cookie").is_none());
        assert!(
            head.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("sandbox")
        );
    }

    #[tokio::test]
    async fn an_end_without_an_answer_is_told() {
        let (head, body) = answered(WebhookAnswer::Ended { failed: None }).await;
        assert_eq!(head.status(), 200);
        assert!(body.contains("completed"), "{body}");
        let refused = WebhookAnswer::Refused {
            class: ErrorClass::RateLimit,
            message: "too many runs".to_owned(),
        };
        assert_eq!(answered(refused).await.0.status(), 429);
    }
}
