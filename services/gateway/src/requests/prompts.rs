//! New versions of prompts.

use super::{
    Correlation, Prefer,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::PromptSaveRequested;
use ids::PromptId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// A prompt's new text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptText {
    text: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::on(Thing::Prompt, Permission::Edit),
        routes!(save_prompt),
    )
}

/// Save a new version of a prompt
#[utoipa::path(put, path = "/api/v1/prompts/{id}", operation_id = "save_prompt", tag = "prompts", request_body = PromptText,
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Prompt), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn save_prompt(
    access: Access,
    State(app): State<App>,
    Path(prompt_id): Path<PromptId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<PromptText>,
) -> Result<Response, Problem> {
    let prompt = read::prompt(&app, &access.tenant, prompt_id)
        .await?
        .ok_or_else(|| Problem::not_found("prompt.not_found", "There is no such prompt"))?;
    let event = PromptSaveRequested {
        prompt_id,
        name: prompt.name,
        text: body.text,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::prompt(&app, &access.tenant, prompt_id))
        .await?;
    let location = format!("/api/v1/prompts/{prompt_id}");
    Ok(reply(prefer, StatusCode::OK, &location, found))
}
