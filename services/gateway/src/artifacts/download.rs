//! A file goes out.

use super::{
    away,
    range::{Wanted, wanted},
    shelf, store,
};
use crate::{
    App,
    access::Access,
    edge::{Path, Problem},
};
use ::artifacts::Error;
use authz::Resource;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use events::ArtifactHash;
use ids::{TenantId, WorkflowId};
use std::fmt::Write as _;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

/// Bytes in memory at a time.
const BUFFER: usize = 64 * 1024;

/// Read a file
///
/// Streamed; `Range` asks for a part of it. For whoever sent it, or may view a workflow with a run that refers to it.
#[utoipa::path(get, path = "/api/v1/artifacts/{hash}", operation_id = "get_artifact", tag = "artifacts",
    params(("hash" = String, Path, description = "SHA-256 of the bytes, hexadecimal"), ("Range" = Option<String>, Header)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "a part of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 416, description = "none of that part is there"),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn get_artifact(
    access: Access,
    State(app): State<App>,
    Path(hash): Path<ArtifactHash>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shelf = shelf(&app)?;
    let known = readable(&app, &access, &hash).await?;
    let known = known.ok_or_else(not_found)?;
    let wanted = wanted(&headers, known.size);
    let (status, first, length) = match wanted {
        Wanted::All => (StatusCode::OK, 0, known.size),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let body = match wanted {
        Wanted::Nothing => Body::empty(),
        Wanted::All | Wanted::Part { .. } => {
            let opened = shelf.artifacts.open(&access.tenant, &hash, first).await;
            let opened = opened.map_err(|error| unopened(&error))?;
            let bytes = ReaderStream::with_capacity(opened.bytes.take(length), BUFFER);
            Body::from_stream(bytes)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let content_range = match wanted {
        Wanted::All => None,
        Wanted::Part { first, last } => Some(format!("bytes {first}-{last}/{}", known.size)),
        Wanted::Nothing => Some(format!("bytes */{}", known.size)),
    };
    let headers = [
        (header::CONTENT_TYPE, Some(known.media_type)),
        (header::CONTENT_LENGTH, Some(length.to_string())),
        (header::CONTENT_RANGE, content_range),
        (
            header::CONTENT_DISPOSITION,
            Some(attached(known.name.as_deref())),
        ),
        (header::ACCEPT_RANGES, Some("bytes".to_owned())),
        (header::ETAG, Some(format!("\"{hash}\""))),
        // It never changes; whether it may be read does.
        (header::CACHE_CONTROL, Some("private, no-cache".to_owned())),
        // Whatever it says it is, it is not a page of ours.
        (
            header::CONTENT_SECURITY_POLICY,
            Some("sandbox; default-src 'none'".to_owned()),
        ),
    ];
    for (name, value) in headers {
        let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
        response
            .headers_mut()
            .extend(value.map(|value| (name, value)));
    }
    Ok(response)
}

/// A file that the person has sent, or that a run of a workflow refers to which they may view.
pub(super) async fn readable(
    app: &App,
    access: &Access,
    hash: &ArtifactHash,
) -> Result<Option<store::Known>, Problem> {
    let Some(known) = store::find(app, access, hash).await? else {
        return Ok(None);
    };
    let may = known.is_own || may_view(app, access, &known.workflows).await?;
    Ok(may.then_some(known))
}

async fn may_view(app: &App, access: &Access, workflows: &[WorkflowId]) -> Result<bool, Problem> {
    let workflows: Vec<Resource> = workflows.iter().map(|id| Resource::from(*id)).collect();
    if workflows.is_empty() {
        return Ok(false);
    }
    let answers = access.may_view(app, &workflows).await?;
    Ok(answers.contains(&true))
}

/// All of a file, as the body of a response, and its length.
///
/// # Errors
/// 503 when the store is away or not configured; 500 when there is no such file, since who promised it was wrong.
pub(crate) async fn streamed(
    app: &App,
    tenant: &TenantId,
    hash: &ArtifactHash,
) -> Result<(Body, u64), Problem> {
    let opened = shelf(app)?.artifacts.open(tenant, hash, 0).await;
    let opened = opened.map_err(|error| match error {
        Error::NotFound(_) => Problem::internal(&error),
        Error::TooLarge { .. }
        | Error::OutOfRange { .. }
        | Error::Source(_)
        | Error::Store { .. } => away(&error),
    })?;
    let bytes = ReaderStream::with_capacity(opened.bytes.take(opened.size), BUFFER);
    Ok((Body::from_stream(bytes), opened.size))
}

/// Always to be saved, never shown in place. Source: RFC 6266, RFC 8187.
pub(crate) fn attached(name: Option<&str>) -> String {
    let mut text = "attachment".to_owned();
    if let Some(name) = name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing into a string does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

fn unopened(error: &Error) -> Problem {
    match error {
        Error::NotFound(_) => not_found(),
        Error::TooLarge { .. }
        | Error::OutOfRange { .. }
        | Error::Source(_)
        | Error::Store { .. } => away(error),
    }
}

fn not_found() -> Problem {
    Problem::not_found("artifact.not_found", "There is no such file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(attached(None), "attachment");
        assert_eq!(
            attached(Some("Überweisung \"1\"\r\n.pdf")),
            "attachment; filename*=UTF-8''%C3%9Cberweisung%20%221%22%0D%0A.pdf"
        );
    }
}
