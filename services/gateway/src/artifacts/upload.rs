//! A file comes in.

use super::{away, shelf, store};
use crate::{
    App,
    access::Access,
    edge::{Problem, Query},
};
use ::artifacts::Error;
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use events::{Artifact, ArtifactHash};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use tokio_util::io::StreamReader;
use utoipa::{IntoParams, ToSchema};

const MOST_CHARACTERS: usize = 255;
const ANYTHING: &str = "application/octet-stream";

/// What the file is called.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadQuery {
    /// Such as `invoice.pdf`; at most 255 characters.
    name: Option<String>,
}

/// A file as a value, to be given to a run.
#[derive(Serialize, ToSchema)]
pub(super) struct ArtifactValue {
    #[serde(rename = "$artifact")]
    artifact: ArtifactOf,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct ArtifactOf {
    /// SHA-256 of its bytes, hexadecimal; its name in `/api/v1/artifacts/{hash}`.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    hash: ArtifactHash,
    /// In bytes.
    size: u64,
    media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Send a file
///
/// The body is the file, of the media type that `Content-Type` says. The answer is a value that stands for it; it is kept for
/// seven days, and longer when a run refers to it.
#[utoipa::path(post, path = "/api/v1/artifacts", operation_id = "upload_artifact", tag = "artifacts", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ArtifactValue),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn upload_artifact(
    access: Access,
    State(app): State<App>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<ArtifactValue>), Problem> {
    let shelf = shelf(&app)?;
    let name = query.name.filter(|name| !name.is_empty());
    if let Some(name) = &name
        && (name.chars().count() > MOST_CHARACTERS || name.chars().any(char::is_control))
    {
        return Err(Problem::refused(
            "artifact.name_invalid",
            "The file cannot have this name",
        ));
    }
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let media_type = media_type
        .filter(|text| text.len() <= MOST_CHARACTERS)
        .unwrap_or(ANYTHING);
    let bytes = body.into_data_stream().map_err(std::io::Error::other);
    let bytes = Box::new(StreamReader::new(Box::pin(bytes)));
    let put = shelf
        .artifacts
        .put(&access.tenant, bytes, shelf.most_bytes)
        .await
        .map_err(|error| refused(&error))?;
    let artifact = Artifact {
        hash: put.hash,
        size: put.size,
        media_type: media_type.to_owned(),
        name,
    };
    store::uploaded(app.database.pool(), &access, &artifact).await?;
    let Artifact {
        hash,
        size,
        media_type,
        name,
    } = artifact;
    let artifact = ArtifactOf {
        hash,
        size,
        media_type,
        name,
    };
    Ok((StatusCode::CREATED, Json(ArtifactValue { artifact })))
}

fn refused(error: &Error) -> Problem {
    match error {
        Error::TooLarge { most } => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "artifact.too_large",
            "The file is too large",
        )
        .detail(format!("a file may have {most} bytes")),
        Error::Source(_) => Problem::new(
            StatusCode::BAD_REQUEST,
            "artifact.broken_off",
            "The file did not come to its end",
        ),
        Error::NotFound(_) | Error::OutOfRange { .. } | Error::Store { .. } => away(error),
    }
}
