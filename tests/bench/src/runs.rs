//! Workloads of runs that a webhook starts and waits for.

use crate::{
    cpu::{self, Seconds},
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

/// What a window of load saw and used, until the fleet had come to rest.
pub(crate) struct Window {
    pub(crate) seen: Seen,
    pub(crate) used: Seconds,
    pub(crate) seconds: f64,
}

impl Window {
    /// Requests with the right answer per second.
    pub(crate) fn rate(&self) -> f64 {
        self.seen.answered as f64 / self.seconds
    }

    /// Processor seconds of all programs per thousand answers.
    pub(crate) fn cpu_s_per_1000(&self) -> f64 {
        self.used.values().sum::<f64>() * 1_000.0 / self.seen.answered as f64
    }

    /// As fast as answers come. What the runs still cost after their answers is part of their price.
    pub(crate) async fn closed(
        scene: &Scene,
        load: &Load,
        connections: usize,
        time: Duration,
    ) -> Self {
        let (before, began) = (scene.cpu(), Instant::now());
        let seen = load.closed(connections, time).await;
        let seconds = began.elapsed().as_secs_f64();
        scene.rest().await;
        let used = cpu::between(&before, &scene.cpu());
        Self {
            seen,
            used,
            seconds,
        }
    }
}

/// The highest sustained rate, what it costs, and the latency at half of it. `items` is what one run counts for.
pub(crate) async fn measure(
    scene: &Scene,
    yardstick: &Yardstick,
    workload: &'static str,
    document: Value,
    items: f64,
) -> Measured {
    let (id, load) = scene.published(&document).await;
    let connections = best(scene, &load).await;
    let finished_before = finished(scene, &id).await;
    let window = Window::closed(scene, &load, connections, scene.window).await;
    let finished_now = finished(scene, &id).await - finished_before;
    let answered = i64::try_from(window.seen.answered).unwrap();
    let half = load.constant(window.rate() / 2.0, connections, HALF).await;
    scene.rest().await;
    for seen in [&window.seen, &half] {
        complain(workload, seen);
    }
    let rate = window.rate() * items;
    let cpu_s_per_1000 = window.cpu_s_per_1000() / items;
    let per_1000 = 1_000.0 / (window.seen.answered as f64 * items);
    let unfinished = answered.abs_diff(finished_now);
    Measured {
        workload,
        rate: Some(rate),
        ratio: Some(rate / yardstick.rate),
        cpu_s_per_1000: Some(cpu_s_per_1000),
        cpu_ratio: Some(cpu_s_per_1000 / yardstick.cpu_s_per_1000),
        p50_ms: Some(half.quantile_ms(0.5)),
        p99_ms: Some(half.quantile_ms(0.99)),
        errors: Some(window.seen.errors + half.errors + unfinished),
        figures: [
            ("connections", connections as f64),
            (
                "p99 / yardstick's mean",
                half.quantile_ms(0.99) / yardstick.mean_ms(),
            ),
        ]
        .into(),
        programs: window
            .used
            .into_iter()
            .map(|(name, seconds)| (name, seconds * per_1000))
            .collect(),
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

/// Runs of a workflow that have ended well.
pub(crate) async fn finished(scene: &Scene, workflow: &str) -> i64 {
    let run = format!(
        "SELECT count(*) FROM runs WHERE status = 'completed' AND workflow_id = '{}'",
        workflow.parse::<ids::WorkflowId>().unwrap().uuid()
    );
    scene.number("engine", &run).await
}

/// Says on the error stream that requests failed.
pub(crate) fn complain(workload: &str, seen: &Seen) {
    if let Some(error) = &seen.first_error {
        eprintln!(
            "{workload}: {} requests failed, the first with: {error}",
            seen.errors
        );
    }
}
