//! Prompts: new ones, new versions, labels, and trying versions on what people corrected.

use super::{Correlation, Prefer, submit::submit_for};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{PRODUCTION, PromptEvaluationRequested, PromptLabelRequested, PromptSaveRequested};
use ids::{EvaluationId, PromptId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// A new prompt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPrompt {
    /// 1 to 64 lower-case letters, digits, - and _; workflows name it, so it stays.
    name: String,
    text: String,
}

/// A prompt's new text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptText {
    text: String,
    /// Only keep it as a version; no label moves to it.
    #[serde(default)]
    draft: bool,
}

/// A version of a prompt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptVersionChoice {
    #[schema(minimum = 1)]
    version: u32,
}

/// The `label` of a path.
#[derive(Deserialize)]
struct LabelPath {
    id: PromptId,
    label: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    let edit = || Requires::on(Thing::Prompt, Permission::Edit);
    routes
        .add(
            Requires::in_tenant(Permission::Create),
            routes!(create_prompt),
        )
        .add(edit(), routes!(save_prompt))
        .add(edit(), routes!(label_prompt))
        .add(edit(), routes!(evaluate_prompt))
}

/// Write a prompt
#[utoipa::path(post, path = "/api/v1/prompts", operation_id = "create_prompt", tag = "prompts", request_body = NewPrompt,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Prompt), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_prompt(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<NewPrompt>,
) -> Result<Response, Problem> {
    let prompt_id = PromptId::from_u128(correlation.as_u128());
    let event = PromptSaveRequested {
        prompt_id,
        name: body.name,
        text: body.text,
        label: None,
        actor: access.user,
    };
    let location = format!("/api/v1/prompts/{prompt_id}");
    let found = read::prompt(&app, &access.tenant, prompt_id);
    let (how, at) = (
        (correlation, prefer),
        (StatusCode::CREATED, location.as_str()),
    );
    submit_for(&app, &access, how, &event, at, found).await
}

/// Save a new version of a prompt
///
/// It is put into `production`. Where people have found answers of the prompt wrong, it is tried on those first, in the background:
/// `production` stays where it is until then, and for good when the new version does worse.
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
        label: (!body.draft).then(|| PRODUCTION.to_owned()),
        actor: access.user,
    };
    let location = format!("/api/v1/prompts/{prompt_id}");
    let found = read::prompt(&app, &access.tenant, prompt_id);
    let (how, at) = ((correlation, prefer), (StatusCode::OK, location.as_str()));
    submit_for(&app, &access, how, &event, at, found).await
}

/// Move a label to a version
///
/// A version that the label has never named is tried first, on the answers that people found wrong; when it does worse than the
/// one in production, the label stays (`prompt.worse`). That can take longer than `Prefer: wait`: see the prompt's evaluations.
#[utoipa::path(put, path = "/api/v1/prompts/{id}/labels/{label}", operation_id = "label_prompt", tag = "prompts",
    request_body = PromptVersionChoice,
    params(("id" = Id, Path), ("label" = String, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Prompt), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn label_prompt(
    access: Access,
    State(app): State<App>,
    Path(path): Path<LabelPath>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<PromptVersionChoice>,
) -> Result<Response, Problem> {
    let prompt_id = path.id;
    let event = PromptLabelRequested {
        prompt_id,
        label: path.label,
        version: body.version,
        actor: access.user,
    };
    let location = format!("/api/v1/prompts/{prompt_id}");
    let found = read::prompt(&app, &access.tenant, prompt_id);
    let (how, at) = ((correlation, prefer), (StatusCode::OK, location.as_str()));
    submit_for(&app, &access, how, &event, at, found).await
}

/// Try a version on what people corrected
#[utoipa::path(post, path = "/api/v1/prompts/{id}/evaluations", operation_id = "evaluate_prompt", tag = "prompts",
    request_body = PromptVersionChoice,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Evaluation), (status = 202, description = "accepted; see the prompt's evaluations"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn evaluate_prompt(
    access: Access,
    State(app): State<App>,
    Path(prompt_id): Path<PromptId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<PromptVersionChoice>,
) -> Result<Response, Problem> {
    let evaluation_id = EvaluationId::from_u128(correlation.as_u128());
    let event = PromptEvaluationRequested {
        evaluation_id,
        prompt_id,
        version: body.version,
        actor: access.user,
    };
    let location = format!("/api/v1/prompts/{prompt_id}/evaluations");
    let found = read::evaluation(&app, &access.tenant, evaluation_id);
    let (how, at) = (
        (correlation, prefer),
        (StatusCode::CREATED, location.as_str()),
    );
    submit_for(&app, &access, how, &event, at, found).await
}
