//! A whole run log, read for what is made of it at once: a comparison, a search, a test's answer.

use super::store::runs as rows;
use ::store::Error;
use events::RunEvent;
use ids::RunId;
use sqlx::PgConnection;

/// Frames per read.
const BATCH: i64 = 256;

/// The entries of a run's log from its beginning, as far as it has no gap; the first has number 1.
///
/// # Errors
/// `Query`, retryable; `Stored` when a frame cannot be read.
pub(crate) async fn of_run(conn: &mut PgConnection, run: RunId) -> Result<Vec<RunEvent>, Error> {
    let mut log: Vec<RunEvent> = Vec::new();
    loop {
        let known = i64::try_from(log.len()).unwrap_or(i64::MAX);
        let frames = rows::frames(conn, run, known, BATCH).await?;
        let before = log.len();
        for frame in &frames {
            let known = i64::try_from(log.len()).unwrap_or(i64::MAX);
            if frame.first_seq > known + 1 {
                break;
            }
            let events: Vec<RunEvent> =
                serde_json::from_str(&frame.events).map_err(|error| Error::Stored {
                    what: "run frame",
                    cause: error.to_string(),
                })?;
            let repeated = usize::try_from(known + 1 - frame.first_seq).unwrap_or_default();
            log.extend(events.into_iter().skip(repeated));
        }
        if log.len() == before {
            return Ok(log);
        }
    }
}
