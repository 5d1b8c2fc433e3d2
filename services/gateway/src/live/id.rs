//! Where a stream resumes.

use crate::edge::{Problem, ProblemItem};
use axum::http::{HeaderMap, StatusCode};

/// The header by which a client says what it saw last.
const LAST_EVENT_ID: &str = "last-event-id";

/// The last number the client saw, from `Last-Event-ID`.
///
/// # Errors
/// 400 when it is not a number as this API writes them.
pub(super) fn last_seen(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .map(Some)
        .ok_or_else(|| refused("it is not an id of this stream"))
}

/// 400: the id is none of this stream's.
pub(super) fn refused(why: &str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "stream.unknown_id",
        "The stream cannot be resumed there",
    )
    .item(ProblemItem::new("/Last-Event-ID", "stream.unknown_id", why))
    .hint("leave Last-Event-ID out to start anew")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Result<Option<i64>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(LAST_EVENT_ID, text.parse().unwrap());
        last_seen(&headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn only_numbers_are_resumed_from() {
        assert_eq!(last_seen(&HeaderMap::new()).unwrap(), None);
        assert_eq!(seen("17"), Ok(Some(17)));
        for bad in [
            "",
            "-1",
            "+1",
            "1.0",
            " 1",
            "x",
            "99999999999999999999",
            "01J:3",
        ] {
            assert_eq!(seen(bad), Err(400), "{bad:?}");
        }
    }
}
