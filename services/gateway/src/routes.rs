//! Every route of the API.

use crate::{
    App,
    access::{Declared, Routes},
    artifacts, assets, chat,
    edge::Problem,
    hooks, identity, live, openapi, read, requests,
};
use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{any::Any, sync::Arc};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::{CsrfLayer, ProtectionError},
};
use tracing::Instrument;

/// All routes with their declared permissions.
pub(crate) fn all() -> Routes {
    let routes = Routes::new(openapi::opening());
    let routes = identity::routes(routes);
    let routes = requests::routes(routes);
    let routes = read::routes(routes);
    let routes = hooks::routes(routes);
    let routes = chat::routes(routes);
    let routes = artifacts::routes(routes);
    live::routes(routes)
}

/// What each route asks, for the record.
#[must_use]
pub fn declared() -> Vec<Declared> {
    all().declared
}

/// The whole HTTP surface: API, webhooks, UI.
pub fn router(app: App) -> Router {
    let (api, document) = all().router.split_for_parts();
    let document = Arc::new(document);
    let csrf = csrf();
    let people = api
        .method_not_allowed_fallback(|| async { method_not_allowed() })
        .layer(DefaultBodyLimit::max(crate::edge::MAX_BODY_BYTES))
        .layer(csrf)
        .layer(Extension(app.clone()))
        .route("/openapi.json", get(async move || Json(document.clone())))
        .fallback(assets::serve)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(finish))
        .layer(middleware::from_fn(chat::as_openai))
        // Streams and what is packed already pass as they are.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn(harden))
        .layer(middleware::from_fn(observe))
        .with_state(app.clone());
    hooks::router(app).merge(people)
}

/// Changes come from the product's own pages, or with an API key.
pub(crate) fn csrf() -> CsrfLayer<fn(ProtectionError) -> Response> {
    let refused: fn(ProtectionError) -> Response = |_| cross_site().into_response();
    CsrfLayer::new().with_rejection_response(refused)
}

/// A span and a measurement per request.
async fn observe(request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("/", MatchedPath::as_str)
        .to_owned();
    let span = chassis::http_span(&method, &route);
    let begun = std::time::Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.record("http.response.status_code", status);
    metrics::histogram!("st_http_request_duration_seconds",
        "method" => method, "route" => route, "status" => status.to_string())
    .record(begun.elapsed());
    response
}

/// A change that has arrived is made, though whoever asked for it goes away meanwhile: a page that is left drops its requests.
async fn finish(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let done = tokio::spawn(next.run(request).in_current_span());
    done.await
        .unwrap_or_else(|stopped| Problem::internal(&stopped).into_response())
}

/// Headers that keep a page of ours from being abused. Scripts come from ourselves alone; nobody may frame us.
const HARDENING: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HARDENING {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// A panic is our fault and never more than one request's end.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let cause = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(cause, "handler panicked");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong here",
    )
    .into_response()
}

fn cross_site() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "request.cross_site",
        "The request comes from another site",
    )
    .hint("changes are made from the product's own pages, or with an API key")
}

fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method.not_allowed",
        "This address does not take that method",
    )
}
