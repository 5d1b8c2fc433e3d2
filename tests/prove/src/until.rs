//! Waiting for a fleet without failing over it: what has not come by then is a finding of the checkers.

use std::time::Duration;
use tokio::time::Instant;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(250);

/// Looks until it holds, at most until `end`; whether it did.
pub(crate) async fn until(end: Instant, mut holds: impl AsyncFnMut() -> bool) -> bool {
    while Instant::now() < end {
        if holds().await {
            return true;
        }
        tokio::time::sleep(LOOK).await;
    }
    false
}
