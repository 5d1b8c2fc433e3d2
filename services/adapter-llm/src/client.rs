//! One question to one server, and what comes back.

use crate::{
    Fault,
    pieces::{Broken, Framing},
    wire::{Asked, Calls, Complaint, End, Heard, Speech, Usage},
};
use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use egress::{Http, Request, StreamingResponse};
use futures::{StreamExt, TryStreamExt};
use http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use seal::Secret;
use std::time::{Duration, SystemTime};
use url::Url;

/// What a server that could not answer is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// How often it is asked again.
    retries: usize,
    /// The longest it may make us wait by `Retry-After`.
    longest: Duration,
}

impl Patience {
    /// Nobody else can answer.
    pub(crate) const ALONE: Self = Self {
        retries: 3,
        longest: Duration::from_secs(60),
    };
    /// Somebody else can.
    pub(crate) const AMONG_OTHERS: Self = Self {
        retries: 1,
        longest: Duration::from_secs(1),
    };
}

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
    pub(crate) speech: &'static dyn Speech,
    pub(crate) key: Option<&'a Secret>,
    /// Until the answer begins.
    pub(crate) timeout: Duration,
    pub(crate) patience: Patience,
}

/// A whole answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) calls: Calls,
    pub(crate) usage: Usage,
    pub(crate) end: Option<End>,
}

impl Server<'_> {
    /// Asks, and asks again while the fault may pass and nothing of an answer was heard.
    pub(crate) async fn ask(
        &self,
        asked: &Asked,
        mut listener: Option<&mut dyn Listener>,
    ) -> Result<Reply, Refused> {
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_times(self.patience.retries)
            .with_jitter()
            .build();
        loop {
            let mut reply = Reply::default();
            let answered = self.ask_once(asked, &mut reply, &mut listener);
            let refused = match tokio::time::timeout(WHOLE, answered).await {
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
            let wanted = refused.fault.error.retry_after_ms;
            let pause = wanted.map_or(pause, Duration::from_millis);
            if pause > self.patience.longest {
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
        asked: &Asked,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<(), Refused> {
        let body = self.speech.body(asked).to_string();
        let posted = Request::post(self.url.clone(), body)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.send(posted).await?;
        let framing = Framing::of(&answer.headers);
        let mut reader = self.speech.reader(asked);
        let mut pieces = framing.pieces(answer.body);
        // A whole answer ends where it ends.
        let mut is_over = framing == Framing::Whole;
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|broken| match broken {
                Broken::Transport(error) => self.transport(&error),
                Broken::Unreadable => Fault::interrupted("what came is no text").into(),
            })?;
            let heard = reader
                .read(&piece)
                .map_err(|_| Fault::interrupted("what came is no answer of a model"))?;
            let is_last = heard.is_last;
            is_over |= self.take(heard, reply, listener).await?;
            if is_last {
                break;
            }
        }
        match is_over {
            true => Ok(()),
            false => Err(Fault::interrupted("the connection ended before the answer did").into()),
        }
    }

    /// The models that the server lists.
    pub(crate) async fn models(&self) -> Result<Vec<String>, Refused> {
        let answer = self.send(Request::get(self.url.clone())).await?;
        let body = self.body(answer).await?;
        self.speech.names(&body).map_err(|_| Refused {
            fault: Fault::interrupted("the list of models is not one"),
            status: Some(StatusCode::OK),
        })
    }

    async fn send(&self, mut request: Request) -> Result<StreamingResponse, Refused> {
        for (name, value) in self.speech.headers() {
            let name = HeaderName::from_static(name);
            request = request.header(name, HeaderValue::from_static(value));
        }
        if let Some(key) = self.key {
            let (name, before) = self.speech.key();
            let text = key.expose_str().map_err(|_| Fault::unsendable_key())?;
            let mut value = HeaderValue::try_from(format!("{before}{}", text.trim()))
                .map_err(|_| Fault::unsendable_key())?;
            value.set_sensitive(true);
            request = request.header(name, value);
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
            .map(|body| self.shown(Complaint::of_body(&body)))
            .unwrap_or_default();
        Err(Refused {
            fault: Fault::status(status.as_u16(), &said, retry_after, self.speech),
            status: Some(status),
        })
    }

    /// Adds what came to the reply; true when the model says that it is done.
    async fn take(
        &self,
        heard: Heard,
        reply: &mut Reply,
        listener: &mut Option<&mut dyn Listener>,
    ) -> Result<bool, Refused> {
        if let Some(error) = heard.error {
            return Err(Fault::amid(&self.shown(error), self.speech).into());
        }
        reply.usage.grow(heard.usage);
        reply.end = reply.end.or(heard.end);
        for piece in heard.calls {
            reply.calls.take(piece);
        }
        if !heard.text.is_empty() {
            reply.text.push_str(&heard.text);
            if let Some(listener) = listener {
                listener.heard(&heard.text).await;
            }
        }
        Ok(heard.end.is_some())
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
        Fault::transport(error, self.base_url, self.speech.address()).into()
    }

    fn shown(&self, said: Complaint) -> Complaint {
        said.shown(self.key.and_then(|key| key.expose_str().ok()))
    }
}

/// A fault, and the status that told it.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) fault: Fault,
    pub(crate) status: Option<StatusCode>,
}

impl Refused {
    /// The server may know less than it was asked for: it finds fault with the request, and not with its length.
    pub(crate) fn is_beyond_it(&self) -> bool {
        let refused = ["llm.refused", "llm.unavailable"];
        let statuses = [
            StatusCode::BAD_REQUEST,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::NOT_IMPLEMENTED,
        ];
        refused.contains(&self.fault.error.code.as_str())
            && self.status.is_some_and(|status| statuses.contains(&status))
    }

    /// It is the temperature that the model does not know.
    pub(crate) fn is_about_temperature(&self) -> bool {
        let said = &self.fault.error.message;
        self.is_beyond_it() && said.to_lowercase().contains("temperature")
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            status: None,
        }
    }
}
