//! From an answer, or from none, to an outcome. Pure.

use adapter::{Failed, Health, fault};
use artifacts::Media;
use bytes::Bytes;
use egress::Error;
use events::{Artifact, ArtifactValue, ErrorClass, RunError};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, SET_COOKIE},
};
use serde_json::{Map, Value, json};
use std::time::SystemTime;
use url::Url;

/// An answer as far as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Where it came from, after redirects.
    pub(crate) url: Url,
    pub(crate) content: Content,
}

/// What came with it.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Inline(Bytes),
    File(Artifact),
}

/// `{status, headers, body}` for a 2xx; anything else is a failure by its status.
pub(crate) fn outcome(response: &Answer, now: SystemTime) -> Result<Value, Failed> {
    let body = body(response);
    let status = response.status;
    if status.is_success() {
        return Ok(json!({
            "status": status.as_u16(),
            "headers": headers(&response.headers),
            "body": body,
        }));
    }
    let (class, hint) = classify(status);
    let mut error = fault(
        class,
        "http.status",
        format!(
            "{} answered {status}",
            response.url.host_str().unwrap_or_default()
        ),
        hint,
    );
    error.detail = Some(json!({ "status": status.as_u16(), "body": body }));
    let pause = egress::retry_after(&response.headers, now);
    let failed = Failed::answered(error.retry_after(pause));
    if status == StatusCode::UNAUTHORIZED {
        let reason = "the API refused the credential (401)".to_owned();
        return Err(failed.with_health(Health::ReauthNeeded { reason }));
    }
    Err(failed)
}

/// What an exchange without an answer means.
pub(crate) fn broken(error: &Error) -> Failed {
    let nothing_sent = error.nothing_sent();
    let (class, code, hint) = match error {
        Error::Denied { .. } => (
            ErrorClass::Permission,
            "http.host_denied",
            Some("ask the operator to allow it with EGRESS_ALLOW"),
        ),
        Error::Host(_) | Error::Url { .. } | Error::Header(_) => (
            ErrorClass::Schema,
            "http.request_invalid",
            Some("correct the node's configuration"),
        ),
        Error::Timeout { .. } => (
            ErrorClass::Timeout,
            "http.timed_out",
            Some("raise timeout_ms"),
        ),
        Error::TooLarge { .. } => {
            return Failed::answered(told(
                error,
                ErrorClass::Limit,
                "http.answer_too_large",
                Some("ask for less, or raise ARTIFACT_BYTES"),
            ));
        }
        Error::Redirect { .. } => {
            return Failed::answered(told(
                error,
                ErrorClass::Rejected,
                "http.redirect_refused",
                Some("use the final address"),
            ));
        }
        // `Error` may grow: what is not known to be the caller's fault is the network's.
        Error::Resolve { .. }
        | Error::Connect { .. }
        | Error::Tls { .. }
        | Error::Http { .. }
        | _ => (ErrorClass::Unavailable, "http.unreachable", None),
    };
    let error = told(error, class, code, hint);
    if nothing_sent {
        Failed::before(error)
    } else {
        Failed::during(error)
    }
}

fn told(error: &Error, class: ErrorClass, code: &str, hint: Option<&str>) -> RunError {
    fault(class, code, error.explain(), hint)
}

fn classify(status: StatusCode) -> (ErrorClass, Option<&'static str>) {
    match status.as_u16() {
        401 | 403 => (
            ErrorClass::Auth,
            Some("connect an account whose credential the API accepts"),
        ),
        408 => (ErrorClass::Timeout, None),
        429 => (ErrorClass::RateLimit, Some("call the API less often")),
        500.. => (ErrorClass::Unavailable, None),
        _ => (ErrorClass::Rejected, None),
    }
}

/// Names in lower case; several values joined by commas. Cookies are credentials of the other side and stay out.
fn headers(headers: &HeaderMap) -> Map<String, Value> {
    headers
        .keys()
        .filter(|name| *name != SET_COOKIE)
        .map(|name| {
            let values: Vec<_> = headers
                .get_all(name)
                .iter()
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            (name.to_string(), Value::String(values.join(", ")))
        })
        .collect()
}

/// JSON where the answer says so and is, otherwise text; a file as what stands for it.
fn body(response: &Answer) -> Value {
    let bytes = match &response.content {
        Content::Inline(bytes) => bytes,
        Content::File(artifact) => {
            let artifact = artifact.clone();
            return serde_json::to_value(ArtifactValue { artifact }).unwrap_or_default();
        }
    };
    let kind = response.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    let json = kind.is_some_and(|kind| Media::of(kind) == Media::Json);
    let read = json.then(|| serde_json::from_slice(bytes).ok());
    read.flatten()
        .unwrap_or_else(|| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use adapter::Reach;

    fn response(status: u16, kind: &'static str, body: &'static str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        headers.append("x-a", "1".parse().unwrap());
        headers.append("x-a", "2".parse().unwrap());
        headers.append(SET_COOKIE, "session=secret".parse().unwrap());
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            url: "https://api.example.org/".parse().unwrap(),
            content: Content::Inline(body.into()),
        }
    }

    #[test]
    fn json_is_read_where_it_is_announced() {
        for (kind, body, expected) in [
            (
                "application/json; charset=utf-8",
                r#"{"a":1}"#,
                json!({ "a": 1 }),
            ),
            ("application/problem+json", "[1]", json!([1])),
            ("application/json", "not json", json!("not json")),
            ("text/plain", "1", json!("1")),
        ] {
            assert_eq!(
                outcome(&response(200, kind, body), SystemTime::UNIX_EPOCH).unwrap()["body"],
                expected
            );
        }
    }

    #[test]
    fn headers_are_joined_and_cookies_left_out() {
        let done = outcome(&response(204, "text/plain", ""), SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(
            done["headers"],
            json!({ "content-type": "text/plain", "x-a": "1, 2" })
        );
    }

    #[test]
    fn a_status_decides_the_class() {
        for (status, class) in [
            (301, ErrorClass::Rejected),
            (401, ErrorClass::Auth),
            (403, ErrorClass::Auth),
            (404, ErrorClass::Rejected),
            (408, ErrorClass::Timeout),
            (429, ErrorClass::RateLimit),
            (503, ErrorClass::Unavailable),
        ] {
            let failed = outcome(
                &response(status, "text/plain", "why"),
                SystemTime::UNIX_EPOCH,
            )
            .unwrap_err();
            assert_eq!(
                (failed.error.class, failed.reach),
                (class, Reach::Answered),
                "{status}"
            );
            assert_eq!(
                failed.error.detail,
                Some(json!({ "status": status, "body": "why" }))
            );
            assert_eq!(failed.health.is_some(), status == 401);
        }
    }

    #[test]
    fn only_what_was_sent_is_in_doubt() {
        let host = || "a".to_owned();
        let late = Error::Timeout {
            host: host(),
            after: std::time::Duration::from_secs(1),
        };
        let closed = Error::Connect {
            host: host(),
            port: 1,
            source: std::sync::Arc::new(std::io::ErrorKind::ConnectionRefused.into()),
        };
        assert_eq!(broken(&late).reach, Reach::Maybe);
        assert_eq!(broken(&closed).reach, Reach::Nothing);
        assert_eq!(broken(&closed).error.class, ErrorClass::Unavailable);
    }
}
