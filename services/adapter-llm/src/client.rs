//! One question to one server, and what comes back.

use crate::{
    Fault,
    wire::{self, Calls, ChatRequest, Completion, Models, Usage},
};
use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use egress::{Http, Request, StreamingResponse};
use eventsource_stream::{EventStreamError, Eventsource};
use futures::{StreamExt, TryStreamExt};
use http::{
    HeaderValue, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use seal::Secret;
use serde_json::json;
use std::time::{Duration, SystemTime};
use url::Url;

/// How often a server that could not answer is asked again.
const RETRIES: usize = 3;
/// The longest a server may make us wait by `Retry-After`.
const PATIENCE: Duration = Duration::from_secs(60);
/// For a whole answer, however lively.
const WHOLE: Duration = Duration::from_secs(600);

/// Hears an answer as it comes.
#[async_trait]
pub trait Listener: Send {
    /// More of the answer.
    async fn heard(&mut self, text: &str);
}

/// Where and how to ask.
pub(crate) struct Server<'a> {
    pub(crate) http: &'a Http,
    pub(crate) url: Url,
    pub(crate) base_url: &'a str,
    pub(crate) key: Option<&'a Secret>,
    /// Until the answer begins.
    pub(crate) timeout: Duration,
}

/// A whole answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) calls: Calls,
    pub(crate) usage: Option<Usage>,
}

impl Server<'_> {
    /// Asks, and asks again while the fault may pass and nothing of an answer was heard.
    pub(crate) async fn ask(
        &self,
        request: &ChatRequest,
        mut listener: Option<&mut dyn Listener>,
    ) -> Result<Reply, Refused> {
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_times(RETRIES)
            .with_jitter()
            .build();
        loop {
            let mut reply = Reply::default();
            let asked = self.ask_once(request, &mut reply, &mut listener);
            let refused = match tokio::time::timeout(WHOLE, asked).await {
                Ok(Ok(())) => return Ok(reply),
                Ok(Err(refused)) => refused,
                Err(_) => {
                    let late = "it took longer than ten minutes";
                    return Err(Fault::interrupted(late).into());
                }
            };
            let again = refused.fault.passes && reply.text.is_empty() && reply.calls.is_empty();
            let Some(pause) = again.then(|| pauses.next()).flatten() else {
                return Err(refused);
            };
            let asked = refused.fault.error.retry_after_ms;
            let pause = asked.map_or(pause, Duration::from_millis);
            if pause > PATIENCE {
                return Err(refused);
            }
            tracing::info!(
                code = refused.fault.error.code,
                pause_ms = pause.as_millis(),
                "asking the model again"
            );
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask_once(
        &self,
        request: &ChatRequest,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<(), Refused> {
        let body = serde_json::to_vec(request).map_err(|error| {
            let late = format!("the question cannot be written as JSON: {error}");
            Fault::interrupted(&late)
        })?;
        let posted = Request::post(self.url.clone(), body)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.send(posted).await?;
        let streamed = answer
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/event-stream"));
        match streamed {
            true => self.follow(answer, reply, listener).await,
            false => self.whole(answer, reply, listener).await,
        }
    }

    /// The models that the server lists.
    pub(crate) async fn models(&self) -> Result<Vec<String>, Refused> {
        let answer = self.send(Request::get(self.url.clone())).await?;
        let body = self.body(answer).await?;
        let read: Models = serde_json::from_slice(&body).map_err(|_| Refused {
            fault: Fault::interrupted("the list of models is not one"),
            status: Some(StatusCode::OK),
        })?;
        Ok(read.data.into_iter().map(|model| model.id).collect())
    }

    async fn send(&self, mut request: Request) -> Result<StreamingResponse, Refused> {
        if let Some(key) = self.key {
            let text = key.expose_str().map_err(|_| bad_key())?;
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", text.trim())).map_err(|_| bad_key())?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let answer = self
            .http
            .send_streaming(request.timeout(self.timeout))
            .await
            .map_err(|error| self.transport(&error))?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let (status, retry_after) = (
            answer.status,
            egress::retry_after(&answer.headers, SystemTime::now()),
        );
        let said = self
            .body(answer)
            .await
            .map(|body| self.unquoted(wire::complaint(&body)))
            .unwrap_or_default();
        Err(Refused {
            fault: Fault::status(status, &said, retry_after),
            status: Some(status),
        })
    }

    async fn whole(
        &self,
        answer: StreamingResponse,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<(), Refused> {
        let body = self.body(answer).await?;
        let completion: Completion = serde_json::from_slice(&body)
            .map_err(|_| Fault::interrupted("what came is no chat completion"))?;
        self.take(completion, reply, listener).await.map(drop)
    }

    async fn follow(
        &self,
        answer: StreamingResponse,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<(), Refused> {
        let mut events = answer.body.eventsource();
        let mut finished = false;
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| match error {
                EventStreamError::Transport(error) => self.transport(&error),
                EventStreamError::Utf8(_) | EventStreamError::Parser(_) => {
                    Fault::interrupted("what came is no event stream").into()
                }
            })?;
            if event.data.trim() == "[DONE]" {
                finished = true;
                break;
            }
            let piece: Completion = serde_json::from_str(&event.data)
                .map_err(|_| Fault::interrupted("a piece of it is no JSON"))?;
            finished |= self.take(piece, reply, listener).await?;
        }
        match finished {
            true => Ok(()),
            false => Err(Fault::interrupted("the connection ended before the answer did").into()),
        }
    }

    /// Adds what came to the reply; true when the model says that it is done.
    async fn take(
        &self,
        completion: Completion,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<bool, Refused> {
        if let Some(error) = completion.error {
            let said = self.unquoted(wire::complaint(error.to_string().as_bytes()));
            return Err(Fault::interrupted(&said).into());
        }
        reply.usage = completion.usage.or(reply.usage);
        let Some(choice) = completion.choices.into_iter().next() else {
            return Ok(false);
        };
        let delta = choice.delta.unwrap_or_default();
        for piece in delta.tool_calls.into_iter().flatten() {
            reply.calls.take(piece);
        }
        if let Some(text) = delta.content.filter(|text| !text.is_empty()) {
            reply.text.push_str(&text);
            if let Some(listener) = listener {
                listener.heard(&text).await;
            }
        }
        Ok(choice.finish_reason.is_some())
    }

    async fn body(&self, answer: StreamingResponse) -> Result<Bytes, Refused> {
        let pieces: Vec<Bytes> = answer
            .body
            .try_collect()
            .await
            .map_err(|error| self.transport(&error))?;
        Ok(pieces.concat().into())
    }

    fn transport(&self, error: &egress::Error) -> Refused {
        Fault::transport(error, self.base_url).into()
    }

    /// The same text without the key, which a server might quote.
    fn unquoted(&self, said: String) -> String {
        let key = self.key.and_then(|key| key.expose_str().ok());
        match key.map(str::trim).filter(|key| !key.is_empty()) {
            Some(key) => said.replace(key, "…"),
            None => said,
        }
    }
}

/// A fault, and the status that told it.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) fault: Fault,
    pub(crate) status: Option<StatusCode>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            status: None,
        }
    }
}

fn bad_key() -> Fault {
    let mut fault = Fault::status(StatusCode::UNAUTHORIZED, "", None);
    "The API key has characters that cannot be sent.".clone_into(&mut fault.error.message);
    fault
}

/// Asks for usage at the end of a stream.
pub(crate) fn with_usage() -> serde_json::Value {
    json!({ "include_usage": true })
}
