//! Answering the questions of runs.

use super::{
    Correlation, Prefer, feedback,
    runs::emit,
    submit::{reply, until},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use bus::Cause;
use events::{Decision, Json, QuestionDecided, QuestionDelegated, Subject};
use ids::{EventId, QuestionId, UserId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// What a person decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionRequest {
    decision: DecisionKind,
    /// `about.hash` of the question as it was shown: what is decided on is exactly that. Needed for approvals.
    hash: Option<String>,
    /// With `edit`: the request, or the value, as it should be. With `respond`: the answer, or what the node puts out.
    value: Option<Value>,
    /// Why; the history keeps it.
    #[serde(default)]
    comment: String,
}

/// What a person can decide.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionKind {
    /// It happens as it was shown.
    Approve,
    /// It happens as `value` says instead.
    Edit,
    /// It does not happen, and `value` is what the node puts out; or the answer to a question.
    Respond,
    /// It does not happen, and the node fails.
    Reject,
    /// It does not happen, and the node is skipped.
    Ignore,
}

/// Whom a question is passed on to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DelegationRequest {
    /// They must be allowed to run the workflow.
    #[schema(value_type = Vec<Id>, min_items = 1)]
    to: Vec<UserId>,
}

/// Longest comment, in characters.
const COMMENT: usize = 2_000;

pub(super) fn routes(routes: Routes) -> Routes {
    let run = || Requires::on(Thing::Question, Permission::Run).fully();
    routes
        .add(run(), routes!(decide_question))
        .add(run(), routes!(delegate_question))
}

/// Decide a question
#[utoipa::path(post, path = "/api/v1/questions/{id}/decision", operation_id = "decide_question", tag = "questions",
    request_body = DecisionRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Question), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn decide_question(
    access: Access,
    State(app): State<App>,
    Path(id): Path<QuestionId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<DecisionRequest>,
) -> Result<Response, Problem> {
    let question = open(&app, &access, id).await?;
    decide(&app, &access, (correlation, prefer), &question, body).await
}

async fn decide(
    app: &App,
    access: &Access,
    (correlation, prefer): (EventId, Prefer),
    question: &read::Question,
    body: DecisionRequest,
) -> Result<Response, Problem> {
    let id = question.id;
    let decision = decision(question, &body)?;
    let event = QuestionDecided {
        run_id: question.run_id,
        workflow_id: question.workflow_id,
        question_id: id,
        hash: body.hash,
        decision,
        actor: access.user,
        comment: body.comment.chars().take(COMMENT).collect(),
    };
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    tx.emit_as(correlation, &event)?;
    if event.decision == Decision::Reject {
        for feedback in feedback::of_refusal(app, access, question, &event.comment).await {
            tx.emit(&feedback)?;
        }
    }
    tx.commit().await?;
    let seen = until(app, prefer.wait(), || async {
        let found = read::question(app, &access.tenant, id).await?;
        Ok(found.filter(|question| question.decision.is_some()))
    });
    let seen = seen.await?;
    Ok(reply(prefer, StatusCode::OK, &location(id), seen))
}

/// Decides a question by an answer in few words, as a program gives it that shows the question in its own way.
pub(crate) async fn answer(
    app: &App,
    access: &Access,
    how: (EventId, Prefer),
    question: &read::Question,
    answer: Value,
) -> Result<Response, Problem> {
    let about: Subject =
        serde_json::from_str(question.about.get()).map_err(|error| Problem::internal(&error))?;
    let (decision, hash, value) = match about {
        Subject::Form { form } => (DecisionKind::Respond, None, Some(filled(&form, answer))),
        Subject::Effect { hash, .. } | Subject::Value { hash, .. } => {
            let decision = match answer.as_bool() {
                Some(true) => DecisionKind::Approve,
                Some(false) => DecisionKind::Reject,
                None => serde_json::from_value(answer).map_err(|_| {
                    let message = "it must be `approve`, `reject` or `ignore`";
                    unfit("/response", "question.not_allowed", message)
                })?,
            };
            (decision, Some(hash), None)
        }
    };
    let body = DecisionRequest {
        decision,
        hash,
        value,
        comment: String::new(),
    };
    decide(app, access, how, question, body).await
}

/// A form of one field can be answered by what goes there.
fn filled(form: &Value, answer: Value) -> Value {
    let fields = form.get("properties").and_then(Value::as_object);
    let only = fields
        .filter(|fields| fields.len() == 1)
        .and_then(|fields| fields.keys().next());
    match only {
        Some(field) if !answer.is_object() => {
            Value::Object(serde_json::Map::from_iter([(field.clone(), answer)]))
        }
        Some(_) | None => answer,
    }
}

/// Pass a question on
#[utoipa::path(post, path = "/api/v1/questions/{id}/delegation", operation_id = "delegate_question", tag = "questions",
    request_body = DelegationRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Question), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delegate_question(
    access: Access,
    State(app): State<App>,
    Path(id): Path<QuestionId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<DelegationRequest>,
) -> Result<Response, Problem> {
    let question = open(&app, &access, id).await?;
    if body.to.is_empty() {
        return Err(unfit("/to", "question.nobody", "name at least one person"));
    }
    for (place, user) in body.to.iter().enumerate() {
        let may = read::may_run(&app, *user, question.workflow_id).await?;
        if !may || question.not == Some(*user) {
            let message = "this person may not decide it";
            return Err(unfit(
                &format!("/to/{place}"),
                "question.not_theirs",
                message,
            ));
        }
    }
    let event = QuestionDelegated {
        run_id: question.run_id,
        workflow_id: question.workflow_id,
        question_id: id,
        to: body.to.clone(),
        actor: access.user,
    };
    emit(&app, &access, correlation, &event).await?;
    let seen = until(&app, prefer.wait(), || async {
        let found = read::question(&app, &access.tenant, id).await?;
        Ok(found.filter(|question| question.assignees == body.to))
    });
    let seen = seen.await?;
    Ok(reply(prefer, StatusCode::OK, &location(id), seen))
}

/// A question that the person may decide, and nobody has.
async fn open(app: &App, access: &Access, id: QuestionId) -> Result<read::Question, Problem> {
    let found = read::question(app, &access.tenant, id).await?;
    let missing = || Problem::not_found("question.not_found", "There is no such question");
    let mut found = [found.ok_or_else(missing)?];
    read::say_whose(app, access, &mut found).await?;
    let [question] = found;
    if let Some(decision) = &question.decision {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "question.decided",
            "The question has been decided",
        )
        .detail(format!("the decision was `{decision}`")));
    }
    if !question.mine {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "question.not_yours",
            "You may not decide this",
        )
        .detail("others are asked, or it is your own request"));
    }
    Ok(question)
}

/// The decision, if the question allows it and its value is what it must be.
fn decision(question: &read::Question, body: &DecisionRequest) -> Result<Decision, Problem> {
    let about: Subject =
        serde_json::from_str(question.about.get()).map_err(|error| Problem::internal(&error))?;
    let asked = match &about {
        Subject::Effect { hash, .. } | Subject::Value { hash, .. } => Some(hash),
        Subject::Form { .. } => None,
    };
    if asked.is_some() && asked != body.hash.as_ref() {
        let message = "it is not the `about.hash` of the question";
        return Err(unfit("/hash", "question.changed", message));
    }
    let value = || -> Result<Json, Problem> {
        let value = body.value.clone();
        let value = value.ok_or_else(|| unfit("/value", "question.no_value", "it is missing"))?;
        Ok(Json::from(value))
    };
    match (body.decision, &about) {
        (DecisionKind::Approve, Subject::Effect { .. } | Subject::Value { .. }) => {
            Ok(Decision::Approve)
        }
        (DecisionKind::Edit, Subject::Effect { protocol, .. }) => {
            let value = value()?;
            events::check_request(protocol, &value)
                .map_err(|message| unfit("/value", "question.no_request", &message))?;
            Ok(Decision::Edit { value })
        }
        (DecisionKind::Edit, Subject::Value { .. }) => Ok(Decision::Edit { value: value()? }),
        (DecisionKind::Respond, Subject::Effect { .. }) => {
            Ok(Decision::Respond { value: value()? })
        }
        (DecisionKind::Respond, Subject::Form { form }) => {
            let value = value()?;
            fits(form, &value.value())?;
            Ok(Decision::Respond { value })
        }
        (DecisionKind::Reject, _) => Ok(Decision::Reject),
        (DecisionKind::Ignore, _) => Ok(Decision::Ignore),
        (DecisionKind::Approve | DecisionKind::Edit, Subject::Form { .. }) => {
            let message = "a question with a form is answered with `respond`";
            Err(unfit("/decision", "question.not_allowed", message))
        }
        (DecisionKind::Respond, Subject::Value { .. }) => {
            let message = "a value is approved, edited or rejected";
            Err(unfit("/decision", "question.not_allowed", message))
        }
    }
}

/// Every place at which an answer is not what the form asks for.
fn fits(form: &Value, answer: &Value) -> Result<(), Problem> {
    let faults = workflow::plan::faults(form, answer)
        .map_err(|cause| Problem::internal(&std::io::Error::other(cause)))?;
    let faults: Vec<ProblemItem> = faults
        .into_iter()
        .map(|fault| {
            let pointer = format!("/value{}", fault.pointer);
            ProblemItem::new(&pointer, "question.unfit", fault.message)
        })
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(
            Problem::refused("question.unfit", "The answer does not fit the form").items(faults),
        ),
    }
}

fn unfit(pointer: &str, code: &'static str, message: &str) -> Problem {
    Problem::refused(code, "The decision cannot be taken")
        .item(ProblemItem::new(pointer, code, message))
}

fn location(id: QuestionId) -> String {
    format!("/api/v1/questions/{id}")
}
