//! Chaos: under a steady load of triggers every program of the fleet is killed and frozen at random and the bus loses its
//! store; then the client's ledger, the databases, the receipts outside and what the bus told must agree.

mod accepted;
pub mod amnesia;
mod documents;
mod effects;
mod evidence;
mod families;
mod heard;
mod large;
mod ledger;
mod load;
mod log;
mod models;
mod nemesis;
mod people;
pub mod power_cut;
mod recovery;
mod store;

use crate::{Options, Statement};
use evidence::Evidence;
use fleet_tests::Fleet;
use heard::Listener;
use ledger::Ledger;
use load::Load;
use nemesis::{Appetite, Faults};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use testkit::{HttpSink, Reply};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long faults are made when nobody says.
const MINUTES: f64 = 3.0;
/// How long the other side takes for a call: long enough to be killed in the middle.
const CALL: Duration = Duration::from_millis(40);

/// Loads, disturbs, heals and checks a fleet with two engines and two schedulers.
pub async fn prove(options: Options) -> Vec<Statement> {
    let appetite = match options.calm {
        true => Appetite::Calm,
        false => Appetite::Everything,
    };
    let patience = options.patience.unwrap_or(recovery::LIMIT);
    let time = Duration::from_secs_f64(options.minutes.unwrap_or(MINUTES) * 60.0);
    let scene = Scene::set(start(options.fleet())).await;
    let faults = nemesis::rage(&scene.fleet, appetite, options.seed, time).await;
    if options.has_bug("frozen-for-good") {
        scene.fleet.signal("gateway", "STOP");
    }
    let (fleet, mut statements) = scene.verdict(patience).await;
    if options.has_bug("frozen-for-good") {
        fleet.signal("gateway", "CONT");
    }
    if matches!(appetite, Appetite::Everything) {
        statements.push(made(&fleet, &faults));
    }
    statements
}

/// Two engines and two schedulers.
fn start(mut wanted: fleet_tests::Options) -> Fleet {
    wanted.replicas = vec![("engine".to_owned(), 2), ("scheduler".to_owned(), 2)];
    wanted
        .env
        .push(("HOOK_TIMEOUT_SECONDS".to_owned(), "10".to_owned()));
    Fleet::start(&wanted)
}

/// A fleet under load, and everybody who watches it.
struct Scene {
    fleet: Fleet,
    load: Arc<Load>,
    sink: HttpSink,
    listener: Listener,
    stop: CancellationToken,
    loading: JoinHandle<()>,
    agreeing: JoinHandle<()>,
    healed: CancellationToken,
}

impl Scene {
    async fn set(fleet: Fleet) -> Self {
        let sink = HttpSink::answering(|_| Reply::json(&json!({ "done": true })).after(CALL)).await;
        let ledger = Ledger::create(&fleet.state().join("client.jsonl"));
        let load = Load::prepare(fleet.first_account().await, ledger, &sink.url("")).await;
        let listener = Listener::start(fleet.administrator_bus().await).await;
        let healed = CancellationToken::new();
        let agreeing = tokio::spawn(people::agree(load.api().clone(), healed.clone()));
        let stop = CancellationToken::new();
        let loading = tokio::spawn(Arc::clone(&load).run(stop.clone()));
        Self {
            fleet,
            load,
            sink,
            listener,
            stop,
            loading,
            agreeing,
            healed,
        }
    }

    /// Waits until everything has healed and come to its end, and says what contradicts what.
    async fn verdict(self, patience: Duration) -> (Fleet, Vec<Statement>) {
        let Self {
            fleet,
            load,
            sink,
            listener,
            stop,
            loading,
            agreeing,
            healed,
        } = self;
        let mut statements = recovery::recover(&fleet, &load, &stop, loading, patience).await;
        healed.cancel();
        if let Err(error) = agreeing.await {
            statements.push(Statement::fails("people", error));
        }
        match Evidence::gather(&fleet, &load, &sink, listener.heard()).await {
            Ok(evidence) => {
                statements.extend(accepted::check(&evidence));
                statements.extend(families::check(&evidence));
                statements.push(large::check(&evidence));
                statements.extend(log::check(&evidence));
                statements.extend(models::check(&evidence));
                statements.extend(effects::check(&evidence));
                let panics = format!("{} programs", fleet.programs().len());
                statements.push(Statement::of(
                    "I28-nobody-panicked",
                    panics,
                    &evidence.panics,
                ));
            }
            Err(error) => statements.push(Statement::fails("evidence", format!("{error:#}"))),
        }
        (fleet, statements)
    }
}

/// Faults that were not made prove nothing.
fn made(fleet: &Fleet, faults: &Faults) -> Statement {
    let spared = fleet
        .programs()
        .into_iter()
        .filter(|program| !faults.kills.contains_key(program));
    let spared: Vec<String> = spared
        .map(|program| format!("{program} was never killed"))
        .collect();
    let figure = format!(
        "{} kills of {} programs, {} freezes, {} stores deleted",
        faults.killed(),
        faults.kills.len(),
        faults.freezes,
        faults.amnesias
    );
    Statement::of("faults-were-made", figure, &spared)
}
