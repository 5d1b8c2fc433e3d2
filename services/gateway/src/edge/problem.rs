//! What a caller is told when something is wrong.
//!
//! Source: RFC 9457. `code` is stable and the last part of `type`; `errors` says where.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ids::RunId;
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// RFC 9457 problem details.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:silver-telegram:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The problem in a few words, the same for every occurrence.
    title: Cow<'static, str>,
    status: u16,
    /// This occurrence, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Stable, such as `workflow.invalid`.
    code: Cow<'static, str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Names this request in logs and traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    /// The run that an earlier request of the same became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::edge::Id>)]
    run_id: Option<RunId>,
    /// Each fault and its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemItem>,
    #[serde(skip)]
    #[schema(ignore)]
    retry_after_seconds: Option<u64>,
}

/// One fault: where, and what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ProblemItem {
    /// JSON pointer into the request's body; for a workflow, into its document.
    pub pointer: String,
    pub code: String,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// `error`, or `warning` for what does not refuse the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
}

impl ProblemItem {
    /// A fault at `pointer`.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
            ..Self::default()
        }
    }
}

impl Problem {
    /// A problem with this status, code and title.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        let code = code.into();
        Self {
            kind: format!("urn:silver-telegram:problem:{code}"),
            title: title.into(),
            status: status.as_u16(),
            detail: None,
            code,
            hint: None,
            trace_id: None,
            run_id: None,
            errors: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// 404: there is no such thing, or the person may not know that there is.
    pub fn not_found(
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, title)
    }

    /// 422: understood, and refused.
    pub fn refused(
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
    }

    /// 503: a part that is needed is away.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "A part of the service is unavailable",
        )
        .detail(detail)
        .hint("try again in a moment")
        .retry_after(2)
    }

    /// 500: our fault. The cause is logged, not told.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here",
        )
        .hint("the log has the cause under this trace id")
    }

    /// Says more about this occurrence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the run that is meant.
    #[must_use]
    pub const fn run(mut self, run: RunId) -> Self {
        self.run_id = Some(run);
        self
    }

    /// Adds a fault.
    #[must_use]
    pub fn item(mut self, item: ProblemItem) -> Self {
        self.errors.push(item);
        self
    }

    /// Adds faults.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = ProblemItem>) -> Self {
        self.errors.extend(items);
        self
    }

    /// When to come back, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The trace id inside a W3C `traceparent`.
fn trace_id() -> Option<String> {
    bus::current_traceparent()?
        .split('-')
        .nth(1)
        .map(str::to_owned)
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.trace_id = trace_id();
        let (status, retry_after) = (self.status(), self.retry_after_seconds);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"silver-telegram\""),
            );
        }
        response
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match &error {
            store::Error::Encode(bus::Error::TooLarge { size, bound, .. }) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body.too_large",
                "The request is too large for one event",
            )
            .detail(format!(
                "it makes an event of {size} bytes; the bound is {bound}"
            )),
            store::Error::Connect { .. }
            | store::Error::Migrate { .. }
            | store::Error::Query { .. }
            | store::Error::Encode(_)
            | store::Error::Stored { .. } => match error.outage() {
                Some(outage) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "database is away");
                    Self::unavailable(outage)
                }
                None => Self::internal(&error),
            },
        }
    }
}

impl From<authz::Error> for Problem {
    fn from(error: authz::Error) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "denied, because the permission could not be checked"
        );
        Self::unavailable("permissions cannot be checked, so nothing is allowed")
    }
}
