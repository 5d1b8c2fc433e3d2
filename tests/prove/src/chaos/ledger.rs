//! What the client knows, on disk before it acts on it.

use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// What a trigger asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A webhook that its run answers.
    Answered,
    /// A webhook whose run makes one call that the other side recognises when it is repeated.
    Effect,
    /// A webhook whose run makes one call that must never be repeated.
    Once,
    /// A webhook whose run takes three steps, one after the other.
    Steps,
    /// A webhook whose run has two others done by another workflow, to one of which a person must agree.
    Family,
    /// A webhook whose run does a bit of everything, with fifty nodes.
    Large,
    /// A run that a person starts through the API.
    Manual,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Answered,
        Self::Effect,
        Self::Once,
        Self::Steps,
        Self::Family,
        Self::Large,
        Self::Manual,
    ];

    /// Name of its workflow, and path of its webhook.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Effect => "effect",
            Self::Once => "once",
            Self::Steps => "steps",
            Self::Family => "family",
            Self::Large => "large",
            Self::Manual => "manual",
        }
    }
}

/// A line of the ledger.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum Line<'a> {
    Sending {
        key: &'a str,
        kind: Kind,
        at_ms: u128,
    },
    Answered {
        key: &'a str,
        /// Absent when the connection broke or nothing came in time.
        status: Option<u16>,
        at_ms: u128,
    },
}

/// One key, and what became of it as far as the client knows.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Of each attempt; `None` when it is unknown what became of it.
    pub(super) answers: Vec<Option<u16>>,
    /// The run that an answer named.
    pub(super) run: Option<String>,
}

impl Entry {
    pub(super) fn is_accepted(&self) -> bool {
        self.answers
            .iter()
            .any(|answer| matches!(answer, Some(200..300)))
    }
}

/// The ledger: its file is ahead of whatever the client does.
pub(super) struct Ledger {
    since: Instant,
    inner: Mutex<(File, BTreeMap<String, Entry>)>,
}

impl Ledger {
    pub(super) fn create(path: &Path) -> Self {
        let file = File::create(path).expect("no ledger file");
        Self {
            since: Instant::now(),
            inner: Mutex::new((file, BTreeMap::new())),
        }
    }

    /// Notes that a key is about to be sent.
    pub(super) fn sending(&self, key: &str, kind: Kind) {
        let at_ms = self.since.elapsed().as_millis();
        self.note(&Line::Sending { key, kind, at_ms }, |entries| {
            entries.entry(key.to_owned()).or_insert_with(|| Entry {
                answers: Vec::new(),
                run: None,
            });
        });
    }

    /// Notes what came back.
    pub(super) fn answered(&self, key: &str, status: Option<u16>, run: Option<String>) {
        let at_ms = self.since.elapsed().as_millis();
        self.note(&Line::Answered { key, status, at_ms }, |entries| {
            if let Some(entry) = entries.get_mut(key) {
                entry.answers.push(status);
                entry.run = run.or_else(|| entry.run.take());
            }
        });
    }

    fn note(&self, line: &Line<'_>, change: impl FnOnce(&mut BTreeMap<String, Entry>)) {
        let mut text = serde_json::to_vec(line).expect("a line is JSON");
        text.push(b'\n');
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.0.write_all(&text).expect("the ledger is full");
        inner.0.sync_data().expect("the ledger cannot be synced");
        change(&mut inner.1);
    }

    /// Everything so far, by key.
    pub(super) fn entries(&self) -> BTreeMap<String, Entry> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.1.clone()
    }
}
