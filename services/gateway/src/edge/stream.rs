//! Server-sent events.

use crate::{App, access::Standing};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use std::{convert::Infallible, time::Duration};

/// How often a silent stream says that it lives.
const PING_EVERY: Duration = Duration::from_secs(15);

/// A stream of events, with a comment whenever it was silent for 15 s. Ends when the gateway drains, so that the client
/// resumes with another replica, and when whoever streams no longer may.
pub(crate) fn sse<S>(app: &App, standing: Standing, events: S) -> Response
where
    S: Stream<Item = Event> + Send + 'static,
{
    let (drained, lost) = (app.shutdown.clone(), standing.lost(app.clone()));
    let over = async move {
        tokio::select! { () = drained.cancelled_owned() => {}, () = lost => {} }
    };
    let events = events.take_until(Box::pin(over)).map(Ok::<_, Infallible>);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(PING_EVERY).text("ping"))
        .into_response()
}
