//! A draft's webhook, tried out: `/hooks-test/<workflow id>/<path>`, any method, for one call.
//!
//! The caller proves that they may run the workflow, by session or API key, so the call need not be signed. It runs the
//! newest draft, once for each time that somebody listens; otherwise nothing is there.

use super::{
    answer, payload,
    receive::{body_of, too_slow},
    store::trials,
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing, guarded},
    edge::{Id, Path, Problem},
    read,
};
use authz::Permission;
use axum::{
    Json, Router,
    extract::{Extension, Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::any,
};
use bus::Cause;
use chrono::{DateTime, TimeDelta, Utc};
use events::{RunRequested, RunTrigger, TriggerKind};
use ids::{EventId, NodeId, RunId, WorkflowId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::routes;
use workflow::{
    NodeType,
    config::{Respond, WebhookConfig},
};

const LISTENS: TimeDelta = TimeDelta::minutes(5);

/// Until when a test call is waited for, and where.
#[derive(Serialize, ToSchema)]
struct Listening {
    until: DateTime<Utc>,
    webhooks: Vec<TestAddress>,
}

/// The test address of one webhook trigger of the draft.
#[derive(Serialize, ToSchema)]
struct TestAddress {
    node: String,
    method: String,
    url: String,
}

/// One webhook trigger of a draft.
struct Webhook {
    node: NodeId,
    config: WebhookConfig,
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::on(Thing::Workflow, Permission::Run),
        routes!(listen_for_test_call),
    )
}

/// The address itself, which takes any method.
pub(super) fn router(app: &App) -> Router<App> {
    let may_run = Requires::on(Thing::Workflow, Permission::Run);
    Router::new()
        .route("/hooks-test/{id}/{*path}", guarded(may_run, any(call)))
        .layer(crate::routes::csrf())
        .layer(Extension(app.clone()))
}

/// Listen for a test call
///
/// The next call of `/hooks-test/{id}/<path>` within five minutes runs the newest draft, once.
#[utoipa::path(post, path = "/api/v1/workflows/{id}/test-calls", operation_id = "listen_for_test_call", tag = "workflows",
    params(("id" = Id, Path)),
    responses((status = 200, body = Listening), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn listen_for_test_call(
    access: Access,
    State(app): State<App>,
    Path(workflow): Path<WorkflowId>,
) -> Result<Json<Listening>, Problem> {
    let (_, _, webhooks) = draft(&app, &access, workflow).await?;
    if webhooks.is_empty() {
        return Err(Problem::refused(
            "hook.no_webhook",
            "The draft has no webhook trigger to call",
        ));
    }
    let until = Utc::now() + LISTENS;
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    trials::listen(tx.conn(), &access.tenant, workflow, until).await?;
    tx.commit().await?;
    let base = app.settings.public_url.as_str().trim_end_matches('/');
    let address = |webhook: Webhook| TestAddress {
        node: webhook.node.to_string(),
        method: webhook.config.method.as_str().to_owned(),
        url: format!("{base}/hooks-test/{workflow}/{}", webhook.config.path),
    };
    Ok(Json(Listening {
        until,
        webhooks: webhooks.into_iter().map(address).collect(),
    }))
}

async fn call(
    access: Access,
    State(app): State<App>,
    Path((workflow, path)): Path<(WorkflowId, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let (version_id, responds, webhooks) = draft(&app, &access, workflow).await?;
    let webhook = chosen(webhooks, &path, &parts.method)?;
    let body = body_of(body, app.settings.hook_bytes).await?;
    let (shelf, tenant) = (app.shelf.as_ref(), &access.tenant);
    let content = payload::content(shelf, tenant, &parts.headers, &body).await?;
    let payload = payload::write(&parts, &path, content, None)?;
    let waits = match webhook.config.respond {
        Some(respond) => respond == Respond::Last,
        None => responds,
    };
    let event_id = EventId::generate();
    let run_id = RunId::from_u128(event_id.as_u128());
    let event = RunRequested {
        run_id,
        workflow_id: workflow,
        version_id,
        trigger: RunTrigger {
            kind: TriggerKind::Webhook,
            node: webhook.node,
            trigger_id: None,
            event_id,
            actor: Some(access.user),
        },
        payload,
        requested_at: Utc::now(),
        parent: None,
        reply_to: waits.then(|| app.replica.clone()),
        refused: None,
    };
    let place = app.hooks.0.waiters.wait(run_id);
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    if !trials::take(tx.conn(), &access.tenant, workflow).await? {
        return Err(nobody_listens());
    }
    tx.emit_as(event_id, &event)?;
    tx.commit().await?;
    if !waits {
        let accepted = json!({ "run_id": run_id, "status": "accepted" });
        return Ok((StatusCode::ACCEPTED, Json(accepted)).into_response());
    }
    match place.answer(app.settings.hook_timeout).await {
        Some(said) => {
            let told = answer::told(&app, &access.tenant, run_id, &said).await;
            told.map(|told| told.response)
        }
        None => Err(too_slow(run_id)),
    }
}

/// The newest draft: its version, whether it answers its callers, and its webhooks.
async fn draft(
    app: &App,
    access: &Access,
    workflow: WorkflowId,
) -> Result<(ids::VersionId, bool, Vec<Webhook>), Problem> {
    let draft = read::runnable(app, &access.tenant, workflow, None)
        .await?
        .ok_or_else(|| Problem::not_found("version.not_found", "There is no such version"))?;
    let nodes = draft.document.get("nodes").and_then(Value::as_array);
    let nodes = nodes.map(Vec::as_slice).unwrap_or_default();
    let is = |node: &&Value, wanted: NodeType| {
        node.get("node_type").and_then(Value::as_str) == Some(wanted.as_str())
    };
    let responds = nodes.iter().any(|node| is(&node, NodeType::HttpResponse));
    let webhooks = nodes
        .iter()
        .filter(|node| is(node, NodeType::TriggerWebhook))
        .filter_map(|node| {
            let config = serde_json::from_value(node.get("config")?.clone()).ok()?;
            let node = node.get("id")?.as_str()?.parse().ok()?;
            Some(Webhook { node, config })
        });
    Ok((draft.version_id, responds, webhooks.collect()))
}

fn chosen(webhooks: Vec<Webhook>, path: &str, method: &Method) -> Result<Webhook, Problem> {
    let mut here = webhooks.into_iter().filter(|w| w.config.path == path);
    here.find(|webhook| webhook.config.method.as_str() == method.as_str())
        .ok_or_else(|| {
            Problem::not_found("hook.not_found", "The draft has no such webhook")
                .hint("path and method are those of a webhook trigger of the newest draft")
        })
}

fn nobody_listens() -> Problem {
    Problem::not_found("hook.nobody_listens", "Nobody listens for a test call")
        .hint("POST /api/v1/workflows/{id}/test-calls listens for one call, for five minutes")
}
