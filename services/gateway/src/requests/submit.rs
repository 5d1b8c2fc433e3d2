//! From a checked request to its answer.

use super::{Outcome, Prefer, outcome::wait_for, store};
use crate::{
    App,
    access::Access,
    edge::{Problem, ProblemItem},
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bus::Cause;
use events::{Event, WorkflowProblem};
use ids::EventId;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

/// Where a request stands when the wait is over.
pub(crate) enum Settled {
    /// Done: answer from the read model.
    Done,
    /// Not yet known.
    Pending,
}

/// Makes the request event durable under the id `correlation`; a repeat changes nothing. Then waits for its outcome.
///
/// # Errors
/// 422 with every fault when it is refused; 409 or 412 for a conflict; 503 when the database is away.
pub(crate) async fn submit<E: Event>(
    app: &App,
    access: &Access,
    correlation: EventId,
    prefer: Prefer,
    event: &E,
) -> Result<Settled, Problem> {
    let cause = Cause::root(access.tenant.clone());
    let tx = app.database.begin(cause).await?;
    submit_in(app, access, tx, (correlation, prefer), event).await
}

/// As [`submit`], together with what was done in `tx`.
///
/// # Errors
/// As [`submit`].
pub(crate) async fn submit_in<E: Event>(
    app: &App,
    access: &Access,
    mut tx: ::store::Tx,
    (correlation, prefer): (EventId, Prefer),
    event: &E,
) -> Result<Settled, Problem> {
    store::expect(tx.conn(), correlation, &access.tenant).await?;
    tx.emit_as(correlation, event)?;
    tx.commit().await?;
    match wait_for(app, correlation, prefer.wait()).await? {
        Some(Outcome::Done) => Ok(Settled::Done),
        Some(Outcome::Rejected {
            code,
            message,
            problems,
        }) => Err(rejected(code, message, problems)),
        None => Ok(Settled::Pending),
    }
}

/// The same, answered with the resource that `found` reads once it is done, or that will be at `location`.
///
/// # Errors
/// As [`submit`] and `found`.
pub(super) async fn submit_for<E, T, F>(
    app: &App,
    access: &Access,
    (correlation, prefer): (EventId, Prefer),
    event: &E,
    (status, location): (StatusCode, &str),
    found: F,
) -> Result<Response, Problem>
where
    E: Event,
    T: Serialize,
    F: Future<Output = Result<Option<T>, ::store::Error>>,
{
    let settled = submit(app, access, correlation, prefer, event).await?;
    let found = settled.resource(found).await?;
    Ok(reply(prefer, status, location, found))
}

/// Waits, as long as the client wants, until `look` finds something.
pub(crate) async fn until<T, F>(
    app: &App,
    wait: Duration,
    look: impl FnMut() -> F,
) -> Result<Option<T>, Problem>
where
    F: Future<Output = Result<Option<T>, ::store::Error>>,
{
    Ok(app.outcomes.look(wait, look).await?)
}

impl Settled {
    /// The resource, when it is there.
    ///
    /// # Errors
    /// As `found`.
    pub(crate) async fn resource<T, F>(self, found: F) -> Result<Option<T>, Problem>
    where
        F: Future<Output = Result<Option<T>, ::store::Error>>,
    {
        Ok(match self {
            Self::Done => found.await?,
            Self::Pending => None,
        })
    }
}

/// The answer to a write: the resource, else 202; and where it is, or will be.
pub(crate) fn reply<T: Serialize>(
    prefer: Prefer,
    status: StatusCode,
    location: &str,
    resource: Option<T>,
) -> Response {
    let mut response = match resource {
        Some(_) if status == StatusCode::NO_CONTENT => status.into_response(),
        Some(resource) => (status, Json(resource)).into_response(),
        None => (StatusCode::ACCEPTED, Json(json!({ "status": "accepted" }))).into_response(),
    };
    let made = matches!(
        response.status(),
        StatusCode::CREATED | StatusCode::ACCEPTED
    );
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(location)
        && made
    {
        headers.insert(header::LOCATION, location);
    }
    if let Some(applied) = prefer.applied() {
        headers.insert("preference-applied", applied);
    }
    response
}

/// A refusal as people read it.
pub(super) fn rejected(code: String, message: String, problems: Vec<WorkflowProblem>) -> Problem {
    let status = if code.ends_with(".conflict") {
        StatusCode::PRECONDITION_FAILED
    } else if code.ends_with(".not_found") {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Problem::new(status, code, "The request was refused")
        .detail(message)
        .items(problems.into_iter().map(item))
}

/// A finding of the engine, or of the same check in process.
pub(super) fn item(problem: WorkflowProblem) -> ProblemItem {
    ProblemItem {
        pointer: problem.pointer,
        code: problem.code,
        message: problem.message,
        node: problem.node,
        port: problem.port,
        hint: problem.hint,
        severity: Some(problem.severity),
    }
}
