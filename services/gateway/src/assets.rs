//! The web UI, embedded; and what is nowhere.

use crate::edge::Problem;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

/// The built UI. A checkout without Node has none: then a placeholder says how to build it.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>silver-telegram</title>\
<h1>silver-telegram</h1><p>The web UI is not built into this gateway. Install Node 20 or later and run \
<code>cargo xtask up</code> again. The API is at <a href=\"/openapi.json\">/openapi.json</a>.</p></html>";
/// File names below this folder carry a hash of their content.
const HASHED: &str = "assets/";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const CHECK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A file of the UI; its index for every page address; a problem for what no page can be.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let page = matches!(method, Method::GET | Method::HEAD);
    let reserved = ["api/", "auth/", "hooks/", HASHED]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    match file(path, &headers) {
        Some(response) if page => response,
        _ if !page || reserved => not_found().into_response(),
        Some(_) | None => file("index.html", &headers).unwrap_or_else(placeholder),
    }
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() || path.starts_with('.') || path.ends_with('/') {
        return None;
    }
    let plain = Dist::get(path)?;
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepted.split(',').any(|one| one.trim().starts_with(name)))
        .find_map(|(name, suffix)| Some((name, Dist::get(&format!("{path}{suffix}"))?)));
    let kind = HeaderValue::from_str(plain.metadata.mimetype()).ok()?;
    let cache = if path.starts_with(HASHED) {
        FOREVER
    } else {
        CHECK_AGAIN
    };
    let (encoding, data) = match packed {
        Some((name, packed)) => (Some(name), packed.data),
        None => (None, plain.data),
    };
    let mut response = Response::new(Body::from(data.into_owned()));
    let to = response.headers_mut();
    to.insert(header::CONTENT_TYPE, kind);
    to.insert(header::CACHE_CONTROL, cache);
    to.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        to.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn placeholder() -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, CHECK_AGAIN),
    ];
    (headers, PLACEHOLDER).into_response()
}

fn not_found() -> Problem {
    Problem::not_found("path.unknown", "There is nothing at this address")
}
