//! Everything that is known from outside once the fleet has healed.

use super::{heard::Heard, ledger::Entry, load::Load, store};
use anyhow::Result;
use events::RunEvent;
use fleet_tests::Fleet;
use ids::RunId;
use std::{collections::BTreeMap, fmt};
use testkit::HttpSink;

/// See the module.
pub(super) struct Evidence {
    /// The client's ledger.
    pub(super) entries: BTreeMap<String, Entry>,
    /// Status of requests that used a key again for another body.
    pub(super) misused: BTreeMap<String, u16>,
    pub(super) runs: BTreeMap<RunId, RunRow>,
    pub(super) logs: BTreeMap<RunId, Log>,
    /// How far each shard's log goes.
    pub(super) written: BTreeMap<i16, i64>,
    /// How far the gateway has applied it.
    pub(super) applied: BTreeMap<i16, i64>,
    pub(super) projected: BTreeMap<RunId, Projected>,
    /// By effect key.
    pub(super) effects: BTreeMap<String, Effect>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) receipts: Vec<Receipt>,
    pub(super) heard: Heard,
    /// Lines of panics, with the program.
    pub(super) panics: Vec<String>,
}

/// A run's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunRow {
    pub(super) status: String,
    pub(super) started_at_ms: Option<i64>,
    pub(super) ended_at_ms: Option<i64>,
}

/// A run's log.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) frames: Vec<Frame>,
}

/// What one commit added to it.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) shard: i16,
    pub(super) pos: i64,
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) events: Vec<RunEvent>,
}

/// A run as the gateway shows it.
#[derive(Debug)]
pub(super) struct Projected {
    pub(super) row: RunRow,
    pub(super) frames: Vec<(i64, Vec<RunEvent>)>,
}

/// A row of an effect ledger.
#[derive(Debug)]
pub(super) struct Effect {
    pub(super) run: RunId,
    pub(super) state: String,
}

/// An event in an outbox.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) service: &'static str,
    pub(super) event: String,
    pub(super) event_type: String,
    pub(super) awaiting: Vec<String>,
    pub(super) attempts: i32,
}

/// A call that arrived outside.
#[derive(Debug)]
pub(super) struct Receipt {
    pub(super) method: String,
    /// Its `Idempotency-Key`.
    pub(super) effect_key: Option<String>,
    /// The client's key and the node, from the body.
    pub(super) key: String,
    pub(super) node: String,
}

impl Evidence {
    /// Reads everything.
    pub(super) async fn gather(
        fleet: &Fleet,
        load: &Load,
        sink: &HttpSink,
        heard: Heard,
    ) -> Result<Self> {
        let mut engine = store::connect(fleet, "engine").await?;
        let mut gateway = store::connect(fleet, "gateway").await?;
        let mut adapter = store::connect(fleet, "adapter-http").await?;
        Ok(Self {
            entries: load.ledger.entries(),
            misused: load.misused(),
            runs: store::runs(&mut engine).await?,
            logs: store::logs(&mut engine).await?,
            written: store::positions(&mut engine, store::WRITTEN).await?,
            applied: store::positions(&mut gateway, store::APPLIED).await?,
            projected: store::projected(&mut gateway).await?,
            effects: store::effects(&mut adapter).await?,
            waiting: store::waiting(fleet).await?,
            receipts: receipts(sink),
            heard,
            panics: panics(fleet),
        })
    }
}

impl Log {
    pub(super) fn events(&self) -> impl Iterator<Item = &RunEvent> {
        self.frames.iter().flat_map(|frame| &frame.events)
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            service,
            event,
            event_type,
            awaiting,
            attempts,
        } = self;
        write!(
            out,
            "{event_type} {event} of {service} waits for {awaiting:?} after {attempts} attempts"
        )
    }
}

fn receipts(sink: &HttpSink) -> Vec<Receipt> {
    let receipt = |request: testkit::Recorded| {
        let body = request.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Receipt {
            method: request.method.to_string(),
            effect_key: request
                .headers
                .get("idempotency-key")
                .and_then(|key| Some(key.to_str().ok()?.to_owned())),
            key: text("key"),
            node: text("node"),
        }
    };
    sink.requests().into_iter().map(receipt).collect()
}

fn panics(fleet: &Fleet) -> Vec<String> {
    let mut panics = Vec::new();
    for (program, log) in fleet.logs() {
        let lines = log.lines().filter(|line| line.contains("panicked at"));
        panics.extend(lines.map(|line| format!("{program}: {line}")));
    }
    panics
}
