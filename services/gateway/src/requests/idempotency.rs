//! `Idempotency-Key`: a repeat of a request gets the first one's answer. Source: draft-ietf-httpapi-idempotency-key-header-07.

use super::store::{self, Answer, Claim};
use crate::{
    App,
    access::Access,
    edge::{MAX_BODY_BYTES, Problem},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hmac::{Hmac, KeyInit, Mac};
use ids::EventId;
use sha2::Sha256;
use std::{collections::BTreeMap, convert::Infallible};

/// The id of the event that a request becomes: the same for a repeat with the same idempotency key.
#[derive(Debug, Clone, Copy)]
pub struct Correlation(pub EventId);

impl<S: Send + Sync> FromRequestParts<S> for Correlation {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let claimed = parts.extensions.get::<Self>().copied();
        Ok(claimed.unwrap_or_else(|| Self(EventId::generate())))
    }
}

const MAX_KEY_BYTES: usize = 255;
/// Headers of an answer that a repeat gets too.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Answers a repeat from what was kept; lets everything else through and keeps its answer.
pub(crate) async fn idempotent(request: Request, next: Next) -> Response {
    match run(request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn run(request: Request, next: Next) -> Result<Response, Problem> {
    let Some(key) = request.headers().get("idempotency-key").cloned() else {
        return Ok(next.run(request).await);
    };
    let (Some(app), Some(access), false) = (
        request.extensions().get::<App>().cloned(),
        request.extensions().get::<Access>().cloned(),
        request.method().is_safe(),
    ) else {
        return Ok(next.run(request).await);
    };
    let key = read_key(&key)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| crate::edge::unread(StatusCode::PAYLOAD_TOO_LARGE))?;
    let fingerprint = fingerprint(&app, &parts, &body);
    let pool = app.database.pool();
    let correlation = match store::claim(pool, access.user, &key, &fingerprint).await? {
        Claim::Mine(correlation) => correlation,
        Claim::Answered(answer) => return Ok(replay(answer)),
        Claim::InFlight => return Err(in_flight()),
        Claim::Other => return Err(other_request()),
    };
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(Correlation(correlation));
    let response = next.run(request).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let status = parts.status;
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        store::release(pool, access.user, &key).await?;
    } else {
        let answer = Answer {
            status: status.as_u16(),
            headers: kept(&parts.headers),
            body: body.to_vec(),
        };
        store::answer(pool, access.user, &key, &answer).await?;
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Forgets keys and requests that are older than a day.
pub(crate) async fn prune(app: &App) -> Result<(), ::store::Error> {
    store::prune(app.database.pool()).await
}

fn read_key(value: &HeaderValue) -> Result<String, Problem> {
    value
        .to_str()
        .ok()
        .map(|text| text.trim().trim_matches('"'))
        .filter(|text| !text.is_empty() && text.len() <= MAX_KEY_BYTES)
        .map(str::to_owned)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency_key.invalid",
                "The Idempotency-Key cannot be used",
            )
            .detail(format!(
                "it must be 1 to {MAX_KEY_BYTES} visible characters"
            ))
        })
}

/// Keyed, because a body may hold a credential and its hash is stored.
fn fingerprint(app: &App, parts: &Parts, body: &Bytes) -> Vec<u8> {
    let key = app
        .settings
        .keys
        .as_ref()
        .map(|keys| keys.current().to_text());
    let key = key.as_ref().map_or(&[][..], seal::Secret::expose);
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(parts.method.as_str().as_bytes());
    mac.update(b"\n");
    mac.update(parts.uri.path().as_bytes());
    mac.update(b"\n");
    if let Some(version) = parts.headers.get(header::IF_MATCH) {
        mac.update(version.as_bytes());
        mac.update(b"\n");
    }
    if !planted::bug("key-ignores-body") {
        mac.update(body);
    }
    mac.finalize().into_bytes().to_vec()
}

fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
    KEPT.iter()
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        })
        .collect()
}

fn replay(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        ) {
            headers.insert(name, value);
        }
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

fn in_flight() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "idempotency_key.in_flight",
        "The first request with this Idempotency-Key is still being handled",
    )
    .retry_after(1)
}

fn other_request() -> Problem {
    Problem::refused(
        "idempotency_key.reused",
        "This Idempotency-Key was used for another request",
    )
    .hint("use a new key for a new request")
}
