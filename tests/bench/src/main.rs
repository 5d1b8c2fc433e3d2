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
mod load;
mod report;
mod runs;
mod scene;
mod tapping;
mod yardstick;

use clap::{Parser, ValueEnum};
use report::Measured;
use scene::Scene;

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Workload {
    /// Memory and processor of our programs when nothing happens
    Idle,
    /// Webhook, transform, HTTP Response: answered after the commit
    A1,
    /// Three steps in sequence, each committed
    B1,
    /// What hearing every event costs a1
    Tap,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let arguments = Arguments::parse();
    let workloads = match arguments.workloads.as_slice() {
        [] => Workload::value_variants(),
        some => some,
    };
    let scene = Scene::set(arguments.seconds).await;
    let mut table = report::Table::default();
    let mut tell = |measured: Measured| match arguments.json {
        true => println!("{}", serde_json::to_string(&measured).unwrap()),
        false => table.add(measured),
    };
    if workloads.contains(&Workload::Idle) {
        tell(scene::idle(&scene).await);
    }
    let yardstick = yardstick::measure(&scene).await;
    tell(Measured::yardstick(&yardstick));
    for workload in workloads {
        match workload {
            Workload::Idle => {}
            Workload::A1 => {
                tell(runs::measure(&scene, &yardstick, "a1", documents::answered()).await);
            }
            Workload::B1 => {
                tell(runs::measure(&scene, &yardstick, "b1", documents::three_steps()).await);
            }
            Workload::Tap => tell(tapping::measure(&scene, &yardstick).await),
        }
    }
    if !arguments.json {
        println!("{table}");
    }
}
