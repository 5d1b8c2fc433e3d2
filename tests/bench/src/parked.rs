//! Runs that wait: what they weigh, and how late they wake.

use crate::{documents, load::What, report::Measured, runs::finished, scene::Scene};
use ids::WorkflowId;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const PARKED: u64 = 100_000;
/// How many of them wake at one moment, and how long after the last was parked.
const WAKING: u64 = 1_000;
const SOON: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 128;
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) async fn measure(scene: &Scene) -> Measured {
    let far = chrono::Utc::now() + chrono::Duration::days(1);
    let (id, load) = scene
        .published_for(&documents::parked("e"), body(far))
        .await;
    load.closed(AT_ONCE, Duration::from_secs(3)).await; // warm
    settled(scene).await;
    let (before, bytes_before) = (waiting(scene).await, memory(scene));
    let began = Instant::now();
    let mut asked = 0;
    while asked < PARKED {
        let seen = load.closed(AT_ONCE, Duration::from_secs(1)).await;
        assert_eq!(seen.errors, 0, "{:?}", seen.first_error);
        asked += seen.answered;
    }
    let took = began.elapsed().as_secs_f64();
    settled(scene).await;
    let more = waiting(scene).await - before;
    assert_eq!(u64::try_from(more).unwrap(), asked, "runs wait");
    let began = Instant::now();
    while parked(scene).await < more {
        assert!(began.elapsed() < PATIENCE, "runs stay in memory");
        sleep(Duration::from_secs(1)).await;
    }
    let bytes = (memory(scene) - bytes_before) / asked as f64;
    let late = wake(scene, &id).await;
    Measured {
        workload: "e",
        rate: Some(asked as f64 / took),
        figures: [
            ("bytes per parked run", bytes),
            ("parked runs", asked as f64),
            ("ms late, the last of 1,000", late),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Lets runs wake at one moment; milliseconds from then until the last has ended.
async fn wake(scene: &Scene, workflow: &str) -> f64 {
    let ended = finished(scene, workflow).await;
    let until = chrono::Utc::now() + SOON;
    let load = scene.load(What::Post {
        path: "/hooks/e".to_owned(),
        body: body(until).into(),
    });
    let seen = load.count(AT_ONCE, WAKING).await;
    assert_eq!(seen.errors, 0, "{:?}", seen.first_error);
    let began = Instant::now();
    while finished(scene, workflow).await - ended < i64::try_from(WAKING).unwrap() {
        assert!(began.elapsed() < PATIENCE, "runs do not wake");
        sleep(Duration::from_millis(100)).await;
    }
    let last = format!(
        "SELECT (extract(epoch FROM max(ended_at)) * 1000)::bigint FROM runs WHERE status = 'completed' AND workflow_id = '{}'",
        workflow.parse::<WorkflowId>().unwrap().uuid()
    );
    (scene.number("engine", &last).await - until.timestamp_millis()) as f64
}

fn body(until: chrono::DateTime<chrono::Utc>) -> String {
    serde_json::json!({ "until": until.to_rfc3339() }).to_string()
}

/// Bytes of our programs and the broker.
fn memory(scene: &Scene) -> f64 {
    scene.memory().values().sum::<f64>() * f64::from(1_u32 << 20)
}

async fn waiting(scene: &Scene) -> i64 {
    scene
        .number(
            "engine",
            "SELECT count(*) FROM runs WHERE status = 'running'",
        )
        .await
}

/// Those that are in nobody's memory.
async fn parked(scene: &Scene) -> i64 {
    scene
        .number("engine", "SELECT count(*) FROM parked_runs")
        .await
}

/// All that was asked has been started and shown.
async fn settled(scene: &Scene) {
    let mut before = -1;
    loop {
        scene.rest().await;
        let now = waiting(scene).await;
        if now == before {
            return;
        }
        before = now;
        sleep(Duration::from_secs(1)).await;
    }
}
