//! What clients of the `OpenAI` API may name as a model.

use crate::edge::{Path, Problem};
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The person's own assistant.
pub(super) const ASSISTANT: &str = "assistant";
/// 1 January 2026, UTC, in seconds: clients sort by it.
const MADE: i64 = 1_767_225_600;

/// A model of the `OpenAI` API.
#[derive(Serialize, ToSchema)]
pub(super) struct Model {
    id: &'static str,
    /// model.
    object: &'static str,
    /// Seconds since 1970, UTC.
    created: i64,
    owned_by: &'static str,
}

/// The models there are.
#[derive(Serialize, ToSchema)]
pub(super) struct Models {
    /// list.
    object: &'static str,
    data: Vec<Model>,
}

/// List what can be talked to, as the `OpenAI` API does
#[utoipa::path(get, path = "/v1/models", operation_id = "list_models", tag = "chat",
    responses((status = 200, body = Models), (status = "default", body = Object)))]
pub(super) async fn list_models() -> Json<Models> {
    Json(Models {
        object: "list",
        data: vec![assistant()],
    })
}

/// One of them
#[utoipa::path(get, path = "/v1/models/{id}", operation_id = "get_model", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = Model), (status = "default", body = Object)))]
pub(super) async fn get_model(Path(id): Path<String>) -> Result<Json<Model>, Problem> {
    named(&id).map(Json)
}

/// # Errors
/// 404 for all names but the assistant's.
pub(super) fn named(id: &str) -> Result<Model, Problem> {
    match id == ASSISTANT {
        true => Ok(assistant()),
        false => Err(
            Problem::not_found("model_not_found", "There is no such model")
                .hint("the model `assistant` is your assistant"),
        ),
    }
}

const fn assistant() -> Model {
    Model {
        id: ASSISTANT,
        object: "model",
        created: MADE,
        owned_by: "silver-telegram",
    }
}
