//! What changed, live, for those who watch.

mod conversation;
mod feed;
mod id;
mod routes;
mod run;
mod store;

pub(crate) use routes::routes;

use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// How long a stream sleeps when no commit of its own process wakes it; bounds the delay after another replica's.
const POLL: Duration = Duration::from_millis(250);
/// How long changes are gathered before a stream reads again.
const GATHER: Duration = Duration::from_millis(25);

/// Wakes whoever streams.
#[derive(Clone)]
pub struct Live {
    committed: Arc<Notify>,
    changes: watch::Sender<u64>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            committed: Arc::default(),
            changes: watch::Sender::new(0),
        }
    }
}

impl Live {
    /// For the projection: notified after each of its commits.
    pub(crate) const fn committed(&self) -> &Arc<Notify> {
        &self.committed
    }

    /// Passes commits on to all streams and to `also`, until `stop`.
    pub(crate) async fn forward(&self, also: impl Fn(), stop: &CancellationToken) {
        loop {
            tokio::select! { () = stop.cancelled() => return, () = self.committed.notified() => {} }
            self.changes.send_modify(|count| *count += 1);
            also();
        }
    }

    /// From now on.
    pub(crate) fn watch(&self) -> Watch {
        Watch(self.changes.subscribe())
    }
}

/// One stream's view of the changes.
pub(crate) struct Watch(watch::Receiver<u64>);

impl Watch {
    /// Returns when something may have changed.
    pub(crate) async fn changed(&mut self) {
        tokio::time::sleep(GATHER).await;
        // The sender lives as long as the process; without it, polling goes on.
        let changed = tokio::time::timeout(POLL, self.0.changed()).await;
        if let Ok(Err(_)) = changed {
            tokio::time::sleep(POLL).await;
        }
    }
}
