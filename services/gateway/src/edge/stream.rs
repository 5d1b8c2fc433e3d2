//! Server-sent events.

use crate::App;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use std::{convert::Infallible, time::Duration};

/// How often a silent stream says that it lives.
const PING_EVERY: Duration = Duration::from_secs(15);

/// A stream of events, with a comment whenever it was silent for 15 s. Ends when the gateway drains, so that the client
/// resumes with another replica.
pub fn sse<S>(app: &App, events: S) -> Response
where
    S: Stream<Item = Event> + Send + 'static,
{
    let events = events
        .take_until(app.shutdown.clone().cancelled_owned())
        .map(Ok::<_, Infallible>);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(PING_EVERY).text("ping"))
        .into_response()
}
