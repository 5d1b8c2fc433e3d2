//! What the bus told of runs, heard live: faults that come later cannot hide it.

use bus::{Nats, Transport};
use events::{Event, RunEvent, RunEvents};
use futures::StreamExt;
use ids::RunId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::JoinHandle;

/// Frames as they were told, each distinct text once.
#[derive(Debug, Default, Clone)]
pub(super) struct Heard {
    pub(super) frames: BTreeMap<(RunId, u64), Vec<Vec<RunEvent>>>,
    pub(super) messages: u64,
}

/// Listens until it is dropped.
pub(super) struct Listener {
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Hears `run.events` only: interest in everything would take messages from the inboxes of dead pulls.
    pub(super) async fn start(bus: Nats) -> Self {
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let mut taps = bus
            .subscribe(&format!("{}.>", RunEvents::TYPE))
            .await
            .expect("the administrator may not listen");
        let into = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Some(tap) = taps.next().await {
                let Ok(told) = serde_json::from_slice::<RunEvents>(&tap.payload) else {
                    continue;
                };
                let mut heard = into.lock().unwrap_or_else(PoisonError::into_inner);
                heard.messages += 1;
                let frames = heard
                    .frames
                    .entry((told.run_id, told.first_seq))
                    .or_default();
                if !frames.contains(&told.events) {
                    frames.push(told.events);
                }
            }
            drop(bus);
        });
        Self { heard, task }
    }

    pub(super) fn heard(&self) -> Heard {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}
