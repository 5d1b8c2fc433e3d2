//! The streaming routes.

use super::{conversation, feed, id::last_seen, run};
use crate::{
    App,
    access::{Access, Requires, Routes, Standing, Thing},
    edge::{self, Id, Page, PageQuery, Path, Problem, Query},
    read::Raw,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
};
use futures::Stream;
use ids::{ConversationId, RunId};
use serde_json::Value;
use utoipa_axum::routes;

/// Tells proxies not to gather what should arrive at once.
const NO_BUFFERING: [(HeaderName, &str); 1] =
    [(HeaderName::from_static("x-accel-buffering"), "no")];

/// The streaming routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Requires::signed_in(), routes!(stream_events))
        .add(Requires::view(Thing::Run), routes!(list_run_events))
        .add(Requires::view(Thing::Conversation), routes!(stream_answers))
}

fn stream(
    app: &App,
    standing: Standing,
    events: impl Stream<Item = axum::response::sse::Event> + Send + 'static,
) -> Response {
    (NO_BUFFERING, edge::sse(app, standing, events)).into_response()
}

/// What changed of what the person may view, as server-sent events: `run.changed`, `inbox.changed` and so on, with
/// `{type, id}`. Resumes behind `Last-Event-ID`.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "stream_events", tag = "live",
    params(("Last-Event-ID" = Option<String>, Header, description = "the last id that was seen")),
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
async fn stream_events(
    access: Access,
    standing: Standing,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = last_seen(&headers)?;
    let events = feed::follow(app.clone(), access, last).await?;
    Ok(stream(&app, standing, events))
}

/// A run's log. As JSON a page of it; as `text/event-stream` (`Accept`) every entry with `id` = `seq`, then `end` when the
/// run has ended. Resumes behind `Last-Event-ID`.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}/events", operation_id = "list_run_events", tag = "runs",
    params(("id" = Id, Path), PageQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "the last seq that was seen")),
    responses((status = 200, description = "the log",
            content((Page<Value> = "application/json"), (String = "text/event-stream"))),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
async fn list_run_events(
    access: Access,
    standing: Standing,
    State(app): State<App>,
    Path(id): Path<RunId>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if wants_stream(&headers) {
        let last = last_seen(&headers)?.unwrap_or_default();
        let events = run::follow(app.clone(), access.tenant, id, last).await?;
        return Ok(stream(&app, standing, events));
    }
    let limit = usize::try_from(query.limit()).unwrap_or(usize::MAX);
    let mut after = query.after::<i64>()?.unwrap_or_default();
    let mut entries = Vec::new();
    while entries.len() <= limit {
        let (slice, _) = run::slice(&app, &access.tenant, id, after).await?;
        let Some(last) = slice.last() else { break };
        after = last.seq;
        entries.extend(slice);
    }
    let more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().filter(|_| more);
    let next_cursor = last.map(|last| edge::cursor(&last.seq));
    let items: Vec<Raw> = run::raw(entries);
    Ok(Json(Page { items, next_cursor }).into_response())
}

/// What happens in a conversation as server-sent events: `message`, `started`, `delta`, `completed`, `failed`. Without
/// `Last-Event-ID` an answer that still streams is sent from its first words.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/stream", operation_id = "stream_answers", tag = "conversations",
    params(("id" = Id, Path), ("Last-Event-ID" = Option<String>, Header, description = "the last id that was seen")),
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
async fn stream_answers(
    access: Access,
    standing: Standing,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = last_seen(&headers)?;
    let events = conversation::follow(app.clone(), access.tenant, id, last).await?;
    Ok(stream(&app, standing, events))
}

fn wants_stream(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"))
}
