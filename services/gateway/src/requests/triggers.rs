//! Switching triggers, and what the callers of a webhook sign with.

use super::{
    Correlation, Prefer,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem},
    hooks, read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::TriggerSwitchRequested;
use ids::TriggerId;
use seal::Secret;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// A change of a trigger.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TriggerPatch {
    enabled: bool,
}

/// What callers sign with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SigningSecret {
    /// For Standard Webhooks `whsec_` and base64; for HMAC any text of 16 bytes or more. Never shown again.
    #[schema(value_type = String)]
    secret: Secret,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::on(Thing::Trigger, Permission::Edit),
            routes!(update_trigger),
        )
        .add(
            Requires::on(Thing::Trigger, Permission::Edit)
                .scope(Scope::Admin)
                .fully(),
            routes!(set_trigger_secret),
        )
}

/// Switch a trigger on or off
#[utoipa::path(patch, path = "/api/v1/triggers/{id}", operation_id = "update_trigger", tag = "triggers", request_body = TriggerPatch,
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Trigger), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update_trigger(
    access: Access,
    State(app): State<App>,
    Path(trigger_id): Path<TriggerId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(patch): Body<TriggerPatch>,
) -> Result<Response, Problem> {
    let workflow_id = super::workflow_of(&app, &access, Thing::Trigger, &trigger_id.to_string())
        .await?
        .ok_or_else(|| Problem::not_found("trigger.not_found", "There is no such trigger"))?;
    let event = TriggerSwitchRequested {
        workflow_id,
        trigger_id,
        enabled: patch.enabled,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::trigger(&app, &access.tenant, trigger_id))
        .await?;
    Ok(reply(prefer, StatusCode::OK, "/api/v1/triggers", found))
}

/// Set what the callers of a webhook sign with
#[utoipa::path(put, path = "/api/v1/triggers/{id}/secret", operation_id = "set_trigger_secret", tag = "triggers", request_body = SigningSecret,
    params(("id" = Id, Path)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_trigger_secret(
    access: Access,
    State(app): State<App>,
    Path(trigger_id): Path<TriggerId>,
    Body(given): Body<SigningSecret>,
) -> Result<StatusCode, Problem> {
    hooks::set_secret(&app, &access.tenant, trigger_id, &given.secret).await?;
    Ok(StatusCode::NO_CONTENT)
}
