//! Generated files that are committed: the services' manifests, who confirms which event, and the schemas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::build::{self, cargo};
use crate::command::{attached, capture};
use crate::fleet::{SERVICES, has_web, web_packages};
use crate::npm;
use crate::paths::Paths;

/// Consumers never confirm a confirmation, nor a dead letter: nobody would wait for them.
const UNCONFIRMED: [&str; 2] = ["bus.applied", "dead_letter"];

/// What `up` needs to know of a service's manifest.
#[derive(Deserialize)]
pub(crate) struct Manifest {
    pub(crate) service: String,
    pub(crate) database: bool,
    pub(crate) reader: bool,
    pub(crate) authz: bool,
    pub(crate) sealed: bool,
    consumers: Vec<Consumer>,
}

#[derive(Deserialize)]
struct Consumer {
    name: String,
    events: Vec<String>,
    rewinds: bool,
}

impl Consumer {
    /// The shards of one reader (`engine-input-s07`) confirm as one.
    fn confirms_as(&self) -> &str {
        match self.name.rsplit_once('-') {
            Some((reader, _)) if self.rewinds => reader,
            Some(_) | None => &self.name,
        }
    }
}

/// The committed file of all manifests.
pub(crate) fn manifests_file(paths: &Paths) -> PathBuf {
    paths.root.join("deploy/generated/manifests.json")
}

/// The committed manifests.
pub(crate) fn committed(paths: &Paths) -> Result<Vec<Manifest>> {
    let file = manifests_file(paths);
    let text =
        fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is no list of manifests", file.display()))
}

/// Asks each program in `bin` for its manifest and writes the generated files; true when one of them changed.
pub(crate) fn write_manifests(paths: &Paths, bin: &Path) -> Result<bool> {
    let mut changed = false;
    for (file, text) in generated(paths, bin)? {
        if fs::read_to_string(&file).unwrap_or_default() != text {
            changed = true;
            if let Some(dir) = file.parent() {
                fs::create_dir_all(dir)?;
            }
            fs::write(&file, text)
                .with_context(|| format!("could not write {}", file.display()))?;
        }
    }
    Ok(changed)
}

/// The generated files that differ from what the programs in `bin` say.
pub(crate) fn drifted(paths: &Paths, bin: &Path) -> Result<Vec<PathBuf>> {
    let generated = generated(paths, bin)?.into_iter();
    Ok(generated
        .filter(|(file, text)| fs::read_to_string(file).unwrap_or_default() != *text)
        .map(|(file, _)| file)
        .collect())
}

/// Writes everything that is generated and committed. Tests that compare a committed file have `the_committed` in their name
/// and write it when `UPDATE_SCHEMAS` is set; none of them needs a server.
pub(crate) fn schemas(paths: &Paths) -> Result<()> {
    let bin = build::programs(paths, false, &paths.local.join("bin"))?;
    write_manifests(paths, &bin)?;
    let mut update = cargo(paths)?;
    update.args([
        "test",
        "--quiet",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--",
        "the_committed",
    ]);
    attached(update.env("UPDATE_SCHEMAS", "1"))?;
    if !has_web(paths) {
        return Ok(());
    }
    let home = web_packages(paths)?;
    let npm = npm::npm("the web UI")?;
    attached(
        Command::new(npm)
            .current_dir(home)
            .args(["run", "--silent", "api"]),
    )
}

fn generated(paths: &Paths, bin: &Path) -> Result<[(PathBuf, String); 2]> {
    let mut manifests = Vec::new();
    for service in SERVICES {
        let text = capture(Command::new(bin.join(service)).arg("--print-manifest"))?;
        let text = if text.trim().is_empty() {
            continue;
        } else {
            text
        };
        manifests.push(
            serde_json::from_str::<Value>(&text)
                .with_context(|| format!("{service} printed no manifest"))?,
        );
    }
    let read: Vec<Manifest> = serde_json::from_value(Value::Array(manifests.clone()))?;
    let mut subscribers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for consumer in read.iter().flat_map(|manifest| &manifest.consumers) {
        for event in consumer
            .events
            .iter()
            .filter(|event| !UNCONFIRMED.contains(&event.as_str()))
        {
            let waiting = subscribers.entry(event).or_default();
            if !waiting.contains(&consumer.confirms_as()) {
                waiting.push(consumer.confirms_as());
            }
        }
    }
    let text = |value: &Value| Ok::<_, anyhow::Error>(serde_json::to_string_pretty(value)? + "\n");
    Ok([
        (manifests_file(paths), text(&Value::Array(manifests))?),
        (
            paths.root.join("deploy/generated/subscribers.json"),
            text(&serde_json::to_value(subscribers)?)?,
        ),
    ])
}
