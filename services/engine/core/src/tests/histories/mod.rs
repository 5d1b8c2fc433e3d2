//! Recorded logs of runs (`tests/histories`), and what every reader of the log must make of them.
//!
//! Each line of a file is one event and what it changes: the engine's fold, the gateway's and the UI's are held against the
//! same lines. A file is written once, from a scene, by `ST_WRITE_HISTORIES=1`, and never again: what has been recorded must
//! stay readable, whatever becomes of the engine.

mod scenes;
mod view;

use super::kit::{Story, plan};
use crate::{Identity, Run, effects, evolve};
use events::{Event, RunEvent, RunEvents};
use ids::{RunId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};
use view::View;
use workflow::NodeType;

/// A file of `tests/histories`.
struct History {
    name: String,
    text: String,
    whole: Value,
}

impl History {
    fn log(&self) -> Vec<(&Value, RunEvent)> {
        let lines = self.whole["log"].as_array().unwrap().iter();
        let event = |line: &Value| serde_json::from_value(line["event"].clone());
        lines
            .map(|line| {
                let read = event(line).unwrap_or_else(|why| panic!("{}: {why}: {line}", self.name));
                (line, read)
            })
            .collect()
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/histories")
}

fn all() -> Vec<History> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        History {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            whole: serde_json::from_str(&text).unwrap(),
            text,
        }
    };
    files.into_iter().map(read).collect()
}

fn identity() -> Identity {
    Identity {
        run_id: RunId::from_u128(1),
        workflow_id: WorkflowId::from_u128(2),
        version_id: VersionId::from_u128(3),
    }
}

/// The lines of a log: every event with what it changes.
fn lines(log: &[RunEvent]) -> Vec<Value> {
    let mut run = Run::new(identity());
    let mut view = View::default();
    let lines = log.iter().map(|event| {
        evolve(&mut run, event);
        json!({ "event": event, "then": view.after(&run, event) })
    });
    lines.collect()
}

#[test]
fn every_recorded_log_folds_to_what_was_recorded() {
    for history in all() {
        let log = history.log();
        let events: Vec<RunEvent> = log.iter().map(|(_, event)| event.clone()).collect();
        for ((line, event), folded) in log.iter().zip(lines(&events)) {
            assert_eq!(folded["then"], line["then"], "{}: {event:?}", history.name);
            if history.whole["version"] == json!(RunEvents::VERSION) {
                assert_eq!(folded["event"], line["event"], "{}", history.name);
            }
        }
        let mut run = Run::new(identity());
        events.iter().for_each(|event| evolve(&mut run, event));
        let end = &history.whole["end"];
        assert_eq!(end["status"], run.status().as_str(), "{}", history.name);
        assert_eq!(
            end["started_at_ms"],
            run.started_at_ms(),
            "{}",
            history.name
        );
        drop(effects(&run, 1, &events));
    }
}

#[test]
fn every_kind_of_event_and_node_has_a_recorded_log() {
    let (mut events, mut nodes) = (BTreeSet::new(), BTreeSet::new());
    for history in all() {
        for (line, _) in history.log() {
            events.insert(line["event"]["type"].as_str().unwrap().to_owned());
        }
        for node in history.whole["document"]["nodes"].as_array().unwrap() {
            nodes.insert(node["node_type"].as_str().unwrap().to_owned());
        }
    }
    let known = kinds_of_events();
    let unseen: Vec<_> = known.difference(&events).collect();
    assert!(
        unseen.is_empty(),
        "no recorded log has {unseen:?}: write a scene"
    );
    let known: BTreeSet<String> = NodeType::all()
        .map(|kind| kind.as_str().to_owned())
        .collect();
    let unseen: Vec<_> = known.difference(&nodes).collect();
    assert!(
        unseen.is_empty(),
        "no recorded log has nodes {unseen:?}: write a scene"
    );
}

#[test]
fn recorded_documents_can_still_be_executed() {
    for history in all() {
        plan(history.whole["document"].clone());
    }
}

#[test]
fn every_scene_is_recorded_and_stays_as_it_was_recorded() {
    let recorded = all();
    let mut missing = Vec::new();
    for scene in scenes::all() {
        if recorded.iter().any(|history| history.name == scene.name) {
            continue;
        }
        match std::env::var_os("ST_WRITE_HISTORIES") {
            Some(_) => write(&scene),
            None => missing.push(scene.name),
        }
    }
    assert!(
        missing.is_empty(),
        "not recorded: {missing:?} (ST_WRITE_HISTORIES=1 writes them)"
    );
    let sums = fs::read_to_string(folder().join("SUMS")).unwrap_or_default();
    let now: String = all().iter().map(sum).collect();
    match std::env::var_os("ST_WRITE_HISTORIES") {
        Some(_) => fs::write(folder().join("SUMS"), now).unwrap(),
        None => assert_eq!(now, sums, "a recorded log was changed, added or taken away"),
    }
}

/// A line of `SUMS`: whoever changes what was recorded changes it here as well, and says so in the review.
fn sum(history: &History) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(history.text.as_bytes());
    format!("{}  {}.json\n", hex::encode(digest), history.name)
}

fn write(scene: &scenes::Scene) {
    let Story { log, run, .. } = &scene.story;
    let end = log.last().and_then(RunEvent::ended_at_ms);
    let end = json!({ "status": run.status().as_str(), "started_at_ms": run.started_at_ms(), "ended_at_ms": end });
    let lines: Vec<String> = lines(log)
        .iter()
        .map(|line| format!("    {line}"))
        .collect();
    let text = format!(
        "{{\n  \"about\": {},\n  \"version\": {},\n  \"document\": {},\n  \"log\": [\n{}\n  ],\n  \"end\": {end}\n}}\n",
        json!(scene.about),
        RunEvents::VERSION,
        scene.document,
        lines.join(",\n"),
    );
    fs::create_dir_all(folder()).unwrap();
    fs::write(folder().join(format!("{}.json", scene.name)), text).unwrap();
}

/// As JSON tags them, from the schema: a new kind is here by itself.
fn kinds_of_events() -> BTreeSet<String> {
    let schema = serde_json::to_value(schemars::schema_for!(RunEvent)).unwrap();
    let kinds = schema["oneOf"].as_array().unwrap().iter();
    let kinds: BTreeSet<String> = kinds
        .filter_map(|kind| kind["properties"]["type"]["const"].as_str())
        .map(str::to_owned)
        .collect();
    assert!(kinds.len() >= 17, "{kinds:?}");
    kinds
}
