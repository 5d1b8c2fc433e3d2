//! Versions looked at before they run, and beside each other.

use super::{filter, store::workflows as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Path, Problem, ProblemItem},
};
use axum::{Json, extract::State};
use ids::{AccountId, WorkflowId};
use serde::Serialize;
use utoipa::ToSchema;
use workflow::{Difference, Document};

/// What one run of a version may amount to, before it starts.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionPlan {
    pub version: i32,
    /// All nodes, triggers included.
    pub nodes: u32,
    /// The longest chain of nodes.
    pub levels: u32,
    /// The most nodes side by side, those of loops counted once.
    pub width: u32,
    /// Nodes that an adapter works for, those of loops counted once.
    pub effects: u32,
    /// Most calls of models, every turn that a loop may have counted.
    pub most_model_calls: u64,
    /// What adapters are asked to do, such as `http.request`.
    pub operations: Vec<String>,
    /// The accounts that the document names: everybody who may edit the workflow must be allowed to use them.
    #[schema(value_type = Vec<Id>)]
    pub accounts: Vec<AccountId>,
}

/// What one version says otherwise than another.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionDiff {
    /// The older side.
    pub from: i32,
    /// The newer side.
    pub to: i32,
    /// Changed fields of the document itself: `{pointer, before?, after?}`.
    #[schema(value_type = Vec<Object>)]
    pub fields: Vec<workflow::FieldChange>,
    /// Nodes: `{id, node_type, change, fields}`, where `change` is `added`, `removed` or `changed`.
    #[schema(value_type = Vec<Object>)]
    pub nodes: Vec<workflow::NodeChange>,
    /// Edges: their four ends, and `change`.
    #[schema(value_type = Vec<Object>)]
    pub edges: Vec<workflow::EdgeChange>,
}

/// What a run of a version may amount to: levels, width, model calls, operations and accounts.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/versions/{n}/plan", operation_id = "plan_version", tag = "workflows",
    params(("id" = Id, Path), ("n" = i32, Path, description = "the version's number")),
    responses((status = 200, body = VersionPlan),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn plan_version(
    access: Access,
    State(app): State<App>,
    Path((id, number)): Path<(WorkflowId, i32)>,
) -> Result<Json<VersionPlan>, Problem> {
    let document = document(&app, &access, id, number).await?;
    let plan = workflow::compile(&document).map_err(|problems| {
        let refused = Problem::refused(
            "version.not_executable",
            "This version can no longer be executed",
        );
        let item = |problem: workflow::Problem| {
            ProblemItem::new(problem.pointer, problem.code, problem.message)
        };
        refused.items(problems.into_iter().map(item))
    })?;
    let size = plan.size().clone();
    Ok(Json(VersionPlan {
        version: number,
        nodes: size.nodes,
        levels: size.levels,
        width: size.width,
        effects: size.effects,
        most_model_calls: size.most_model_calls,
        operations: size.operations.into_iter().collect(),
        accounts: size.accounts.into_iter().collect(),
    }))
}

/// What version `to` says otherwise than version `n`: nodes, fields and edges.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/versions/{n}/diff/{to}", operation_id = "compare_versions", tag = "workflows",
    params(("id" = Id, Path), ("n" = i32, Path, description = "the older version's number"),
        ("to" = i32, Path, description = "the newer version's number")),
    responses((status = 200, body = VersionDiff),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn compare_versions(
    access: Access,
    State(app): State<App>,
    Path((id, from, to)): Path<(WorkflowId, i32, i32)>,
) -> Result<Json<VersionDiff>, Problem> {
    let older = document(&app, &access, id, from).await?;
    let newer = document(&app, &access, id, to).await?;
    let Difference {
        fields,
        nodes,
        edges,
    } = workflow::diff(&older, &newer);
    Ok(Json(VersionDiff {
        from,
        to,
        fields,
        nodes,
        edges,
    }))
}

async fn document(
    app: &App,
    access: &Access,
    id: WorkflowId,
    number: i32,
) -> Result<Document, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = filter::found(rows::version(&mut tx, id, number).await?, "version")?;
    let text = found.document.as_ref().map_or("null", |raw| raw.get());
    serde_json::from_str(text).map_err(|error| Problem::internal(&error))
}
