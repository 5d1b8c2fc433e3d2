//! What changed, live, for those who watch.

mod conversation;
mod feed;
mod id;
mod pulse;
mod routes;
mod run;
mod shared;
mod store;

pub(crate) use routes::routes;

use ids::EventId;
use shared::Shared;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

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
    /// How many times streams have been woken.
    moments: watch::Sender<u64>,
    shared: Shared,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Parts {
            name: EventId::generate().to_string(),
            committed: Arc::default(),
            untold: Notify::new(),
            news: Notify::new(),
            moments: watch::Sender::new(0),
            shared: Shared::default(),
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
        let watch = Watch(self.0.moments.subscribe());
        // What was committed while nobody watched may still be held back.
        self.0.news.notify_one();
        watch
    }

    /// What streams ask together.
    fn shared(&self) -> &Shared {
        &self.0.shared
    }
}

/// One stream's view of the changes.
pub(crate) struct Watch(watch::Receiver<u64>);

impl Watch {
    /// Now: what was committed before it is seen by whoever reads after it.
    fn moment(&mut self) -> u64 {
        *self.0.borrow_and_update()
    }

    /// Returns when something may have changed since the last call.
    pub(crate) async fn changed(&mut self) {
        // It fails only when the process ends: whoever streams holds the sender.
        let _ = self.0.changed().await;
    }
}
