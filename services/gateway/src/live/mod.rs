//! What changed, live, for those who watch.

mod conversation;
mod feed;
mod id;
mod pulse;
mod routes;
mod run;
mod store;

pub(crate) use routes::routes;

use ids::EventId;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};

/// How long changes are gathered before a stream reads again.
const GATHER: Duration = Duration::from_millis(25);

/// Wakes whoever streams: nobody asks the database whether there is something new.
#[derive(Clone)]
pub struct Live(Arc<Parts>);

struct Parts {
    /// Tells this process from other replicas.
    name: String,
    /// This process committed.
    committed: Arc<Notify>,
    /// Other replicas were not told of it yet.
    untold: Notify,
    /// Something was committed, here or elsewhere.
    news: Notify,
    changes: watch::Sender<u64>,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Parts {
            name: EventId::generate().to_string(),
            committed: Arc::default(),
            untold: Notify::new(),
            news: Notify::new(),
            changes: watch::Sender::new(0),
        }))
    }
}

impl Live {
    /// For those who write read models: notified after each commit.
    pub(crate) fn committed(&self) -> &Arc<Notify> {
        &self.0.committed
    }

    /// From now on. Watch first, then read: what is committed between the two is told.
    pub(crate) fn watch(&self) -> Watch {
        let watch = Watch(self.0.changes.subscribe());
        // What was committed while nobody watched may still be held back.
        self.0.news.notify_one();
        watch
    }
}

/// One stream's view of the changes.
pub(crate) struct Watch(watch::Receiver<u64>);

impl Watch {
    /// Returns when something may have changed since the last call.
    pub(crate) async fn changed(&mut self) {
        tokio::time::sleep(GATHER).await;
        // It fails only when the process ends: whoever streams holds the sender.
        let _ = self.0.changed().await;
    }
}
