//! What happens when an engine is killed under load.

use crate::{documents, load::Seen, report::Measured, runs, scene::Scene};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const KILLS: usize = 10;
/// From one kill to the next: longer than the supervisor needs to take what was killed for steady again.
const BETWEEN: Duration = Duration::from_secs(11);
/// The rate counts as back when so much of it is answered in a short window and in a longer one.
const BACK: f64 = 0.9;
const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(5);

/// Kills the engines in turns at half of the highest rate.
pub(crate) async fn measure(scene: &Scene, workload: &'static str) -> Measured {
    let (id, load) = scene.published(&documents::answered(workload)).await;
    let connections = runs::best(scene, &load).await;
    let highest = load.closed(connections, scene.window / 3).await;
    scene.rest().await;
    let rate = highest.answered as f64 / (scene.window / 3).as_secs_f64() / 2.0;
    let finished_before = runs::finished(scene, &id).await;
    let engines: Vec<String> = scene
        .fleet
        .programs()
        .into_iter()
        .filter(|program| program.starts_with("engine"))
        .collect();
    let time = BETWEEN * u32::try_from(KILLS + 1).unwrap();
    let loading = tokio::spawn({
        let load = load.clone();
        // Enough for all that arrive while nobody answers.
        async move { load.constant(rate, connections * 8, time).await }
    });
    let mut kills = Vec::new();
    for engine in engines.iter().cycle().take(KILLS) {
        sleep(BETWEEN).await;
        kills.push(Instant::now());
        assert!(scene.fleet.signal(engine, "KILL"), "{engine} does not run");
    }
    let seen = loading.await.unwrap();
    scene.rest().await;
    runs::complain(workload, &seen);
    let finished = runs::finished(scene, &id).await - finished_before;
    let finished = u64::try_from(finished).unwrap();
    let asked = seen.answered + seen.errors;
    let mut outages: Vec<f64> = kills
        .iter()
        .map(|kill| outage(&seen, *kill, rate).as_secs_f64())
        .collect();
    outages.sort_by(f64::total_cmp);
    Measured {
        workload,
        rate: Some(rate),
        errors: Some(seen.errors),
        figures: [
            ("lost", seen.answered.saturating_sub(finished) as f64),
            ("doubled", finished.saturating_sub(asked) as f64),
            ("s to 90 %, p50", outages[KILLS / 2]),
            ("s to 90 %, longest", outages[KILLS - 1]),
        ]
        .into(),
        ..Measured::default()
    }
}

/// From a kill to when the rate is back.
fn outage(seen: &Seen, kill: Instant, rate: f64) -> Duration {
    let within = |from: Instant, time: Duration| {
        let count = seen
            .at
            .iter()
            .filter(|at| **at >= from && **at < from + time)
            .count();
        count as f64 >= BACK * rate * time.as_secs_f64()
    };
    let mut after = Duration::ZERO;
    while after < BETWEEN && !(within(kill + after, SHORT) && within(kill + after, LONG)) {
        after += STEP;
    }
    after
}
