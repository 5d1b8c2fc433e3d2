//! Workloads of runs that a webhook starts and waits for.

use crate::{
    cpu,
    load::{Load, Seen},
    report::Measured,
    scene::Scene,
    yardstick::Yardstick,
};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// Requests at a time that are tried for the highest rate.
const CONNECTIONS: [usize; 4] = [32, 64, 128, 256];
const TRY: Duration = Duration::from_secs(3);
const HALF: Duration = Duration::from_secs(10);
/// A rate at which more than one in a hundred waits this long is not sustained.
const PATIENCE_MS: f64 = 1_000.0;

/// The highest sustained rate, what it costs, and the latency at half of it.
pub(crate) async fn measure(
    scene: &Scene,
    yardstick: &Yardstick,
    workload: &'static str,
    document: Value,
) -> Measured {
    let (id, load) = scene.published(&document).await;
    let connections = best(scene, &load).await;
    let finished_before = finished(scene, &id).await;
    let (before, began) = (scene.cpu(), Instant::now());
    let seen = load.closed(connections, scene.window).await;
    let took = began.elapsed().as_secs_f64();
    // What the runs still cost after their answers is part of their price.
    scene.rest().await;
    let used = cpu::between(&before, &scene.cpu());
    let finished_now = finished(scene, &id).await - finished_before;
    let unfinished = seen.answered.abs_diff(u64::try_from(finished_now).unwrap());
    let rate = seen.answered as f64 / took;
    let half = load.constant(rate / 2.0, connections, HALF).await;
    scene.rest().await;
    for seen in [&seen, &half] {
        complain(workload, seen);
    }
    let per_1000 = |seconds: f64| seconds * 1_000.0 / seen.answered as f64;
    let cpu_s_per_1000 = per_1000(used.values().sum());
    Measured {
        workload,
        rate: Some(rate),
        ratio: Some(rate / yardstick.rate),
        cpu_s_per_1000: Some(cpu_s_per_1000),
        cpu_ratio: Some(cpu_s_per_1000 / yardstick.cpu_s_per_1000),
        p50_ms: Some(half.quantile_ms(0.5)),
        p99_ms: Some(half.quantile_ms(0.99)),
        errors: Some(seen.errors + half.errors + unfinished),
        connections: Some(connections),
        programs: used
            .into_iter()
            .map(|(name, seconds)| (name, per_1000(seconds)))
            .collect(),
        ..Measured::default()
    }
}

/// The number of connections with the highest rate, of those where answers come in time.
pub(crate) async fn best(scene: &Scene, load: &Load) -> usize {
    let mut best = (0, CONNECTIONS[0]);
    load.closed(CONNECTIONS[0], TRY).await; // warm
    for connections in CONNECTIONS {
        let seen = load.closed(connections, TRY).await;
        scene.rest().await;
        if seen.answered > best.0 && seen.quantile_ms(0.99) < PATIENCE_MS {
            best = (seen.answered, connections);
        }
    }
    best.1
}

async fn finished(scene: &Scene, workflow: &str) -> i64 {
    let run = format!(
        "SELECT count(*) FROM runs WHERE status = 'completed' AND workflow_id = '{}'",
        workflow.parse::<ids::WorkflowId>().unwrap().uuid()
    );
    scene.number("engine", &run).await
}

fn complain(workload: &str, seen: &Seen) {
    if let Some(error) = &seen.first_error {
        eprintln!(
            "{workload}: {} requests failed, the first with: {error}",
            seen.errors
        );
    }
}
