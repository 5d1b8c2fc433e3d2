//! The recorded logs (`tests/histories`), as the read models read them.

use super::frame::{End, Start, Told, read};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

fn histories() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/histories");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (
            path.display().to_string(),
            serde_json::from_str(&text).unwrap(),
        )
    };
    files.map(read).collect()
}

#[test]
fn every_recorded_log_gives_the_row_that_was_recorded() {
    let histories = histories();
    assert!(histories.len() > 10, "{} histories", histories.len());
    for (name, history) in histories {
        let mut status = "new";
        let (mut start, mut end): (Option<Start>, Option<End>) = (None, None);
        for (line, seq) in history["log"].as_array().unwrap().iter().zip(1..) {
            let before = status;
            match read(&line["event"].to_string(), seq).unwrap() {
                Told::Started(started) => {
                    (status, start) = ("running", Some(started));
                }
                Told::Ended(ended) => {
                    (status, end) = (ended.status, Some(ended));
                }
                Told::Classified(category, _) => {
                    assert_eq!(
                        line["event"]["outputs"]["out"]["category"], category,
                        "{name}"
                    );
                }
                Told::Asked(_) | Told::Nothing => {}
            }
            let then = line["then"].get("status").cloned();
            let changed = (status != before).then(|| json!(status));
            assert_eq!(changed, then, "{name}: {line}");
        }
        let row = json!({
            "status": status,
            "started_at_ms": start.map(|start| start.at.timestamp_millis()),
            "ended_at_ms": end.map(|end| end.at.timestamp_millis()),
        });
        assert_eq!(row, history["end"], "{name}");
    }
}
