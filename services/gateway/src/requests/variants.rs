//! Forks, retries and tests of single nodes.

use super::{
    Correlation, Outcome, Prefer,
    runs::{RunAccepted, accepted},
    store,
    submit::{rejected, until},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read::{self, NodeTest, log, store::runs as rows, tested},
};
use ::store::Error;
use authz::Permission;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bus::Cause;
use events::RunVariantRequested;
use ids::{EventId, NodeId, RunId, TenantId, WorkflowId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// A run that repeats another one, or the rest of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForkRequest {
    /// The first node to run again; what is not behind it is taken over. Left out, everything runs again.
    at: Option<String>,
    /// The version to run; that of the other run when left out.
    version: Option<u32>,
    /// What enters the node instead of what its edges deliver; without a node, what the trigger puts out.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Value>)]
    input: Option<Value>,
    /// Lists effects instead of sending them; results of the other run stand in.
    #[serde(default)]
    dry: bool,
}

/// One node to run by itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TestRequest {
    /// The run whose recorded values it gets.
    #[schema(value_type = Option<Id>)]
    from_run: Option<RunId>,
    /// What enters it; by port where it has several inputs.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Value>)]
    input: Option<Value>,
    /// The version that has it; the newest draft when left out.
    version: Option<u32>,
    /// Sends its effect.
    #[serde(default)]
    live: bool,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::on(Thing::Run, Permission::Run).scope(Scope::Run),
            routes!(fork_run),
        )
        .add(
            Requires::on(Thing::Workflow, Permission::Run),
            routes!(test_node),
        )
}

/// Run again from a node on, or from the start
#[utoipa::path(post, path = "/api/v1/runs/{id}/fork", operation_id = "fork_run", tag = "runs", request_body = ForkRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 202, body = RunAccepted), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn fork_run(
    access: Access,
    State(app): State<App>,
    Path(source): Path<RunId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<ForkRequest>,
) -> Result<Response, Problem> {
    let run = read::run(&app, &access.tenant, source)
        .await?
        .ok_or_else(|| Problem::not_found("run.not_found", "There is no such run"))?;
    let version = body.version.or_else(|| u32::try_from(run.version).ok());
    let runnable = read::runnable(&app, &access.tenant, run.workflow_id, version);
    let run_id = RunId::from_u128(correlation.as_u128());
    let event = RunVariantRequested {
        run_id,
        workflow_id: run.workflow_id,
        version_id: runnable.await?.ok_or_else(no_version)?.version_id,
        source: Some(source),
        at: body.at.as_deref().map(|at| node("/at", at)).transpose()?,
        only: None,
        input: body.input.map(events::Json::from),
        dry: body.dry,
        trigger: None,
        actor: access.user,
        requested_at: chrono::Utc::now(),
    };
    let seen = start(&app, &access, correlation, prefer, &event).await?;
    Ok(accepted(prefer, run_id, seen))
}

/// Run one node by itself
#[utoipa::path(post, path = "/api/v1/workflows/{id}/nodes/{node}/test", operation_id = "test_node", tag = "workflows",
    request_body = TestRequest,
    params(("id" = Id, Path), ("node" = String, Path, description = "the node's id in the document"),
        ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = NodeTest), (status = 202, description = "it runs; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn test_node(
    access: Access,
    State(app): State<App>,
    Path((workflow_id, id)): Path<(WorkflowId, String)>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<TestRequest>,
) -> Result<Response, Problem> {
    let only = node("", &id)?;
    let runnable = read::runnable(&app, &access.tenant, workflow_id, body.version);
    let run_id = RunId::from_u128(correlation.as_u128());
    let event = RunVariantRequested {
        run_id,
        workflow_id,
        version_id: runnable.await?.ok_or_else(no_version)?.version_id,
        source: body.from_run,
        at: None,
        only: Some(only.clone()),
        input: body.input.map(events::Json::from),
        dry: !body.live,
        trigger: None,
        actor: access.user,
        requested_at: chrono::Utc::now(),
    };
    start(&app, &access, correlation, prefer, &event).await?;
    let ended = until(&app, prefer.wait(), || ended(&app, &access.tenant, run_id));
    if ended.await?.is_none() {
        return Ok(accepted(prefer, run_id, false));
    }
    let mut tx = app.reader.begin(&access.tenant).await?;
    let log = log::of_run(&mut tx, run_id).await?;
    Ok((StatusCode::OK, Json(tested(run_id, &log, &only))).into_response())
}

/// Makes the request durable and waits until the run shows, or is refused. Whether it shows.
///
/// # Errors
/// 422 with every reason when the engine refuses; 404 when the other run's log is gone.
pub(super) async fn start(
    app: &App,
    access: &Access,
    correlation: EventId,
    prefer: Prefer,
    event: &RunVariantRequested,
) -> Result<bool, Problem> {
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    store::expect(tx.conn(), correlation, &access.tenant).await?;
    tx.emit_as(correlation, event)?;
    tx.commit().await?;
    let look = || look(app, &access.tenant, correlation, event.run_id);
    match until(app, prefer.wait(), look).await? {
        Some(Some(Outcome::Rejected {
            code,
            message,
            problems,
        })) => Err(rejected(code, message, problems)),
        Some(Some(Outcome::Done) | None) => Ok(true),
        None => Ok(false),
    }
}

/// The refusal, or nothing once the run is there.
async fn look(
    app: &App,
    tenant: &TenantId,
    correlation: EventId,
    run: RunId,
) -> Result<Option<Option<Outcome>>, Error> {
    if let Some(outcome) = store::outcome(app.database.pool(), correlation).await? {
        let outcome = serde_json::from_value(outcome).map_err(|error| Error::Stored {
            what: "outcome",
            cause: error.to_string(),
        })?;
        return Ok(Some(Some(outcome)));
    }
    let seen = read::guarded(&app.reader, tenant, Thing::Run, &run.to_string()).await?;
    Ok(seen.map(|_| None))
}

async fn ended(app: &App, tenant: &TenantId, run: RunId) -> Result<Option<()>, Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let ended = rows::ended(&mut tx, run).await?;
    Ok(ended.filter(|ended| *ended).map(drop))
}

fn node(pointer: &str, text: &str) -> Result<NodeId, Problem> {
    text.parse().map_err(|error: ids::InvalidId| {
        Problem::refused("node.invalid", "There can be no such node").item(ProblemItem::new(
            pointer,
            "node.invalid",
            error.to_string(),
        ))
    })
}

fn no_version() -> Problem {
    Problem::not_found("version.not_found", "There is no such version")
}

/// A value that is there, were it `null`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
