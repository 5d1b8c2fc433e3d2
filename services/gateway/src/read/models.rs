//! The language models that can be asked.

use super::store::models as rows;
use crate::{
    App,
    access::Access,
    edge::{Id, Page, Problem},
};
use axum::{Json, extract::State};
use events::{LlmModel, Privacy};
use ids::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One model of one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct LanguageModel {
    pub name: String,
    /// The account of its server; null for the one that the operator named.
    #[schema(value_type = Option<Id>, required)]
    pub account_id: Option<AccountId>,
    /// openai, ollama or anthropic.
    pub protocol: String,
    /// local: what is asked stays on the installation's own network; remote: it leaves, or nobody can tell.
    pub privacy: String,
    /// Longest question with its answer, in tokens; null when nobody said.
    #[schema(required)]
    pub context_tokens: Option<u64>,
    /// Millionths of a US dollar for a million tokens of questions.
    pub input_price_micros: u64,
    /// Millionths of a US dollar for a million tokens of answers.
    pub output_price_micros: u64,
    /// How often it was asked in the last seven days, and what came of it.
    pub calls: u64,
    /// How often no answer came that could be used.
    pub failures: u64,
    /// Tokens of answers a second; null when nothing was measured.
    #[schema(required)]
    pub tokens_per_second: Option<f64>,
    /// Half of the answers took no longer, in milliseconds.
    #[schema(required)]
    pub p50_ms: Option<u64>,
    /// Of twenty answers nineteen took no longer, in milliseconds.
    #[schema(required)]
    pub p95_ms: Option<u64>,
}

impl From<LlmModel> for LanguageModel {
    fn from(model: LlmModel) -> Self {
        let measured = model.measured.unwrap_or_default();
        let privacy = match model.privacy {
            Privacy::Local => "local",
            Privacy::Remote => "remote",
        };
        Self {
            name: model.name,
            account_id: model.account_id,
            protocol: model.protocol,
            privacy: privacy.to_owned(),
            context_tokens: model.context_tokens,
            input_price_micros: model.input_price_micros,
            output_price_micros: model.output_price_micros,
            calls: measured.calls,
            failures: measured.failures,
            tokens_per_second: measured.tokens_per_second,
            p50_ms: measured.p50_ms,
            p95_ms: measured.p95_ms,
        }
    }
}

/// The language models in the order in which they are asked, with what was measured in the last seven days. One page.
#[utoipa::path(
    get, path = "/api/v1/models", operation_id = "list_language_models", tag = "models",
    responses((status = 200, body = Page<LanguageModel>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_language_models(
    access: Access,
    State(app): State<App>,
) -> Result<Json<Page<LanguageModel>>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let known = rows::entries(&mut tx).await?;
    Ok(Json(Page {
        items: known.into_iter().map(LanguageModel::from).collect(),
        next_cursor: None,
    }))
}
