//! What one executed node costs when there is more of everything.

use crate::{documents, report::Measured, runs::Window, scene::Scene};
use serde_json::Value;
use std::time::Duration;

/// Runs at a time.
const AT_ONCE: usize = 16;

/// Nodes in a chain, turns of a loop: each figure is the cost of one more between two neighbours.
const NODES: [usize; 3] = [3, 30, 300];
const TURNS: [usize; 3] = [10, 1_000, 10_000];
/// KiB of a webhook's body; with each, chains of two lengths.
const PAYLOADS: [usize; 3] = [1, 16, 256];
const CHAINS: [usize; 2] = [3, 23];

pub(crate) async fn measure(scene: &Scene) -> Measured {
    let nodes = slopes(scene, NODES, |n| {
        documents::durable_steps(&format!("nodes-{n}"), n)
    })
    .await;
    let turns = slopes(scene, TURNS, |n| documents::turns(&format!("turns-{n}"), n)).await;
    let mut payloads = Vec::new();
    for kib in PAYLOADS {
        let [few, many] = CHAINS;
        let mut cost = Vec::new();
        for n in CHAINS {
            let document = documents::durable_steps(&format!("payload-{kib}-{n}"), n);
            cost.push(per_run(scene, &document, documents::body_of(kib)).await);
        }
        payloads.push((cost[1] - cost[0]) / (many - few) as f64);
    }
    Measured {
        workload: "h",
        figures: [
            ("µs per node, 3 to 30", nodes[0]),
            ("µs per node, 30 to 300", nodes[1]),
            ("nodes: growth", nodes[1] / nodes[0]),
            ("µs per turn, 10 to 1,000", turns[0]),
            ("µs per turn, 1,000 to 10,000", turns[1]),
            ("turns: growth", turns[1] / turns[0]),
            ("µs per node at 1 KiB", payloads[0]),
            ("µs per node at 16 KiB", payloads[1]),
            ("µs per node at 256 KiB", payloads[2]),
            ("payload: growth", payloads[2] / payloads[0]),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Microseconds of processor for one more, between each two neighbours of `sizes`.
async fn slopes(scene: &Scene, sizes: [usize; 3], document: impl Fn(usize) -> Value) -> [f64; 2] {
    let mut cost = [0.0; 3];
    for (cost, size) in cost.iter_mut().zip(sizes) {
        *cost = per_run(scene, &document(size), documents::body()).await;
    }
    let slope = |n: usize| (cost[n + 1] - cost[n]) / (sizes[n + 1] - sizes[n]) as f64;
    [slope(0), slope(1)]
}

/// Microseconds of processor that one run costs all programs.
async fn per_run(scene: &Scene, document: &Value, body: String) -> f64 {
    let (_, load) = scene.published_for(document, body).await;
    load.closed(AT_ONCE, Duration::from_secs(1)).await; // warm
    scene.rest().await;
    let window = Window::closed(scene, &load, AT_ONCE, scene.window / 3).await;
    assert_eq!(
        window.seen.errors, 0,
        "{}: {:?}",
        document["name"], window.seen.first_error
    );
    window.cpu_s_per_1000() * 1_000.0
}
