//! What somebody who hears every event costs.

use crate::{documents, report::Measured, runs, scene::Scene, yardstick::Yardstick};
use bus::{Nats, NatsOptions, Transport};
use futures::StreamExt;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

/// Windows with and without, in turns: the machine's moods fall on both.
const TURNS: u32 = 4;

/// The rate of a1 with a tap on every domain, and how much less that is than without.
pub(crate) async fn measure(scene: &Scene, yardstick: &Yardstick) -> Measured {
    let (_, load) = scene.published(&documents::answered("tapped")).await;
    let connections = runs::best(scene, &load).await;
    let turn = scene.window / TURNS;
    let (mut with, mut without, mut errors, mut heard) = (0.0, 0.0, 0, 0);
    for _ in 0..TURNS {
        let quiet = load.closed(connections, turn).await;
        scene.rest().await;
        let tap = Tap::open(scene).await;
        let tapped = load.closed(connections, turn).await;
        scene.rest().await;
        heard += tap.heard.load(Ordering::Relaxed);
        without += quiet.answered as f64;
        with += tapped.answered as f64;
        errors += quiet.errors + tapped.errors;
    }
    assert!(
        heard as f64 >= with,
        "the tap heard {heard} events of {with} runs"
    );
    let rate = with / (turn * TURNS).as_secs_f64();
    Measured {
        workload: "tap",
        rate: Some(rate),
        ratio: Some(rate / yardstick.rate),
        errors: Some(errors),
        figures: [
            ("connections", connections as f64),
            ("loss %", 100.0 * (1.0 - with / without)),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Listens as the debug user, until dropped.
struct Tap {
    heard: Arc<AtomicU64>,
    _tasks: JoinSet<()>,
}

impl Tap {
    async fn open(scene: &Scene) -> Self {
        let seed =
            std::fs::read_to_string(scene.fleet.state().join("secrets/debug/nats.seed")).unwrap();
        let options = NatsOptions {
            url: scene.fleet.nats_url(),
            service: "debug".to_owned(),
            nkey_seed: Some(seed.trim().to_owned()),
        };
        let bus = Nats::connect(options).await.unwrap();
        let heard = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        let domains: BTreeSet<String> = events::catalogue()
            .iter()
            .filter_map(|entry| Some(entry.event_type.split('.').next()?.to_owned()))
            .collect();
        for domain in domains {
            let mut taps = bus.subscribe(&format!("{domain}.>")).await.unwrap();
            let heard = Arc::clone(&heard);
            tasks.spawn(async move {
                while taps.next().await.is_some() {
                    heard.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self {
            heard,
            _tasks: tasks,
        }
    }
}
