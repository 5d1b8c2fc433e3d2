//! `cargo xtask bench`: how fast the fleet is, as ratios to what the same database does at its plainest in the same run.
//!
//! Talks to loopback only, with programs built for release. The load generator shares the machine; its own time counts
//! for nothing.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measuring program: whatever is unexpected ends it"
)]

mod cpu;
mod documents;
mod goals;
mod growth;
mod killing;
mod load;
mod parked;
mod recalling;
mod report;
mod results;
mod runs;
mod scene;
mod sink;
mod starting;
mod stored;
mod tapping;
mod watching;
mod yardstick;

use clap::{Parser, ValueEnum};
use fleet_tests::Options;
use report::Measured;
use results::Machine;
use scene::Scene;
use std::path::PathBuf;
use yardstick::Yardstick;

/// Branches of the fan-out.
const BRANCHES: u16 = 100;

#[derive(Parser)]
struct Arguments {
    /// What is measured; everything when none is named
    workloads: Vec<Workload>,
    /// One JSON object per workload, a line each
    #[arg(long)]
    json: bool,
    /// Length of each window at the highest rate
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// How often all of it is measured, each time with a new fleet
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// The file that is to keep the results
    #[arg(long)]
    record: Option<PathBuf>,
}

/// In the order in which they are measured: the last ones leave much behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Workload {
    /// Memory and processor of our programs when nothing happens
    Idle,
    /// Webhook, transform, HTTP Response: answered after the commit
    A1,
    /// Three steps in sequence, each committed
    B1,
    /// The same, committed when something outside could notice
    B1Grouped,
    /// Three calls by the HTTP adapter in sequence
    B2,
    /// A hundred branches at once, joined
    C,
    /// What hearing every event costs a1
    Tap,
    /// Two hundred live streams, some of which hang up and resume
    Sse,
    /// The cost of one executed node when there is more of everything
    H,
    /// Until a turn of the assistant begins, with one fact in its memory and with ten thousand
    Recall,
    /// All services killed: until the first run has finished
    Cold,
    /// Kills of the only engine under half load
    F,
    /// Kills of two engines in turns under half load
    FStandby,
    /// A hundred thousand runs that wait
    E,
    /// A million finished runs
    D,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let arguments = Arguments::parse();
    let workloads = match arguments.workloads.as_slice() {
        [] => Workload::value_variants(),
        some => some,
    };
    let mut runs = Vec::new();
    let mut machine = None;
    for _ in 0..arguments.runs {
        let scene = Scene::set(arguments.seconds, &Options::default()).await;
        if machine.is_none() {
            machine = Some(Machine::of(&scene).await);
        }
        runs.push(measure(&scene, workloads, arguments.json).await);
    }
    if let (Some(path), Some(machine)) = (arguments.record, machine) {
        results::write(&path, &machine, &runs);
    }
}

async fn measure(scene: &Scene, workloads: &[Workload], json: bool) -> Vec<Measured> {
    let yardstick = yardstick::measure(scene).await;
    // A line as soon as it is known: what is measured last takes long.
    let tell = |measured: &Measured| {
        if json {
            println!("{}", serde_json::to_string(measured).unwrap());
        }
    };
    let mut all = vec![Measured::yardstick(&yardstick)];
    tell(&all[0]);
    for workload in Workload::value_variants() {
        if workloads.contains(workload) {
            let measured = one(scene, &yardstick, *workload).await;
            eprintln!("{} is measured", measured.workload);
            tell(&measured);
            all.push(measured);
        }
    }
    if !json {
        println!("{}", report::Table(&all));
    }
    all
}

async fn one(scene: &Scene, yardstick: &Yardstick, workload: Workload) -> Measured {
    let run = |name, document, items| runs::measure(scene, yardstick, name, document, items);
    match workload {
        Workload::Idle => scene::idle(scene).await,
        Workload::A1 => run("a1", documents::answered("a1"), 1.0).await,
        Workload::B1 => run("b1", documents::durable_steps("b1", 3), 1.0).await,
        Workload::B1Grouped => run("b1-grouped", documents::steps("b1-grouped", 3), 1.0).await,
        Workload::B2 => run("b2", documents::calls("b2", &sink::open().await), 1.0).await,
        Workload::C => {
            let document = documents::fan_out("c", BRANCHES.into());
            run("c", document, BRANCHES.into()).await
        }
        Workload::Tap => tapping::measure(scene, yardstick).await,
        Workload::Sse => watching::measure(scene).await,
        Workload::H => growth::measure(scene).await,
        Workload::Recall => recalling::measure(scene).await,
        Workload::Cold => starting::measure(scene).await,
        Workload::F => killing::measure(scene, "f").await,
        Workload::FStandby => {
            let options = Options {
                replicas: vec![("engine".to_owned(), 2)],
                ..Options::default()
            };
            let two = Scene::set(scene.window.as_secs(), &options).await;
            killing::measure(&two, "f-standby").await
        }
        Workload::E => parked::measure(scene).await,
        Workload::D => stored::measure(scene).await,
    }
}
