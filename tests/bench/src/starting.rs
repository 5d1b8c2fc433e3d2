//! From nothing to the first finished run.

use crate::{documents, report::Measured, scene::Scene};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);

/// Kills all services at once; PostgreSQL, NATS and SpiceDB go on. The supervisor's restart is part of the time.
pub(crate) async fn measure(scene: &Scene) -> Measured {
    let (_, load) = scene.published(&documents::answered("cold")).await;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        scene.rest().await;
        sleep(Duration::from_secs(3)).await;
        let began = Instant::now();
        for (program, _) in scene.ours() {
            scene.fleet.signal(&program, "KILL");
        }
        while load.count(1, 1).await.errors > 0 {
            assert!(began.elapsed() < PATIENCE, "the fleet does not come back");
            sleep(Duration::from_millis(5)).await;
        }
        times.push(began.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Measured {
        workload: "cold",
        figures: [
            ("s to the first finished run, p50", times[STARTS / 2]),
            ("s, longest", times[STARTS - 1]),
        ]
        .into(),
        ..Measured::default()
    }
}
