//! One call of a webhook.

use super::{
    answer::{self, Told},
    payload,
    store::calls::{self, Claim},
    table::{Found, Route},
    trial,
    verify::{Call, Refusal, Repeat},
};
use crate::{
    App,
    edge::{Problem, too_large, unread},
    routes::panicked,
};
use ::store::Tx;
use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::any,
};
use bus::Message;
use bytes::Bytes;
use chrono::Utc;
use events::WebhookReceived;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ids::{EventId, RunId};
use serde_json::json;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

const PREFIX: &str = "/hooks/";

/// The webhooks' own router: nothing of people's requests (sessions, CSRF, permissions) stands in the way.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/hooks/{*path}", any(receive))
        .merge(trial::router(&app))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

async fn receive(State(app): State<App>, request: Request) -> Response {
    let span = chassis::http_span(request.method().as_str(), "/hooks/{*path}");
    async {
        let response = take(&app, request)
            .await
            .unwrap_or_else(IntoResponse::into_response);
        let status = response.status().as_u16();
        tracing::Span::current().record("http.response.status_code", status);
        let class = match status {
            0..400 => "answered",
            400..500 => "refused",
            _ => "failed",
        };
        metrics::counter!("st_webhooks_total", "outcome" => class).increment(1);
        response
    }
    .instrument(span)
    .await
}

async fn take(app: &App, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let route = match app.hooks.0.table.find(path, &parts.method) {
        Found::Route(route) if route.enabled => route,
        Found::Route(_) => return Err(disabled()),
        Found::OtherMethod => return Err(other_method()),
        Found::Nothing => return Err(nothing()),
    };
    let body = body_of(body, app.settings.hook_bytes).await?;
    let call = route
        .verifier
        .verify(&parts.headers, &body)
        .map_err(refusal)?
        .filter(|_| !planted::bug("key-forgotten"));
    let shelf = app.shelf.as_ref();
    let content = payload::content(shelf, &route.tenant, &parts.headers, &body).await?;
    let payload = payload::write(&parts, path, content, route.verifier.signature_header())?;
    match route.waits {
        true => answered(app, &route, payload, call).await,
        false => accepted(app, &route, payload, call).await,
    }
}

/// The whole body, at most `most` bytes.
pub(super) async fn body_of(body: Body, most: usize) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, most).collect().await;
    whole
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| match error.is::<LengthLimitError>() {
            true => too_large(most),
            false => unread(StatusCode::BAD_REQUEST),
        })
}

/// How much longer than its caller waits a call is held that nobody settled, because the gateway died or the caller left.
const GRACE: Duration = Duration::from_secs(5);

/// Sends the call to the engine and holds the socket until the run has spoken. What was not accepted may come again.
async fn answered(
    app: &App,
    route: &Route,
    payload: events::Json,
    call: Option<Call>,
) -> Result<Response, Problem> {
    let Some(call) = call else {
        let told = ask(app, route, payload, EventId::generate()).await?;
        return Ok(told.response);
    };
    let hold = Some(app.settings.hook_timeout + GRACE);
    let mut tx = app.database.begin(route.cause()).await?;
    let event = claimed(&mut tx, route, &call, hold).await?;
    tx.commit().await?;
    let told = ask(app, route, payload, event).await;
    if call.repeat != Repeat::Same {
        let started = told.as_ref().is_ok_and(|told| told.started);
        let settled = calls::settle(app.database.pool(), route.trigger, &call, started).await;
        if let Err(error) = settled {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "webhook call held only for a moment");
        }
    }
    told.map(|told| told.response)
}

async fn ask(
    app: &App,
    route: &Route,
    payload: events::Json,
    event_id: EventId,
) -> Result<Told, Problem> {
    let mut event = received(route, payload, event_id);
    let run = event.run_id;
    event.reply_to = Some(app.replica.clone());
    let message = Message::encode(
        app.database.service(),
        &route.cause(),
        &event,
        EventId::generate(),
        event.received_at,
    )
    .map_err(::store::Error::from)?;
    let place = app.hooks.0.waiters.wait(run);
    app.bus.send(&message).await.map_err(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "webhook not passed on"
        );
        Problem::unavailable("the bus cannot be reached; nothing was accepted")
    })?;
    match place.answer(app.settings.hook_timeout).await {
        Some(said) => answer::told(app, &route.tenant, run, &said).await,
        None => Err(too_slow(run)),
    }
}

/// Makes the call durable here, and says so.
async fn accepted(
    app: &App,
    route: &Route,
    payload: events::Json,
    call: Option<Call>,
) -> Result<Response, Problem> {
    let mut tx = app.database.begin(route.cause()).await?;
    let event_id = match call {
        None => EventId::generate(),
        Some(call) => claimed(&mut tx, route, &call, None).await?,
    };
    let event = received(route, payload, event_id);
    // A repeat within the outbox is one row; after it, the run id makes it one run.
    tx.emit_as(event_id, &event)?;
    if !planted::bug("answer-before-commit") {
        tx.commit().await?;
    }
    let accepted = json!({ "run_id": event.run_id, "status": "accepted" });
    Ok((StatusCode::ACCEPTED, Json(accepted)).into_response())
}

/// The event that the call is.
async fn claimed(
    tx: &mut Tx,
    route: &Route,
    call: &Call,
    hold: Option<Duration>,
) -> Result<EventId, Problem> {
    match calls::claim(tx.conn(), route.trigger, call, EventId::generate(), hold).await? {
        Claim::Event(event) => Ok(event),
        Claim::Replayed(event) => Err(replayed(RunId::derive(route.trigger, event))),
    }
}

fn received(route: &Route, payload: events::Json, event_id: EventId) -> WebhookReceived {
    WebhookReceived {
        run_id: RunId::derive(route.trigger, event_id),
        trigger_id: route.trigger,
        workflow_id: route.workflow,
        version_id: route.version,
        node: route.node.clone(),
        event_id,
        payload,
        reply_to: None,
        received_at: Utc::now(),
    }
}

fn replayed(run: RunId) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "hook.replayed",
        "This signed call was received before",
    )
    .detail(format!("it belongs to run {run}; nothing was started again"))
    .hint("to deliver again, sign again with a later time; a scheme without time needs another body or `delivery_header`")
    .run(run)
}

fn nothing() -> Problem {
    Problem::not_found("hook.not_found", "No webhook listens here")
        .hint("a webhook listens once a workflow with this path is published")
}

fn disabled() -> Problem {
    Problem::not_found("hook.disabled", "This webhook is switched off")
}

fn other_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "hook.method_not_allowed",
        "This webhook does not take that method",
    )
}

fn refusal(refusal: Refusal) -> Problem {
    let (code, title, hint) = match refusal {
        Refusal::Signature => (
            "hook.bad_signature",
            "The signature is missing or wrong",
            "sign the raw body with the secret of this trigger",
        ),
        Refusal::Timestamp => (
            "hook.bad_timestamp",
            "The call is too old, or ahead of time",
            "the sender's clock must be right within five minutes",
        ),
        Refusal::Delivery => (
            "hook.no_delivery_id",
            "The id of the delivery is missing",
            "send the header that the trigger names as `delivery_header`",
        ),
        Refusal::Unset => (
            "hook.no_secret",
            "Nobody has set what callers sign with",
            "set it with PUT /api/v1/triggers/{id}/secret",
        ),
    };
    Problem::new(StatusCode::UNAUTHORIZED, code, title).hint(hint)
}

pub(super) fn too_slow(run: RunId) -> Problem {
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        "run.not_answered",
        "The run has not answered in time",
    )
    .detail(format!("run {run} may still be at work"))
}
