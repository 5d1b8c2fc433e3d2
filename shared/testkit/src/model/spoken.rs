//! What every protocol has: a request that is read, an answer that is said whole or in pieces, an error.

use axum::{
    Json,
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::time::Duration;

type Piece = Result<Vec<u8>, std::io::Error>;

/// A protocol, as the model speaks it.
pub(super) trait Voice: Sync {
    /// The key that the caller shows.
    fn key<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let shown = headers.get("authorization")?.to_str().ok()?;
        shown.strip_prefix("Bearer ")
    }
    /// What is wrong with a request, as strictly as a real server.
    fn objects(&self, headers: &HeaderMap, request: &Value) -> Option<&'static str>;
    fn asked(&self, request: &Value) -> Asked;
    fn whole(&self, request: &Value, answer: &Answer) -> Value;
    /// The kind of stream, and all of it.
    fn stream(&self, request: &Value, answer: &Answer) -> (&'static str, Vec<String>);
    fn error(&self, status: StatusCode, message: &str) -> Value;
    /// An error in the middle of a stream.
    fn amid(&self, message: &str) -> String;
    /// How a server says that a question is too long.
    fn too_long(&self) -> Value;
    fn models(&self) -> Value;
}

/// A request, in no protocol's words.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// By a person, last.
    pub(super) said: String,
    pub(super) system: String,
    /// What the server shall hold the answer to.
    pub(super) constraint: Option<Value>,
    /// The names of those offered.
    pub(super) tools: Vec<String>,
    /// A person spoke last, not a tool.
    pub(super) is_persons_turn: bool,
}

/// An answer, in no protocol's words.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) calls: Vec<(String, Value)>,
    pub(super) finish: Finish,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    #[default]
    Done,
    Cut,
    Declined,
}

/// How an answer goes out.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Pace {
    /// Before each word.
    pub(super) pause: Duration,
    /// Into pieces of so many bytes, wherever that is; 0 leaves them as they are.
    pub(super) cut_bytes: usize,
}

/// How much of an answer goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Until {
    End,
    /// The first word; then the connection breaks.
    Broken,
    /// The first word; then the connection ends as if all was said.
    Ended,
    /// The first word; then this error.
    Error(String),
}

/// An error with its status.
pub(super) fn refusal(voice: &dyn Voice, status: StatusCode, message: &str) -> Response {
    (status, Json(voice.error(status, message))).into_response()
}

/// 429, to be asked again later.
pub(super) fn rate_limited(voice: &dyn Voice, retry_after_seconds: u64) -> Response {
    let headers = [(header::RETRY_AFTER, retry_after_seconds.to_string())];
    let refused = refusal(voice, StatusCode::TOO_MANY_REQUESTS, "too many requests");
    (headers, refused).into_response()
}

/// An answer, streamed when that was asked for.
pub(super) async fn respond(
    voice: &dyn Voice,
    request: &Value,
    answer: &Answer,
    pace: Pace,
    until: &Until,
) -> Response {
    if request["stream"] == json!(true) {
        let (kind, events) = voice.stream(request, answer);
        let sent = match until {
            Until::End => events,
            Until::Broken | Until::Ended | Until::Error(_) => begun(&events),
        };
        let last = match until {
            Until::End | Until::Ended => None,
            Until::Broken => Some(Err(broken())),
            Until::Error(message) => Some(Ok(voice.amid(message).into_bytes())),
        };
        return body(kind, sent, last, pace);
    }
    let words = u32::try_from(words(&answer.text).len()).unwrap_or(u32::MAX);
    tokio::time::sleep(pace.pause * words).await;
    let whole = voice.whole(request, answer).to_string();
    let (sent, last) = match until {
        Until::End => (whole, None),
        Until::Broken => (half(&whole), Some(Err(broken()))),
        Until::Ended => (half(&whole), None),
        Until::Error(message) => {
            return refusal(voice, StatusCode::INTERNAL_SERVER_ERROR, message);
        }
    };
    let at_once = Pace {
        pause: Duration::ZERO,
        ..pace
    };
    body("application/json", vec![sent], last, at_once)
}

/// Words with the space after them.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

/// A guess as good as any.
pub(super) fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

/// Up to the first event that says a word.
fn begun(events: &[String]) -> Vec<String> {
    let first = events.iter().position(|event| event.contains("You "));
    events[..=first.unwrap_or_default()].to_vec()
}

fn half(whole: &str) -> String {
    whole[..whole.floor_char_boundary(whole.len() / 2)].to_owned()
}

fn broken() -> std::io::Error {
    std::io::ErrorKind::ConnectionReset.into()
}

fn body(kind: &'static str, events: Vec<String>, last: Option<Piece>, pace: Pace) -> Response {
    let cut = pace.cut_bytes;
    let events = events.into_iter().flat_map(move |event| {
        let bytes = event.into_bytes();
        let size = if cut == 0 { bytes.len().max(1) } else { cut };
        let pieces = bytes.chunks(size).map(|piece| Ok(piece.to_vec()));
        let first = (pace.pause, pieces.clone().next());
        let rest = pieces.skip(1).map(|piece| (Duration::ZERO, Some(piece)));
        std::iter::once(first).chain(rest).collect::<Vec<_>>()
    });
    let last = last.map(|piece| (Duration::from_millis(100), Some(piece)));
    let paced = stream::iter(events.chain(last)).filter_map(move |(pause, piece)| async move {
        // A rest between pieces sends each alone; before a break, else the server drops what it has not sent yet.
        let least = Duration::from_millis(u64::from(cut > 0));
        tokio::time::sleep(pause.max(least)).await;
        piece
    });
    let body = Body::from_stream(paced);
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
