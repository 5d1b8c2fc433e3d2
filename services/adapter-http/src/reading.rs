//! What becomes of an answer's body: a value where it fits an event, else a file. Never more of it is in memory than fits.

use crate::{
    answer::{self, Answer, Content},
    name::name,
    translate::transfer,
};
use adapter::{Failed, fault, file_store_away};
use artifacts::{Media, Shelf, Source};
use bytes::{Bytes, BytesMut};
use egress::{Error, StreamingResponse};
use events::{Artifact, ErrorClass};
use futures::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, header::CONTENT_TYPE};
use ids::TenantId;
use std::{io, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::io::StreamReader;
use url::Url;

/// The longest result that fits an event, in bytes.
pub(crate) const EVENT_BYTES: usize = 230 << 10;
/// What is told of a refusal, in bytes: as text it may grow sixfold, and must fit an event.
const REFUSAL_BYTES: usize = 32 << 10;

/// How answers are read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Where files lie; `None` when there is no place for them.
    pub shelf: Option<Shelf>,
    /// The longest text that is told as a value, in bytes.
    pub inline_bytes: usize,
    /// The longest answer that is read where there is no place for files, in bytes.
    pub answer_bytes: usize,
}

/// What was read of a body.
enum Beginning {
    /// All of it.
    Whole(Bytes),
    /// More than was asked for.
    Part(Bytes),
}

impl Reading {
    /// The longest answer of all, in bytes.
    pub(crate) fn most_bytes(&self) -> usize {
        let shelf = self.shelf.as_ref();
        shelf.map_or(self.answer_bytes, |shelf| {
            usize::try_from(shelf.most_bytes).unwrap_or(usize::MAX)
        })
    }

    /// Reads an answer that has begun. What is told as a value must be there within `patience` of `since`.
    pub(crate) async fn read(
        &self,
        tenant: &TenantId,
        mut response: StreamingResponse,
        since: Instant,
        patience: Duration,
    ) -> Result<Answer, Failed> {
        let host = response.url.host_str().unwrap_or_default().to_owned();
        let is_success = response.status.is_success();
        let most = match (&self.shelf, is_success) {
            (_, false) => REFUSAL_BYTES,
            (None, true) => self.answer_bytes,
            (Some(_), true) => self.inline(&response.headers),
        };
        let begun = timeout_at(since + patience, beginning(&mut response, most)).await;
        let begun = begun.unwrap_or(Err(Error::Timeout {
            host,
            after: patience,
        }));
        let begun = begun.map_err(|error| answer::broken(&error))?;
        let (headers, url) = (response.headers.clone(), response.url.clone());
        let content = match (begun, &self.shelf) {
            (Beginning::Whole(bytes), Some(shelf)) if is_success && !is_told(&headers, &bytes) => {
                Content::File(whole(shelf, tenant, bytes, &headers, &url).await?)
            }
            (Beginning::Part(bytes), Some(shelf)) if is_success => {
                let rest = response.body;
                let all = stream::once(async { Ok(bytes) }).chain(rest);
                let all = all.map_err(io::Error::other).boxed();
                let source = Box::new(StreamReader::new(all));
                let kept = keep(shelf, tenant, source, &headers, &url);
                let after = patience + transfer(shelf.most_bytes);
                let kept = timeout(after, kept).await;
                let host = url.host_str().unwrap_or_default().to_owned();
                let late = || answer::broken(&Error::Timeout { host, after });
                Content::File(kept.unwrap_or_else(|_| Err(late()))?)
            }
            (Beginning::Whole(bytes), _) => Content::Inline(bytes),
            (Beginning::Part(mut bytes), _) => {
                bytes.truncate(most);
                Content::Inline(bytes)
            }
        };
        Ok(Answer {
            status: response.status,
            headers,
            url,
            content,
        })
    }

    /// The same answer with a file for its body; `None` when it has one, or there is no place for it.
    pub(crate) async fn set_aside(
        &self,
        tenant: &TenantId,
        answer: Answer,
    ) -> Result<Option<Answer>, Failed> {
        let (Some(shelf), Content::Inline(bytes)) = (&self.shelf, &answer.content) else {
            return Ok(None);
        };
        let kept = whole(shelf, tenant, bytes.clone(), &answer.headers, &answer.url).await?;
        Ok(Some(Answer {
            content: Content::File(kept),
            ..answer
        }))
    }

    /// How much of a body may be a value, by its type.
    fn inline(&self, headers: &HeaderMap) -> usize {
        match media(headers) {
            Some(Media::Json) => EVENT_BYTES,
            Some(Media::Text) | None => self.inline_bytes,
            Some(Media::Bytes) => 0,
        }
    }
}

/// Whether a short body is told as a value: nobody says what it is, then it must be text at least.
fn is_told(headers: &HeaderMap, bytes: &Bytes) -> bool {
    match media(headers) {
        Some(_) => true,
        None => std::str::from_utf8(bytes).is_ok(),
    }
}

fn media(headers: &HeaderMap) -> Option<Media> {
    Some(Media::of(said(headers)?))
}

fn said(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// Reads until there is more than `most`, or all. Of what is too much, a piece at most.
async fn beginning(response: &mut StreamingResponse, most: usize) -> Result<Beginning, Error> {
    let mut all = BytesMut::new();
    while let Some(piece) = response.body.try_next().await? {
        all.extend_from_slice(&piece);
        if all.len() > most {
            return Ok(Beginning::Part(all.freeze()));
        }
    }
    Ok(Beginning::Whole(all.freeze()))
}

async fn whole(
    shelf: &Shelf,
    tenant: &TenantId,
    bytes: Bytes,
    headers: &HeaderMap,
    url: &Url,
) -> Result<Artifact, Failed> {
    keep(
        shelf,
        tenant,
        Box::new(io::Cursor::new(bytes)),
        headers,
        url,
    )
    .await
}

async fn keep(
    shelf: &Shelf,
    tenant: &TenantId,
    bytes: Source,
    headers: &HeaderMap,
    url: &Url,
) -> Result<Artifact, Failed> {
    let name = name(headers, url);
    let kept = shelf.keep(tenant, bytes, said(headers), name.as_deref());
    kept.await.map_err(|error| unkept(&error))
}

/// The other side has answered, and its answer is lost: whether that may be repeated depends on what was asked.
fn unkept(error: &artifacts::Error) -> Failed {
    match error {
        artifacts::Error::Source(source) => {
            let cause = source.get_ref();
            match cause.and_then(|cause| cause.downcast_ref::<Error>()) {
                Some(cause) => answer::broken(cause),
                None => Failed::during(file_store_away(error)),
            }
        }
        artifacts::Error::TooLarge { .. } => Failed::answered(fault(
            ErrorClass::Limit,
            "http.answer_too_large",
            format!("the answer cannot be kept: {error}"),
            Some("ask for less, or raise ARTIFACT_BYTES"),
        )),
        artifacts::Error::NotFound(_)
        | artifacts::Error::OutOfRange { .. }
        | artifacts::Error::Store { .. } => Failed::during(file_store_away(error)),
    }
}
