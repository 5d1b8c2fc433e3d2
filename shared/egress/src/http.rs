//! HTTP over checked connections: one request, a bounded answer, redirects followed by our rules.

mod answer;
mod body;
mod connector;
mod redirect;
mod request;

pub use answer::{Response, StreamingResponse};
pub use body::{Body, Pieces, Streamed};
pub use request::Request;

use crate::{Egress, Error, Trust, connect::within};
use bytes::Bytes;
use connector::Connector;
use http_body_util::combinators::UnsyncBoxBody;
use hyper_util::{
    client::legacy::{Client, Error as ClientError},
    rt::{TokioExecutor, TokioTimer},
};
use std::{error::Error as _, io, sync::Arc, time::Duration};

/// How long an unused connection is kept.
const POOL_IDLE: Duration = Duration::from_secs(60);

/// Sends requests to hosts that others chose. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Http {
    egress: Egress,
    client: Client<Connector, UnsyncBoxBody<Bytes, io::Error>>,
}

impl Http {
    pub(crate) fn new(egress: Egress, trust: Trust) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .timer(TokioTimer::new())
            .build(Connector::new(egress.clone(), trust));
        Self { egress, client }
    }

    /// Sends `request`, follows redirects, and reads the whole answer. Any status is an answer, not an error.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::retryable`] and [`Error::nothing_sent`] say what may be done about it.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let (after, host) = (self.time_for(&request), request.host());
        within(after, &host, async {
            self.follow(request).await?.collect().await
        })
        .await?
    }

    /// Sends `request`, follows redirects, and returns when the answer begins. Its time ends there; then the idle limit rules.
    ///
    /// # Errors
    /// As [`Http::send`].
    pub async fn send_streaming(&self, request: Request) -> Result<StreamingResponse, Error> {
        let (after, host) = (self.time_for(&request), request.host());
        within(after, &host, self.follow(request)).await?
    }

    fn time_for(&self, request: &Request) -> Duration {
        request.timeout.unwrap_or(self.egress.limits().exchange)
    }

    async fn follow(&self, first: Request) -> Result<StreamingResponse, Error> {
        let mut answer = self.once(&first).await?;
        let mut request = first;
        for _ in 0..self.egress.limits().redirects {
            let Some(next) = redirect::next(&request, answer.status, &answer.headers)? else {
                return Ok(answer);
            };
            answer = self
                .once(&next)
                .await
                .map_err(|cause| Error::Redirected(Box::new(cause)))?;
            request = next;
        }
        match redirect::next(&request, answer.status, &answer.headers)? {
            None => Ok(answer),
            Some(_) => Err(Error::Redirect {
                host: request.host(),
                reason: "there were too many",
            }),
        }
    }

    async fn once(&self, request: &Request) -> Result<StreamingResponse, Error> {
        let host = request.host();
        let answer = self
            .client
            .request(request.to_http()?)
            .await
            .map_err(|error| cause(error, &host))?;
        StreamingResponse::new(request.url.clone(), answer, self.egress.limits())
    }
}

/// Our own error when the connector gave one, else hyper's.
fn cause(error: ClientError, host: &str) -> Error {
    let mut link = error.source();
    while let Some(inner) = link {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return own.clone();
        }
        link = inner.source();
    }
    Error::Http {
        host: host.to_owned(),
        source: Arc::new(error),
    }
}
