//! What many live streams see, and how late.

use crate::{documents, report::Measured, runs, scene::Scene};
use eventsource_stream::Eventsource;
use futures::StreamExt;
use hdrhistogram::Histogram;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{task::JoinSet, time::timeout};

const CLIENTS: usize = 200;
/// Of the clients, how many come again each second: where they left off.
const COMING_AGAIN: usize = CLIENTS / 5;
/// Of the highest rate of a1.
const SHARE: f64 = 0.3;

pub(crate) async fn measure(scene: &Scene) -> Measured {
    let (_, load) = scene.published(&documents::answered("watched")).await;
    let connections = runs::best(scene, &load).await;
    let highest = load.closed(connections, scene.window / 3).await;
    scene.rest().await;
    let rate = highest.answered as f64 / (scene.window / 3).as_secs_f64() * SHARE;
    let unwatched = load.constant(rate, connections, scene.window).await;
    let lags = Arc::new(Mutex::new(Histogram::<u64>::new(3).unwrap()));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let api = scene.api.clone();
        clients.spawn(watch(api, number, Arc::clone(&lags)));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    lags.lock().unwrap().reset();
    let watched = load.constant(rate, connections, scene.window).await;
    clients.abort_all();
    let lags = lags.lock().unwrap();
    runs::complain("sse", &watched);
    Measured {
        workload: "sse",
        rate: Some(rate),
        errors: Some(watched.errors),
        p50_ms: Some(watched.quantile_ms(0.5)),
        p99_ms: Some(watched.quantile_ms(0.99)),
        figures: [
            ("clients", CLIENTS as f64),
            (
                "changes seen /s",
                lags.len() as f64 / scene.window.as_secs_f64(),
            ),
            ("lag p50 ms", lags.value_at_quantile(0.5) as f64),
            ("lag p99 ms", lags.value_at_quantile(0.99) as f64),
            ("p99 ms unwatched", unwatched.quantile_ms(0.99)),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Reads the feed for ever, and how long ago the newest run of each change was asked for; some hang up every few seconds and resume.
async fn watch(api: fleet_tests::Api, number: usize, lags: Arc<Mutex<Histogram<u64>>>) {
    let stays = match number < COMING_AGAIN * 5 {
        true => Duration::from_millis(5_000 + (number as u64 % 50) * 20),
        false => Duration::MAX,
    };
    let mut last: Option<String> = None;
    loop {
        let mut request = api.request(reqwest::Method::GET, "/api/v1/events");
        if let Some(last) = &last {
            request = request.header("last-event-id", last);
        }
        let mut stream = request.send().await.unwrap().bytes_stream().eventsource();
        let _ = timeout(stays, async {
            while let Some(Ok(event)) = stream.next().await {
                last = Some(event.id);
                let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
                let Some(run) = data["id"].as_str().filter(|_| event.event == "run.changed") else {
                    continue;
                };
                let asked = run.parse::<ids::RunId>().unwrap().timestamp_ms();
                let now = u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap();
                let lag = now.saturating_sub(asked);
                lags.lock().unwrap().record(lag).unwrap();
            }
        })
        .await;
    }
}
