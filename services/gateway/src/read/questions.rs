//! What runs ask people.

use super::{Raw, filter, store::questions as rows};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Page, Path, Problem, Query},
};
use authz::{Consistency, Permission, Resource, ResourceKind, Subject};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{QuestionId, RunId, TenantId, UserId, WorkflowId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::{IntoParams, ToSchema};

/// A question of a run: whether it may act, whether a value is right, or what it cannot know.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Question {
    #[schema(value_type = Id)]
    pub id: QuestionId,
    /// approval or clarification.
    pub kind: String,
    pub title: String,
    pub text: String,
    /// `{kind: effect, protocol, operation, request, hash}`, `{kind: value, value, hash}` or `{kind: form, form}`.
    #[schema(value_type = Object)]
    pub about: Raw,
    /// What of it strangers may have chosen, because it came from outside.
    pub tainted: Vec<Tainted>,
    #[schema(value_type = Id)]
    pub run_id: RunId,
    #[schema(value_type = Id)]
    pub workflow_id: WorkflowId,
    pub workflow_name: String,
    pub node: String,
    /// Which turn of each loop around the node.
    pub iteration: Vec<u32>,
    pub asked_at: DateTime<Utc>,
    /// When it is decided without anybody.
    #[schema(required)]
    pub deadline: Option<QuestionDeadline>,
    /// Who may decide; empty: everybody who may run the workflow.
    #[schema(value_type = Vec<Id>)]
    pub assignees: Vec<UserId>,
    /// Whether the person who reads this may decide it.
    pub mine: bool,
    /// approve, edit, respond, reject, ignore or withdrawn; null while it is open.
    #[schema(required)]
    pub decision: Option<String>,
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    #[schema(value_type = Option<Id>, required)]
    pub decided_by: Option<UserId>,
    pub comment: String,
    /// Who may not decide, because it is their own.
    #[serde(skip)]
    pub not: Option<UserId>,
}

/// An argument whose value may have come from outside.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Tainted {
    /// As the request names it, such as `to`.
    pub argument: String,
    /// From where the value entered to the last node before the argument.
    pub way: Vec<TaintStep>,
}

/// One node through which a value came.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct TaintStep {
    /// The node's run: the one that asks, or one that called it.
    #[schema(value_type = Id)]
    pub run_id: RunId,
    pub node: String,
}

/// When a question is decided without anybody, and how.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct QuestionDeadline {
    pub at: DateTime<Utc>,
    /// approve, reject or ignore.
    pub then: String,
}

/// Which questions are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuestionQuery {
    /// open: those that nobody has decided; decided: the others. All when left out.
    #[param(inline)]
    pub state: Option<QuestionState>,
    /// Only those of this run.
    #[param(value_type = Option<Id>)]
    pub run_id: Option<RunId>,
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Whether a question is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionState {
    Open,
    Decided,
}

/// A question, if the tenant has it; what it says of the reader is not filled in.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn question(
    app: &App,
    tenant: &TenantId,
    id: QuestionId,
) -> Result<Option<Question>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// Whether a person may run a workflow, as of now.
///
/// # Errors
/// 503 when SpiceDB is away.
pub(crate) async fn may_run(
    app: &App,
    user: UserId,
    workflow: WorkflowId,
) -> Result<bool, Problem> {
    let subject = Subject::user(user);
    let workflow = workflow.into();
    let may = app
        .authz
        .check(subject, Permission::Run, &workflow, &Consistency::Fully);
    Ok(may.await?)
}

/// Most questions of one run that are looked at to answer it.
const OPEN: i64 = 50;

/// What a run of this workflow asks now.
///
/// # Errors
/// 503 when SpiceDB or the database is away.
pub(crate) async fn open_questions(
    app: &App,
    access: &Access,
    (workflow, run): (WorkflowId, RunId),
) -> Result<Vec<Question>, Problem> {
    let wanted = rows::Wanted {
        workflows: &[workflow.uuid()],
        is_open: Some(true),
        run: Some(run),
        before: None,
        limit: OPEN,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let mut found = rows::page(&mut tx, &wanted).await?;
    say_whose(app, access, &mut found).await?;
    Ok(found)
}

/// The questions of the workflows that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/questions", operation_id = "list_questions", tag = "questions", params(QuestionQuery),
    responses((status = 200, body = Page<Question>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_questions(
    access: Access,
    State(app): State<App>,
    Query(query): Query<QuestionQuery>,
) -> Result<Json<Page<Question>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Workflow).await?;
    let limit = edge::limit(query.limit);
    let wanted = rows::Wanted {
        workflows: &visible,
        is_open: query.state.map(|state| state == QuestionState::Open),
        run: query.run_id,
        before: edge::after(query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &wanted).await?;
    let key = |row: &Question| row.id.uuid();
    let resource = |row: &Question| row.workflow_id.into();
    let mut page = filter::page(&app, &access, found, limit, key, resource).await?;
    say_whose(&app, &access, &mut page.items).await?;
    Ok(Json(page))
}

/// A question.
#[utoipa::path(
    get, path = "/api/v1/questions/{id}", operation_id = "get_question", tag = "questions", params(("id" = Id, Path)),
    responses((status = 200, body = Question),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_question(
    access: Access,
    State(app): State<App>,
    Path(id): Path<QuestionId>,
) -> Result<Json<Question>, Problem> {
    let found = question(&app, &access.tenant, id).await?;
    let mut found = [filter::found(found, "question")?];
    say_whose(&app, &access, &mut found).await?;
    let [found] = found;
    Ok(Json(found))
}

/// Says of each question whether the person may decide it.
pub(crate) async fn say_whose(
    app: &App,
    access: &Access,
    questions: &mut [Question],
) -> Result<(), Problem> {
    let workflows: BTreeSet<WorkflowId> = questions.iter().map(|q| q.workflow_id).collect();
    let asked: Vec<(Permission, Resource)> = workflows
        .iter()
        .map(|id| (Permission::Run, Resource::from(*id)))
        .collect();
    let answers = app
        .authz
        .check_many(access.subject(), &asked, &Consistency::Fully)
        .await?;
    let may_run: BTreeSet<WorkflowId> = workflows
        .into_iter()
        .zip(answers)
        .filter_map(|(id, may)| may.then_some(id))
        .collect();
    for question in questions {
        let is_asked = question.assignees.is_empty() || question.assignees.contains(&access.user);
        question.mine = question.decision.is_none()
            && may_run.contains(&question.workflow_id)
            && is_asked
            && question.not != Some(access.user);
    }
    Ok(())
}
