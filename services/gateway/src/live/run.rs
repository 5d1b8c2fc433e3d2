//! A run's log, entry by entry.

use super::{Watch, id::refused};
use crate::{
    App,
    edge::Problem,
    read::{
        Raw,
        store::runs::{self as rows, Frame},
    },
};
use axum::response::sse::Event;
use futures::{Stream, stream};
use ids::{RunId, TenantId};
use serde_json::value::RawValue;
use std::collections::VecDeque;

/// Frames per read.
const BATCH: i64 = 64;

/// One entry with its number in front.
pub(super) struct Entry {
    pub(super) seq: i64,
    /// The event's own JSON, `seq` first.
    pub(super) text: String,
}

/// The entries behind `after`, as far as the log has no gap.
///
/// # Errors
/// `Stored` when a frame is not a JSON array of as many entries as it says.
pub(super) fn entries(frames: &[Frame], mut after: i64) -> Result<Vec<Entry>, store::Error> {
    let mut entries = Vec::new();
    for frame in frames {
        if frame.first_seq > after + 1 {
            break;
        }
        let events: Vec<&RawValue> =
            serde_json::from_str(&frame.events).map_err(|error| stored(&error))?;
        for (event, seq) in events.into_iter().zip(frame.first_seq..) {
            if seq > after {
                entries.push(Entry {
                    seq,
                    text: numbered(event.get(), seq),
                });
                after = seq;
            }
        }
    }
    Ok(entries)
}

/// The event with its number as first field.
fn numbered(event: &str, seq: i64) -> String {
    match event.trim_start().strip_prefix('{') {
        Some(fields) => format!("{{\"seq\":{seq},{fields}"),
        None => event.to_owned(),
    }
}

fn stored(error: &serde_json::Error) -> store::Error {
    store::Error::Stored {
        what: "run frame",
        cause: error.to_string(),
    }
}

/// Some of the log behind `after` as it is now, and whether that was its end.
pub(super) async fn slice(
    app: &App,
    tenant: &TenantId,
    run: RunId,
    after: i64,
) -> Result<(Vec<Entry>, bool), store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    // Before the frames: what ends the run is then among them.
    let ended = rows::ended(&mut tx, run).await?.unwrap_or_default();
    let frames = rows::frames(&mut tx, run, after, BATCH).await?;
    // A frame behind a gap is still to be sent.
    Ok((entries(&frames, after)?, ended && frames.is_empty()))
}

/// A stream's place in a run's log.
struct Follower {
    app: App,
    tenant: TenantId,
    run: RunId,
    watch: Watch,
    after: i64,
    ready: VecDeque<Event>,
    over: bool,
}

/// Follows a run's log behind `last`; ends with `end` when the run has ended.
///
/// # Errors
/// 400 when the log is shorter than `last`.
pub(super) async fn follow(
    app: App,
    tenant: TenantId,
    run: RunId,
    last: i64,
) -> Result<impl Stream<Item = Event> + Send + 'static, Problem> {
    let watch = app.live.watch();
    let mut tx = app.reader.begin(&tenant).await?;
    if last > 0 && rows::frames(&mut tx, run, last - 1, 1).await?.is_empty() {
        return Err(refused("the run's log does not reach as far"));
    }
    drop(tx);
    let follower = Follower {
        app,
        tenant,
        run,
        watch,
        after: last,
        ready: VecDeque::new(),
        over: false,
    };
    Ok(stream::unfold(follower, Follower::next))
}

impl Follower {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((event, self));
            }
            if self.over {
                return None;
            }
            let (entries, ended) = match slice(&self.app, &self.tenant, self.run, self.after).await
            {
                Ok(read) => read,
                // The client comes again with the last id it saw.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, run.id = %self.run, "stream of a run interrupted");
                    return None;
                }
            };
            match entries.last() {
                Some(last) => self.after = last.seq,
                None if ended => {
                    self.over = true;
                    self.ready
                        .push_back(Event::default().event("end").data("{}"));
                }
                None => self.watch.changed().await,
            }
            let events = entries
                .iter()
                .map(|entry| Event::default().id(entry.seq.to_string()).data(&entry.text));
            self.ready.extend(events);
        }
    }
}

/// Entries as the JSON list sends them.
pub(super) fn raw(entries: Vec<Entry>) -> Vec<Raw> {
    let texts = entries.into_iter().map(|entry| entry.text);
    // They were cut out of JSON, with one field added.
    texts
        .filter_map(|text| RawValue::from_string(text).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first_seq: i64, count: i64) -> Frame {
        let events: Vec<String> = (first_seq..first_seq + count)
            .map(|seq| format!(r#"{{"type":"t{seq}"}}"#))
            .collect();
        Frame {
            first_seq,
            last_seq: first_seq + count - 1,
            events: format!("[{}]", events.join(",")),
        }
    }

    fn seqs(frames: &[Frame], after: i64) -> Vec<i64> {
        let entries = entries(frames, after).unwrap();
        entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn a_slice_begins_right_behind_any_entry() {
        let frames = [frame(1, 3), frame(4, 2), frame(6, 1)];
        for after in 0..=6 {
            assert_eq!(seqs(&frames, after), Vec::from_iter(after + 1..=6));
        }
        assert_eq!(
            entries(&frames, 4).unwrap()[0].text,
            r#"{"seq":5,"type":"t5"}"#
        );
    }

    #[test]
    fn nothing_behind_a_gap_is_sent() {
        assert_eq!(seqs(&[frame(1, 2), frame(4, 2)], 0), [1, 2]);
        assert_eq!(seqs(&[frame(2, 2)], 0), [0_i64; 0]);
    }

    #[test]
    fn frames_that_overlap_send_each_entry_once() {
        assert_eq!(seqs(&[frame(1, 3), frame(2, 4)], 1), [2, 3, 4, 5]);
    }
}
