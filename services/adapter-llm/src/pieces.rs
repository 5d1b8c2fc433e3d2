//! The pieces of an answer, however the bytes were cut on their way.

use bytes::Bytes;
use eventsource_stream::{EventStreamError, Eventsource};
use futures::{
    StreamExt, TryStreamExt, future,
    stream::{self, BoxStream},
};
use http::{HeaderMap, header::CONTENT_TYPE};

/// How the pieces are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Events,
    /// A JSON value a line.
    Lines,
    /// There is one.
    Whole,
}

/// Why there is no next piece.
#[derive(Debug)]
pub(crate) enum Broken {
    Transport(egress::Error),
    /// What came cannot be told apart.
    Unreadable,
}

impl Framing {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        match kind.split(';').next().unwrap_or_default().trim() {
            "text/event-stream" => Self::Events,
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Self::Lines,
            _ => Self::Whole,
        }
    }

    /// The pieces in these bytes.
    pub(crate) fn pieces(
        self,
        body: BoxStream<'static, Result<Bytes, egress::Error>>,
    ) -> BoxStream<'static, Result<String, Broken>> {
        match self {
            Self::Events => events(body),
            Self::Lines => lines(body),
            Self::Whole => stream::once(whole(body)).boxed(),
        }
    }
}

fn events(
    body: BoxStream<'static, Result<Bytes, egress::Error>>,
) -> BoxStream<'static, Result<String, Broken>> {
    let events = body.eventsource().map(|event| match event {
        Ok(event) => Ok(event.data),
        Err(EventStreamError::Transport(error)) => Err(Broken::Transport(error)),
        Err(EventStreamError::Utf8(_) | EventStreamError::Parser(_)) => Err(Broken::Unreadable),
    });
    events.boxed()
}

/// A last line may lack its end. Bytes are read as text only when a line is whole, so that no letter is cut.
fn lines(
    body: BoxStream<'static, Result<Bytes, egress::Error>>,
) -> BoxStream<'static, Result<String, Broken>> {
    let ended = body.map(Some).chain(stream::iter([None]));
    let lines = ended.scan(Vec::new(), |held: &mut Vec<u8>, came| {
        let whole = match came {
            Some(Ok(bytes)) => {
                held.extend_from_slice(&bytes);
                let end = held.iter().rposition(|byte| *byte == b'\n');
                let rest = held.split_off(end.map_or(0, |end| end + 1));
                std::mem::replace(held, rest)
            }
            Some(Err(error)) => return future::ready(Some(vec![Err(Broken::Transport(error))])),
            None => std::mem::take(held),
        };
        let lines = whole.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.trim_ascii().is_empty());
        future::ready(Some(lines.map(text).collect()))
    });
    lines.flat_map(stream::iter).boxed()
}

async fn whole(body: BoxStream<'static, Result<Bytes, egress::Error>>) -> Result<String, Broken> {
    let pieces: Vec<Bytes> = body.try_collect().await.map_err(Broken::Transport)?;
    text(&pieces.concat())
}

fn text(bytes: &[u8]) -> Result<String, Broken> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|_| Broken::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(framing: Framing, text: &str, size: usize) -> Vec<String> {
        let cut: Vec<_> = text.as_bytes().chunks(size).collect();
        let cut: Vec<_> = cut
            .into_iter()
            .map(|at| Ok(Bytes::copy_from_slice(at)))
            .collect();
        let pieces = framing.pieces(stream::iter(cut).boxed());
        pieces.map(Result::unwrap).collect().await
    }

    #[tokio::test]
    async fn pieces_are_the_same_wherever_the_bytes_are_cut() {
        let said = [r#"{"a":"Grüße 🦊"}"#, "{}"];
        let events = format!(
            "event: x\r\ndata: {}\r\n\r\n: rest\n\ndata: {}\n\n",
            said[0], said[1]
        );
        let lines = format!("{}\r\n\n{}", said[0], said[1]);
        for size in 1..40 {
            let came = read(Framing::Events, &events, size).await;
            assert_eq!(came, said);
            let came = read(Framing::Lines, &lines, size).await;
            let came: Vec<_> = came.iter().map(|line| line.trim()).collect();
            assert_eq!(came, said);
            assert_eq!(read(Framing::Whole, said[0], size).await, [said[0]]);
        }
    }

    #[test]
    fn the_framing_is_the_one_that_the_server_names() {
        for (named, framing) in [
            ("text/event-stream; charset=utf-8", Framing::Events),
            ("application/x-ndjson", Framing::Lines),
            ("application/json", Framing::Whole),
        ] {
            let headers = [(CONTENT_TYPE, named.parse().unwrap())];
            assert_eq!(Framing::of(&HeaderMap::from_iter(headers)), framing);
        }
        assert_eq!(Framing::of(&HeaderMap::new()), Framing::Whole);
    }
}
