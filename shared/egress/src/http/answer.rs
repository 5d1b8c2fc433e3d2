//! What came back, never more of it than allowed.

use crate::{Error, Limits, connect::within};
use bytes::{Bytes, BytesMut};
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::{fmt, sync::Arc};
use url::Url;

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Any status.
    pub status: StatusCode,
    /// As they came.
    pub headers: HeaderMap,
    /// Where the answer came from, after redirects.
    pub url: Url,
    /// As it came; not compressed.
    pub body: Bytes,
}

/// An answer that has begun.
pub struct StreamingResponse {
    /// Any status.
    pub status: StatusCode,
    /// As they came.
    pub headers: HeaderMap,
    /// Where the answer comes from, after redirects.
    pub url: Url,
    /// The body in pieces; ends with an error when it breaks, falls silent or grows too long.
    pub body: BoxStream<'static, Result<Bytes, Error>>,
}

impl StreamingResponse {
    pub(super) fn new(
        url: Url,
        answer: http::Response<Incoming>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let (head, body) = answer.into_parts();
        if body.size_hint().lower() > limits.body_bytes as u64 {
            return Err(Error::TooLarge {
                host,
                limit: limits.body_bytes,
            });
        }
        let body = pieces(host, body, *limits);
        Ok(Self {
            status: head.status,
            headers: head.headers,
            url,
            body,
        })
    }

    /// Reads the rest.
    ///
    /// # Errors
    /// As the body's stream.
    pub async fn collect(self) -> Result<Response, Error> {
        let add = |mut all: BytesMut, piece: Bytes| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        };
        let body = self.body.try_fold(BytesMut::new(), add).await?.freeze();
        Ok(Response {
            status: self.status,
            headers: self.headers,
            url: self.url,
            body,
        })
    }
}

impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("status", &self.status)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

fn pieces(
    host: String,
    body: Incoming,
    limits: Limits,
) -> BoxStream<'static, Result<Bytes, Error>> {
    stream::try_unfold((body, limits.body_bytes), move |(mut body, left)| {
        let host = host.clone();
        async move {
            loop {
                let Some(frame) = within(limits.idle, &host, body.frame()).await? else {
                    return Ok(None);
                };
                let frame = frame.map_err(|error| Error::Http {
                    host: host.clone(),
                    source: Arc::new(error),
                })?;
                let Ok(piece) = frame.into_data() else {
                    continue;
                };
                let Some(left) = left.checked_sub(piece.len()) else {
                    return Err(Error::TooLarge {
                        host,
                        limit: limits.body_bytes,
                    });
                };
                return Ok(Some((piece, (body, left))));
            }
        }
    })
    .boxed()
}
