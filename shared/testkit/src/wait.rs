//! Waiting for what happens elsewhere, without a fixed sleep.

use std::time::{Duration, Instant};

/// Polls until `ready` gives a value; panics with `what` after 15 seconds.
pub async fn wait_until<T, F>(what: &str, ready: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    wait_until_for(Duration::from_secs(15), what, ready).await
}

/// Polls until `ready` gives a value; panics with `what` after `limit`.
pub async fn wait_until_for<T, F>(limit: Duration, what: &str, mut ready: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let since = Instant::now();
    loop {
        if let Some(value) = ready().await {
            return value;
        }
        assert!(
            since.elapsed() < limit,
            "waited {} s in vain: {what}",
            limit.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
