//! What the trigger node puts out: `{method, path, query, headers, body}`. A JSON body is carried as its text, unread.

use crate::edge::{Problem, ProblemItem, depth_at_most};
use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};
use events::Json;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};
use url::form_urlencoded;

const MAX_DEPTH: usize = 64;
/// Headers that prove something to us and are nobody else's business.
const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "idempotency-key",
];

#[derive(Serialize)]
struct Payload<'a> {
    method: &'a str,
    path: &'a str,
    query: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    headers: Headers<'a>,
    body: Content<'a>,
}

struct Headers<'a> {
    all: &'a HeaderMap,
    without: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Nothing,
    Json(&'a RawValue),
    Text(&'a str),
}

/// Writes the payload of a call.
///
/// # Errors
/// 400 when the body claims to be JSON and is none, or is not text.
pub(super) fn write(
    parts: &Parts,
    path: &str,
    body: &[u8],
    without: Option<&str>,
) -> Result<Json, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let payload = Payload {
        method: method(&parts.method),
        path,
        query: form_urlencoded::parse(query.as_bytes()).collect(),
        headers: Headers {
            all: &parts.headers,
            without,
        },
        body: content(&parts.headers, body)?,
    };
    Json::of(&payload).map_err(|error| Problem::internal(&error))
}

fn method(method: &Method) -> &str {
    method.as_str()
}

fn content<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Content<'a>, Problem> {
    if body.is_empty() {
        return Ok(Content::Nothing);
    }
    if is_json(headers) {
        if !depth_at_most(body, MAX_DEPTH) {
            let message = format!("it is nested deeper than {MAX_DEPTH} levels");
            return Err(malformed("json.too_deep", message));
        }
        return serde_json::from_slice(body)
            .map(Content::Json)
            .map_err(|error| malformed("json.malformed", error.to_string()));
    }
    std::str::from_utf8(body)
        .map(Content::Text)
        .map_err(|error| malformed("text.not_utf8", error.to_string()))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim_end();
            kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
        })
}

fn malformed(code: &str, message: String) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "hook.body_malformed",
        "The body is not what its Content-Type says",
    )
    .item(ProblemItem::new("", code, message))
}

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in self.all.keys() {
            let text = name.as_str();
            if SECRET_HEADERS.contains(&text) || self.without == Some(text) {
                continue;
            }
            let mut values = self
                .all
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok());
            match (values.next(), values.next()) {
                (None, _) => {}
                (Some(only), None) => map.serialize_entry(text, only)?,
                (Some(first), Some(second)) => {
                    let joined =
                        values.fold(format!("{first}, {second}"), |all, one| all + ", " + one);
                    map.serialize_entry(text, &joined)?;
                }
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use serde_json::json;

    fn written(request: Request<()>, body: &str) -> Result<serde_json::Value, Problem> {
        let (parts, ()) = request.into_parts();
        write(&parts, "orders/new", body.as_bytes(), Some("x-sig")).map(|json| json.value())
    }

    #[test]
    fn a_call_is_carried_with_its_query_headers_and_body() {
        let request = Request::post("/hooks/orders/new?a=1&b=x%20y")
            .header("content-type", "application/json; charset=utf-8")
            .header("authorization", "Bearer secret")
            .header("x-sig", "00")
            .header("x-many", "1")
            .header("x-many", "2")
            .body(())
            .unwrap();
        assert_eq!(
            written(request, r#" {"n": 1.50} "#).unwrap(),
            json!({
                "method": "POST", "path": "orders/new", "query": { "a": "1", "b": "x y" },
                "headers": { "content-type": "application/json; charset=utf-8", "x-many": "1, 2" },
                "body": { "n": 1.50 },
            })
        );
    }

    #[test]
    fn a_body_that_is_no_json_is_text_unless_it_claims_to_be() {
        let plain = Request::post("/").body(()).unwrap();
        assert_eq!(written(plain, "{nope").unwrap()["body"], json!("{nope"));
        let empty = Request::get("/").body(()).unwrap();
        assert_eq!(written(empty, "").unwrap()["body"], json!(null));
        for bad in ["{nope", &"[".repeat(65), "{} {}"] {
            let claimed = Request::post("/")
                .header("content-type", "application/json")
                .body(())
                .unwrap();
            assert_eq!(written(claimed, bad).unwrap_err().status(), 400, "{bad}");
        }
    }
}
