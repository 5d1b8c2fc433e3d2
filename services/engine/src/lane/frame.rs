//! From run events to frames of the log.

use events::RunEvent;

/// Longest frame, in bytes of JSON: it must fit one message.
const FRAME_BYTES: usize = 220 * 1024;

/// Frames of at most [`FRAME_BYTES`], each with the number of its first event and how many it holds.
pub(super) fn frames(first_seq: u64, events: &[RunEvent]) -> Vec<(u64, String, u64)> {
    let mut frames = Vec::new();
    let (mut frame, mut first, mut count) = (String::from("["), first_seq, 0);
    for event in events {
        let text = serde_json::to_string(event).unwrap_or_default();
        if count > 0 && frame.len() + text.len() > FRAME_BYTES {
            frame.push(']');
            frames.push((
                first,
                std::mem::replace(&mut frame, String::from("[")),
                count,
            ));
            (first, count) = (first + count, 0);
        }
        if count > 0 {
            frame.push(',');
        }
        frame.push_str(&text);
        count += 1;
    }
    if count > 0 {
        frame.push(']');
        frames.push((first, frame, count));
    }
    frames
}
