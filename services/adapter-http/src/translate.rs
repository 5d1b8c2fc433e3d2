//! From an effect to a request. Pure.

use crate::settings::{Credentials, Scheme, Settings};
use adapter::fault;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use events::{Artifact, ArtifactValue, ErrorClass, HttpRequestRequested, RunError};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// For a call that names no time.
const TIMEOUT_MS: u64 = 30_000;
/// The longest time a call may name.
const MAX_TIMEOUT_MS: u64 = 300_000;
/// The slowest way on which a file is carried, in bytes per second: what takes longer is given up.
const SLOWEST: u64 = 64 << 10;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A request without what only the call may know: key, trace and credential.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Payload,
    /// For the answer, after the last byte of the request.
    pub timeout: Duration,
    /// The other side recognises a repeat.
    pub idempotent: bool,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    Whole(Bytes),
    File(Artifact),
}

/// The time that a file of so many bytes may take.
pub(crate) const fn transfer(bytes: u64) -> Duration {
    Duration::from_secs(bytes / SLOWEST)
}

/// The request that an effect describes.
pub(crate) fn translate(
    effect: &HttpRequestRequested,
    account: Option<&Settings>,
) -> Result<Outgoing, RunError> {
    let method =
        Method::from_bytes(effect.method.to_ascii_uppercase().as_bytes()).map_err(|_| {
            invalid(
                "http.method_invalid",
                format!("`{}` is not an HTTP method", effect.method),
            )
        })?;
    let mut url: Url = effect.url.parse().map_err(|error| {
        invalid(
            "http.url_invalid",
            format!("`{}` is not a URL: {error}", effect.url),
        )
    })?;
    if !effect.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&effect.query);
    }
    let mut headers = headers(effect)?;
    let body = body(effect.body.as_ref(), &mut headers);
    let timeout_ms = effect.timeout_ms.unwrap_or(TIMEOUT_MS);
    if timeout_ms > MAX_TIMEOUT_MS {
        return Err(fault(
            ErrorClass::Limit,
            "http.timeout_too_long",
            format!("timeout_ms is {timeout_ms}; the bound is {MAX_TIMEOUT_MS}"),
            None,
        ));
    }
    let recognised = account.is_some_and(|settings| settings.recognises_repeats);
    Ok(Outgoing {
        idempotent: recognised || is_idempotent(&method),
        method,
        url,
        headers,
        body,
        timeout: Duration::from_millis(timeout_ms),
    })
}

/// The headers that only the call may know. What the workflow set itself stays.
pub(crate) fn complete(
    outgoing: &Outgoing,
    effect_key: &str,
    traceparent: Option<&str>,
) -> HeaderMap {
    let mut headers = outgoing.headers.clone();
    let safe = matches!(
        outgoing.method,
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let own = [
        (IDEMPOTENCY_KEY, (!safe).then_some(effect_key)),
        (TRACEPARENT, traceparent),
    ];
    for (name, value) in own {
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            headers.entry(name).or_insert(value);
        }
    }
    headers
}

/// The header that shows the credential; marked sensitive. `None` when the credential does not fit into a header.
pub(crate) fn authorization(
    settings: &Settings,
    credentials: &Credentials,
) -> Option<(HeaderName, HeaderValue)> {
    let text = |secret: &Option<seal::Secret>| Some(secret.as_ref()?.expose_str().ok()?.to_owned());
    let (name, value) = match settings.scheme {
        Scheme::Bearer => (
            AUTHORIZATION,
            format!("Bearer {}", text(&credentials.token)?),
        ),
        Scheme::Basic => {
            let user = credentials.user.as_deref()?;
            let pair = STANDARD.encode(format!("{user}:{}", text(&credentials.password)?));
            (AUTHORIZATION, format!("Basic {pair}"))
        }
        Scheme::Header => {
            let name = HeaderName::try_from(settings.header.as_deref()?).ok()?;
            (name, text(&credentials.value)?)
        }
    };
    let mut value = HeaderValue::from_str(&value).ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

fn headers(effect: &HttpRequestRequested) -> Result<HeaderMap, RunError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &effect.headers {
        let refused = |what| {
            invalid(
                "http.header_invalid",
                format!("the {what} of header `{name}` is not allowed"),
            )
        };
        let name = HeaderName::try_from(name).map_err(|_| refused("name"))?;
        let value = HeaderValue::try_from(value).map_err(|_| refused("value"))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A file and text go as they are, everything else as JSON.
fn body(body: Option<&Value>, headers: &mut HeaderMap) -> Payload {
    if let Some(artifact) = body.and_then(file) {
        let kind = HeaderValue::try_from(&artifact.media_type).ok();
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        headers.entry(CONTENT_TYPE).or_insert(kind);
        return Payload::File(artifact);
    }
    let (bytes, kind) = match body {
        None | Some(Value::Null) => return Payload::Whole(Bytes::new()),
        Some(Value::String(text)) => (text.clone(), "text/plain; charset=utf-8"),
        Some(value) => (value.to_string(), "application/json"),
    };
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static(kind));
    Payload::Whole(bytes.into())
}

/// The file that a value stands for, if it does.
fn file(value: &Value) -> Option<Artifact> {
    let fields = value.as_object()?;
    let stands = fields.len() == 1 && fields.contains_key("$artifact");
    let value: ArtifactValue = serde_json::from_value(stands.then(|| value.clone())?).ok()?;
    Some(value.artifact)
}

/// RFC 9110 §9.2.2.
fn is_idempotent(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
    )
}

fn invalid(code: &str, message: String) -> RunError {
    fault(
        ErrorClass::Schema,
        code,
        message,
        Some("correct the node's configuration"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn effect(more: Value) -> HttpRequestRequested {
        let mut all = json!({
            "run_id": ids::RunId::generate(), "workflow_id": ids::WorkflowId::generate(), "node": "call",
            "effect_key": "k", "method": "post", "url": "https://api.example.org/v1?a=1",
        });
        all.as_object_mut()
            .unwrap()
            .extend(serde_json::from_value::<serde_json::Map<_, _>>(more).unwrap());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn text_goes_as_it_is_and_everything_else_as_json() {
        for (body, expected, kind) in [
            (json!("hi"), "hi", "text/plain; charset=utf-8"),
            (
                json!({ "b": 1, "a": [2] }),
                r#"{"b":1,"a":[2]}"#,
                "application/json",
            ),
        ] {
            let outgoing = translate(&effect(json!({ "body": body })), None).unwrap();
            assert_eq!(outgoing.body, Payload::Whole(expected.into()));
            assert_eq!(outgoing.headers[CONTENT_TYPE], kind);
        }
        let named = json!({ "body": "<a/>", "headers": { "Content-Type": "text/xml" } });
        assert_eq!(
            translate(&effect(named), None).unwrap().headers[CONTENT_TYPE],
            "text/xml"
        );
        let nothing = translate(&effect(json!({})), None).unwrap();
        assert_eq!(nothing.body, Payload::Whole(Bytes::new()));
    }

    #[test]
    fn a_file_goes_as_it_is_and_only_where_it_is_all_of_the_body() {
        let artifact = json!({ "hash": "a".repeat(64), "size": 3, "media_type": "image/png" });
        let value = json!({ "$artifact": artifact });
        let outgoing = translate(&effect(json!({ "body": value })), None).unwrap();
        let Payload::File(file) = outgoing.body else {
            panic!("no file")
        };
        assert_eq!((file.hash.as_str(), file.size), (&*"a".repeat(64), 3));
        assert_eq!(outgoing.headers[CONTENT_TYPE], "image/png");
        for json in [
            json!([value]),
            json!({ "$artifact": artifact, "more": 1 }),
            json!({ "$artifact": { "hash": "no" } }),
        ] {
            let outgoing = translate(&effect(json!({ "body": json })), None).unwrap();
            assert_eq!(outgoing.body, Payload::Whole(json.to_string().into()));
        }
    }

    #[test]
    fn the_query_is_added_and_escaped() {
        let outgoing = translate(&effect(json!({ "query": { "q": "a b&c" } })), None).unwrap();
        assert_eq!(outgoing.url.query(), Some("a=1&q=a+b%26c"));
    }

    #[test]
    fn bad_requests_name_what_is_wrong() {
        for (more, code) in [
            (json!({ "method": "G ET" }), "http.method_invalid"),
            (json!({ "url": "example.org" }), "http.url_invalid"),
            (json!({ "headers": { "a b": "c" } }), "http.header_invalid"),
            (
                json!({ "headers": { "a": "b\r\nc: d" } }),
                "http.header_invalid",
            ),
            (json!({ "timeout_ms": 300_001 }), "http.timeout_too_long"),
        ] {
            assert_eq!(translate(&effect(more), None).unwrap_err().code, code);
        }
    }

    #[test]
    fn only_what_changes_something_carries_the_key_and_only_idempotent_methods_are_repeated() {
        for (method, key, idempotent) in [
            ("get", false, true),
            ("put", true, true),
            ("post", true, false),
            ("patch", true, false),
        ] {
            let outgoing = translate(&effect(json!({ "method": method })), None).unwrap();
            assert_eq!(outgoing.idempotent, idempotent, "{method}");
            let headers = complete(&outgoing, "k", None);
            assert_eq!(headers.contains_key(IDEMPOTENCY_KEY), key, "{method}");
        }
        let settings: Settings =
            serde_json::from_value(json!({ "allowed_hosts": ["a"], "recognises_repeats": true }))
                .unwrap();
        assert!(
            translate(&effect(json!({})), Some(&settings))
                .unwrap()
                .idempotent
        );
    }

    #[test]
    fn credentials_become_one_sensitive_header() {
        for (settings, credentials, name, value) in [
            (
                json!({ "scheme": "bearer" }),
                json!({ "token": "t" }),
                "authorization",
                "Bearer t",
            ),
            (
                json!({ "scheme": "basic" }),
                json!({ "user": "u", "password": "p" }),
                "authorization",
                "Basic dTpw",
            ),
            (
                json!({ "scheme": "header", "header": "X-Api-Key" }),
                json!({ "value": "v" }),
                "x-api-key",
                "v",
            ),
        ] {
            let mut settings = settings;
            settings["allowed_hosts"] = json!(["a"]);
            let settings = serde_json::from_value(settings).unwrap();
            // From text, as it is unsealed: a secret is never read from a value that could be kept.
            let credentials = serde_json::from_str(&credentials.to_string()).unwrap();
            let (got, header) = authorization(&settings, &credentials).unwrap();
            assert_eq!((got.as_str(), header.to_str().unwrap()), (name, value));
            assert!(header.is_sensitive());
        }
    }
}
