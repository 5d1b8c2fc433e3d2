//! Starting and cancelling runs.

use super::{
    Correlation, Prefer,
    submit::{reply, until},
    variants,
};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use bus::Cause;
use events::{
    Event, Json, RunCancelRequested, RunRequested, RunTrigger, RunVariantRequested, TriggerKind,
};
use ids::{EventId, NodeId, RunId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;
use workflow::NodeType;

/// A run that a person starts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunRequest {
    /// The trigger node to start from; the manual trigger when left out.
    node: Option<String>,
    /// What the trigger node puts out.
    #[serde(default)]
    input: Value,
    /// The version to run; the newest draft when left out.
    version: Option<u32>,
    /// Lists effects instead of sending them, and waits for nothing. Without an input, the trigger's pinned one counts.
    #[serde(default)]
    dry: bool,
}

/// A run that will be, or is.
#[derive(Serialize, ToSchema)]
pub(super) struct RunAccepted {
    #[schema(value_type = Id)]
    id: RunId,
    /// `accepted` until the run shows in `GET /runs/{id}`, then `running`.
    status: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::on(Thing::Workflow, Permission::Run),
            routes!(start_run),
        )
        .add(
            Requires::on(Thing::Run, Permission::Run).scope(Scope::Run),
            routes!(cancel_run),
        )
}

/// Start a run
#[utoipa::path(post, path = "/api/v1/workflows/{id}/runs", operation_id = "start_run", tag = "runs", request_body = RunRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 202, body = RunAccepted), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn start_run(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<RunRequest>,
) -> Result<Response, Problem> {
    let runnable = read::runnable(&app, &access.tenant, workflow_id, body.version)
        .await?
        .ok_or_else(|| Problem::not_found("version.not_found", "There is no such version"))?;
    let (node, kind) = trigger(&runnable.document, body.node.as_deref())?;
    if kind == TriggerKind::Manual {
        check_input(&runnable.document, &node, &body.input)?;
    }
    let run_id = RunId::from_u128(correlation.as_u128());
    if body.dry {
        let event = RunVariantRequested {
            run_id,
            workflow_id,
            version_id: runnable.version_id,
            source: None,
            at: None,
            only: None,
            input: Some(body.input)
                .filter(|input| !input.is_null())
                .map(Json::from),
            dry: true,
            trigger: Some(node),
            actor: access.user,
            requested_at: chrono::Utc::now(),
        };
        let seen = variants::start(&app, &access, correlation, prefer, &event).await?;
        return Ok(accepted(prefer, run_id, seen));
    }
    let event = RunRequested {
        run_id,
        workflow_id,
        version_id: runnable.version_id,
        trigger: RunTrigger {
            kind,
            node,
            trigger_id: None,
            event_id: correlation,
            actor: Some(access.user),
        },
        payload: Json::from(body.input),
        requested_at: chrono::Utc::now(),
        parent: None,
        reply_to: None,
        refused: None,
    };
    emit(&app, &access, correlation, &event).await?;
    let id = run_id.to_string();
    let seen = until(&app, prefer.wait(), || {
        read::guarded(&app.reader, &access.tenant, Thing::Run, &id)
    })
    .await?;
    Ok(accepted(prefer, run_id, seen.is_some()))
}

/// Cancel a run
#[utoipa::path(post, path = "/api/v1/runs/{id}/cancel", operation_id = "cancel_run", tag = "runs",
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 202, body = read::Run), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn cancel_run(
    access: Access,
    State(app): State<App>,
    Path(run_id): Path<RunId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("run.not_found", "There is no such run");
    let workflow_id = super::workflow_of(&app, &access, Thing::Run, &run_id.to_string())
        .await?
        .ok_or_else(missing)?;
    let event = RunCancelRequested {
        run_id,
        workflow_id,
        actor: Some(access.user),
        reason: "cancelled by a person".to_owned(),
    };
    emit(&app, &access, correlation, &event).await?;
    let run = read::run(&app, &access.tenant, run_id)
        .await?
        .ok_or_else(missing)?;
    let location = format!("/api/v1/runs/{run_id}");
    Ok(reply(prefer, StatusCode::ACCEPTED, &location, Some(run)))
}

/// The answer to a request for a run.
pub(super) fn accepted(prefer: Prefer, run_id: RunId, seen: bool) -> Response {
    let status = if seen { "running" } else { "accepted" };
    let accepted = RunAccepted {
        id: run_id,
        status: status.to_owned(),
    };
    let location = format!("/api/v1/runs/{run_id}");
    reply(prefer, StatusCode::ACCEPTED, &location, Some(accepted))
}

/// Makes an event durable whose effect shows in the run itself.
pub(super) async fn emit<E: Event>(
    app: &App,
    access: &Access,
    id: EventId,
    event: &E,
) -> Result<(), Problem> {
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    tx.emit_as(id, event)?;
    tx.commit().await?;
    Ok(())
}

/// The trigger node to start from: the one asked for, else the first manual one, else the first of any kind.
fn trigger(document: &Value, wanted: Option<&str>) -> Result<(NodeId, TriggerKind), Problem> {
    let nodes = document
        .get("nodes")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let triggers: Vec<(&str, TriggerKind)> = nodes
        .iter()
        .filter_map(|node| {
            let kind = kind(node.get("node_type")?.as_str()?)?;
            Some((node.get("id")?.as_str()?, kind))
        })
        .collect();
    let found = match wanted {
        Some(id) => triggers.iter().find(|(node, _)| *node == id),
        None => triggers
            .iter()
            .find(|(_, kind)| *kind == TriggerKind::Manual)
            .or(triggers.first()),
    };
    let (node, kind) =
        found.ok_or_else(|| {
            let message = match wanted {
                Some(id) => format!("`{id}` is not a trigger node of this version"),
                None => "the workflow has no trigger node".to_owned(),
            };
            Problem::refused("run.no_trigger", "There is nothing to start from")
                .item(ProblemItem::new("/node", "node.not_trigger", message))
        })?;
    let node = node
        .parse()
        .map_err(|error: ids::InvalidId| Problem::internal(&error))?;
    Ok((node, *kind))
}

/// Refuses an input that is not what the manual trigger asks for, naming each place.
fn check_input(document: &Value, node: &NodeId, input: &Value) -> Result<(), Problem> {
    let nodes = document.get("nodes").and_then(Value::as_array);
    let own = nodes
        .into_iter()
        .flatten()
        .find(|one| one.get("id").and_then(Value::as_str) == Some(node.as_str()));
    let schema = own
        .and_then(|own| own.pointer("/config/input_schema"))
        .filter(|schema| !schema.is_null());
    let faults = schema.map(|schema| workflow::input_faults(schema, input));
    let faults = faults.unwrap_or_default();
    if faults.is_empty() {
        return Ok(());
    }
    let items = faults.into_iter().map(|fault| {
        let pointer = format!("/input{}", fault.pointer);
        ProblemItem::new(pointer, "run.input_unfit", fault.message)
    });
    Err(Problem::refused(
        "run.input_unfit",
        "The input is not what the workflow asks for",
    )
    .items(items))
}

fn kind(node_type: &str) -> Option<TriggerKind> {
    match NodeType::named(node_type)? {
        NodeType::TriggerManual => Some(TriggerKind::Manual),
        NodeType::TriggerWebhook => Some(TriggerKind::Webhook),
        NodeType::TriggerSchedule => Some(TriggerKind::Schedule),
        NodeType::TriggerIntegrationEvent => Some(TriggerKind::IntegrationEvent),
        NodeType::TriggerWorkflow => Some(TriggerKind::Workflow),
        NodeType::TriggerError => Some(TriggerKind::Error),
        NodeType::LlmCall
        | NodeType::Classify
        | NodeType::Generate
        | NodeType::Summarize
        | NodeType::Extract
        | NodeType::Score
        | NodeType::Decide
        | NodeType::Deduplicate
        | NodeType::Coordinate
        | NodeType::HttpRequest
        | NodeType::SendEmail
        | NodeType::SendMessage
        | NodeType::Transform
        | NodeType::Compute(_)
        | NodeType::Branch
        | NodeType::Switch
        | NodeType::Loop
        | NodeType::While
        | NodeType::Parallel
        | NodeType::Join
        | NodeType::Wait
        | NodeType::Stop
        | NodeType::Fail
        | NodeType::SubWorkflow
        | NodeType::Approval
        | NodeType::Ask
        | NodeType::Notify
        | NodeType::Log
        | NodeType::HttpResponse
        | NodeType::Reply => None,
    }
}
