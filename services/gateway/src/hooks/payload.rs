//! What the trigger node puts out: `{method, path, query, headers, body}`. A JSON body is carried as its text, unread, and a long one
//! as a file that the engine reads; what else is no short text becomes a file.

use crate::{
    artifacts::away,
    edge::{Problem, ProblemItem, depth_at_most},
};
use ::artifacts::{Media, Shelf};
use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};
use bytes::Bytes;
use events::{ArtifactValue, Json, JsonFile};
use ids::TenantId;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap, io::Cursor};
use url::form_urlencoded;

const MAX_DEPTH: usize = 64;
/// The longest text or JSON that is carried as such, in bytes.
const MOST_TEXT: usize = 64 << 10;
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

/// The body of a call, as the event carries it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Nothing,
    Json(&'a RawValue),
    Text(&'a str),
    LongJson(JsonFile),
    File(ArtifactValue),
}

/// Writes the payload of a call.
///
/// # Errors
/// 500 when it cannot be written.
pub(super) fn write(
    parts: &Parts,
    path: &str,
    body: Content<'_>,
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
        body,
    };
    Json::of(&payload).map_err(|error| Problem::internal(&error))
}

fn method(method: &Method) -> &str {
    method.as_str()
}

/// What the body of a call is. A file is stored before the call is accepted; when the call is refused after that, or comes again,
/// nothing refers to it, or the same bytes are stored already.
///
/// # Errors
/// 400 when the body claims to be JSON and is none, or is no text and there is no place for files; 503 when that is away.
pub(super) async fn content<'a>(
    shelf: Option<&Shelf>,
    tenant: &TenantId,
    headers: &HeaderMap,
    body: &'a Bytes,
) -> Result<Content<'a>, Problem> {
    if body.is_empty() {
        return Ok(Content::Nothing);
    }
    let said = headers.get(header::CONTENT_TYPE);
    let said = said.and_then(|value| value.to_str().ok());
    let media = said.map(Media::of);
    if media == Some(Media::Json) {
        if !depth_at_most(body, MAX_DEPTH) {
            let message = format!("it is nested deeper than {MAX_DEPTH} levels");
            return Err(malformed("json.too_deep", message));
        }
        let json = serde_json::from_slice(body)
            .map_err(|error| malformed("json.malformed", error.to_string()))?;
        let Some(shelf) = shelf.filter(|_| body.len() > MOST_TEXT) else {
            return Ok(Content::Json(json));
        };
        let file = kept(shelf, tenant, body, said).await?;
        return Ok(Content::LongJson(JsonFile { file }));
    }
    let text = std::str::from_utf8(body);
    let Some(shelf) = shelf else {
        return text
            .map(Content::Text)
            .map_err(|error| malformed("text.not_utf8", error.to_string()));
    };
    // Forms with fields alone are text.
    let may_be_text = media != Some(Media::Bytes)
        || said.is_some_and(|said| said.to_ascii_lowercase().starts_with("multipart/"));
    if let Ok(text) = text
        && may_be_text
        && text.len() <= MOST_TEXT
    {
        return Ok(Content::Text(text));
    }
    kept(shelf, tenant, body, said).await.map(Content::File)
}

async fn kept(
    shelf: &Shelf,
    tenant: &TenantId,
    body: &Bytes,
    said: Option<&str>,
) -> Result<ArtifactValue, Problem> {
    let bytes = Box::new(Cursor::new(body.clone()));
    let artifact = shelf.keep(tenant, bytes, said, None).await;
    let artifact = artifact.map_err(|error| away(&error))?;
    Ok(ArtifactValue { artifact })
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
    use ::artifacts::Memory;
    use axum::http::Request;
    use serde_json::json;
    use std::sync::Arc;

    async fn written(request: Request<()>, body: &[u8]) -> Result<serde_json::Value, Problem> {
        let (parts, ()) = request.into_parts();
        let shelf = Shelf {
            artifacts: Arc::new(Memory::default()),
            most_bytes: 100_000,
        };
        let (tenant, body) = (TenantId::default_tenant(), Bytes::copy_from_slice(body));
        let content = content(Some(&shelf), &tenant, &parts.headers, &body).await?;
        write(&parts, "orders/new", content, Some("x-sig")).map(|json| json.value())
    }

    fn of_type(kind: &str) -> Request<()> {
        Request::post("/")
            .header("content-type", kind)
            .body(())
            .unwrap()
    }

    #[tokio::test]
    async fn a_call_is_carried_with_its_query_headers_and_body() {
        let request = Request::post("/hooks/orders/new?a=1&b=x%20y")
            .header("content-type", "application/json; charset=utf-8")
            .header("authorization", "Bearer secret")
            .header("x-sig", "00")
            .header("x-many", "1")
            .header("x-many", "2")
            .body(())
            .unwrap();
        assert_eq!(
            written(request, br#" {"n": 1.50} "#).await.unwrap(),
            json!({
                "method": "POST", "path": "orders/new", "query": { "a": "1", "b": "x y" },
                "headers": { "content-type": "application/json; charset=utf-8", "x-many": "1, 2" },
                "body": { "n": 1.50 },
            })
        );
    }

    #[tokio::test]
    async fn a_body_that_is_no_json_is_text_unless_it_claims_to_be() {
        let plain = || Request::post("/").body(()).unwrap();
        let body = written(plain(), b"{nope").await.unwrap()["body"].take();
        assert_eq!(body, json!("{nope"));
        let form = of_type("multipart/form-data; boundary=x");
        let body = written(form, b"--x").await.unwrap()["body"].take();
        assert_eq!(body, json!("--x"));
        let empty = Request::get("/").body(()).unwrap();
        assert_eq!(written(empty, b"").await.unwrap()["body"], json!(null));
        for bad in ["{nope", &"[".repeat(65), "{} {}"] {
            let claimed = written(of_type("application/json"), bad.as_bytes()).await;
            assert_eq!(claimed.unwrap_err().status(), 400, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_body_that_is_no_short_text_becomes_a_file() {
        let long = vec![b'x'; MOST_TEXT + 1];
        for (kind, body) in [
            ("application/pdf", &b"%PDF"[..]),
            ("text/plain", &b"\xFF"[..]),
            ("text/plain", &long[..]),
        ] {
            let body_value = written(of_type(kind), body).await.unwrap()["body"].take();
            let artifact = &body_value["$artifact"];
            assert_eq!(artifact["media_type"], kind);
            assert_eq!(artifact["size"], body.len());
        }
        let nameless = Request::post("/").body(()).unwrap();
        let body = written(nameless, b"\xFF").await.unwrap()["body"].take();
        assert_eq!(body["$artifact"]["media_type"], "application/octet-stream");
    }

    #[tokio::test]
    async fn a_long_body_of_json_is_kept_for_the_engine_to_read() {
        let long = format!("[\"{}\"]", "x".repeat(MOST_TEXT));
        let body = written(of_type("application/json"), long.as_bytes()).await;
        let body = body.unwrap()["body"].take();
        let file: JsonFile = serde_json::from_value(body).unwrap();
        assert_eq!(file.file.artifact.size, long.len() as u64);
        let broken = written(
            of_type("application/json"),
            &long.as_bytes()[..MOST_TEXT + 2],
        )
        .await;
        assert_eq!(broken.unwrap_err().status(), 400);
    }

    #[tokio::test]
    async fn without_a_place_for_files_a_body_must_be_text() {
        let (tenant, body) = (TenantId::default_tenant(), Bytes::from_static(b"\xFF"));
        let refused = content(None, &tenant, &HeaderMap::new(), &body).await;
        assert_eq!(refused.err().unwrap().status(), 400);
    }
}
