//! The agent endpoints: a run is started by a message, and resumed by the answer to what it asks.

use super::{exchange::Exchange, turn, words::Told};
use crate::{
    App,
    access::{Access, Thing},
    edge::{Body, Id, Problem, ProblemItem},
    read,
    requests::{self, Correlation, Prefer, bounded},
};
use authz::{Consistency, Permission, Resource};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ids::{ConversationId, MessageId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

const MAX_TEXT: usize = 32_000;
const MAX_TYPE: usize = 64;

/// A message that starts a run of the assistant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AgentMessage {
    /// Left out, a conversation begins.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    conversation_id: Option<ConversationId>,
    /// 1 to 32,000 characters.
    message: String,
    /// What kind of thing the answer is to be, such as `report`.
    #[serde(default)]
    deliverable_type: Option<String>,
}

/// What was started.
#[derive(Serialize, ToSchema)]
pub(super) struct AgentRun {
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    /// The person's message.
    #[schema(value_type = Id)]
    message_id: MessageId,
    /// The run that answers, whose events are at `/api/v1/runs/{id}/events`; null while it waits for the answer before it.
    #[schema(required)]
    run_id: Option<String>,
    /// The same: what `resume` takes.
    #[schema(required)]
    thread_id: Option<String>,
}

/// The answer to what a run asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AgentResponse {
    /// The run.
    #[schema(value_type = Id)]
    thread_id: RunId,
    /// To a question with a form: what the form asks for, or text where it has one field. To an approval: `approve`, `reject`
    /// or `ignore`, or `true` or `false`.
    response: Value,
}

/// Start the agent with a message
#[utoipa::path(post, path = "/api/v1/agent/chat", operation_id = "chat_with_agent", tag = "chat",
    request_body = AgentMessage,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = AgentRun), (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn chat_with_agent(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(asked): Body<AgentMessage>,
) -> Result<Response, Problem> {
    let text = bounded("/message", &asked.message, 1, MAX_TEXT)?;
    let deliverable = match &asked.deliverable_type {
        Some(kind) => Some(bounded("/deliverable_type", kind, 1, MAX_TYPE)?),
        None => None,
    };
    let conversation = match asked.conversation_id {
        Some(id) => own(&app, &access, id).await?,
        None => {
            let exchange = Exchange {
                before: Vec::new(),
                message: text.clone(),
            };
            turn::open(&app, &access, prefer, &exchange).await?
        }
    };
    let mut turn = turn::post(
        &app,
        &access,
        conversation,
        (correlation, &text, deliverable),
    )
    .await?;
    let begun = tokio::time::timeout(prefer.wait(), turn.next()).await;
    let run = match begun {
        Ok(Told::Begun { run }) => Some(run),
        Ok(Told::Words(_) | Told::Done | Told::Failed { .. }) | Err(_) => None,
    };
    let started = AgentRun {
        conversation_id: conversation,
        message_id: turn.message,
        run_id: run.clone(),
        thread_id: run,
    };
    Ok((StatusCode::CREATED, Json(started)).into_response())
}

/// A conversation that the person may write in.
async fn own(app: &App, access: &Access, id: ConversationId) -> Result<ConversationId, Problem> {
    let conversation = Resource::from(id);
    let may = app.authz.check(
        access.subject(),
        Permission::Edit,
        &conversation,
        &Consistency::Fully,
    );
    match may.await? {
        true => Ok(id),
        false => Err(Problem::not_found(
            "conversation.not_found",
            "There is no such conversation",
        )),
    }
}

/// Answer what a run asks, so that it goes on
#[utoipa::path(post, path = "/api/v1/agent/resume", operation_id = "resume_agent", tag = "chat",
    request_body = AgentResponse,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Question), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn resume_agent(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(answer): Body<AgentResponse>,
) -> Result<Response, Problem> {
    let run = answer.thread_id;
    let guarded = read::guarded(&app.reader, &access.tenant, Thing::Run, &run.to_string()).await?;
    let missing = || Problem::not_found("run.not_found", "There is no such run");
    let resource = guarded.ok_or_else(missing)?.resource;
    let workflow = resource.id().parse().map_err(|_| missing())?;
    if access.may_view(&app, &[resource]).await? != [true] {
        return Err(missing());
    }
    let open = read::open_questions(&app, &access, (workflow, run)).await?;
    let mut mine = open.into_iter().filter(|question| question.mine);
    let Some(question) = mine.next() else {
        let problem = Problem::new(
            StatusCode::CONFLICT,
            "run.asks_nothing",
            "The run asks you nothing",
        );
        return Err(problem.hint("it is over, goes on by itself, or asks somebody else"));
    };
    if mine.next().is_some() {
        let item = ProblemItem::new(
            "/thread_id",
            "run.asks_more",
            "the run asks several things at once",
        );
        return Err(Problem::refused(
            "run.asks_more",
            "It is not clear which question is answered",
        )
        .item(item)
        .hint("decide them by `POST /api/v1/questions/{id}/decision`"));
    }
    requests::answer(
        &app,
        &access,
        (correlation, prefer),
        &question,
        answer.response,
    )
    .await
}
