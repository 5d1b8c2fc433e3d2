//! What a person thinks of a model's answer: said of it, or by refusing what came of it.

use super::{Correlation, Prefer, conversations::bounded, submit::submit_for};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem},
    read,
};
use axum::{extract::State, http::StatusCode, response::Response};
use events::{Feedback, FeedbackRequested, Json, LlmOrigin, Verdict};
use ids::{FeedbackId, InvocationId, QuestionId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;

const MAX_COMMENT: usize = 1_000;

/// What a person thinks of an answer, or of a part of it. The last word about a part counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeedback {
    #[schema(inline)]
    verdict: Said,
    /// JSON Pointer (RFC 6901) of the part, such as `/category`; left out for the whole answer.
    #[serde(default)]
    path: String,
    /// What should be there, where something is wrong.
    #[serde(default)]
    expected: Option<Value>,
    #[serde(default)]
    comment: String,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Said {
    Right,
    Wrong,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::view(Thing::Invocation).scope(Scope::Write),
        routes!(give_feedback),
    )
}

/// Say that an answer is right or wrong
///
/// What is wrong is a case from then on: no label moves to a version of the prompt that does worse on its cases.
#[utoipa::path(post, path = "/api/v1/invocations/{id}/feedback", operation_id = "give_feedback", tag = "invocations",
    request_body = NewFeedback,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Feedback), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn give_feedback(
    access: Access,
    State(app): State<App>,
    Path(invocation_id): Path<InvocationId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<NewFeedback>,
) -> Result<Response, Problem> {
    let comment = bounded("/comment", &body.comment, 0, MAX_COMMENT)?;
    let gone = || Problem::not_found("invocation.not_found", "There is no such invocation");
    let origin = read::origin(&app, &access.tenant, invocation_id)
        .await?
        .ok_or_else(gone)?;
    let feedback_id = FeedbackId::from_u128(correlation.as_u128());
    let feedback = Feedback {
        feedback_id,
        invocation_id,
        verdict: match body.verdict {
            Said::Right => Verdict::Right,
            Said::Wrong => Verdict::Wrong,
        },
        path: body.path,
        expected: body.expected.map(Json::from),
        comment,
        question_id: None,
        actor: Some(access.user),
    };
    let event = FeedbackRequested { origin, feedback };
    let location = format!("/api/v1/invocations/{invocation_id}/feedback");
    let found = read::feedback(&app, &access.tenant, feedback_id);
    let (how, at) = (
        (correlation, prefer),
        (StatusCode::CREATED, location.as_str()),
    );
    submit_for(&app, &access, how, &event, at, found).await
}

/// What a refusal says of the models' answers that the question rests on: they were wrong. That it cannot be found out keeps
/// nobody from refusing.
pub(super) async fn of_refusal(
    app: &App,
    access: &Access,
    question: &read::Question,
    comment: &str,
) -> Vec<FeedbackRequested> {
    let place = (question.node.as_str(), question.iteration.as_slice());
    let blamed = read::blamed(app, &access.tenant, question.run_id, place).await;
    let blamed = blamed.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, run.id = %question.run_id, "no answer found that a refusal is about");
        Vec::new()
    });
    let feedback = blamed.into_iter().map(|blamed| FeedbackRequested {
        origin: LlmOrigin::Run {
            run_id: question.run_id,
            workflow_id: question.workflow_id,
            effect_key: blamed.effect_key,
        },
        feedback: Feedback {
            feedback_id: feedback_id(question.id, blamed.invocation_id),
            invocation_id: blamed.invocation_id,
            verdict: Verdict::Wrong,
            path: blamed.path,
            expected: None,
            comment: comment.to_owned(),
            question_id: Some(question.id),
            actor: Some(access.user),
        },
    });
    feedback.collect()
}

/// The same for a repeat: the question's time, then what is random in both.
fn feedback_id(question: QuestionId, invocation: InvocationId) -> FeedbackId {
    let random = (1 << 80) - 1;
    let (question, invocation) = (question.as_u128(), invocation.as_u128());
    FeedbackId::from_u128((question & !random) | ((question ^ invocation) & random))
}
