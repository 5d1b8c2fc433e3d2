//! What is forgotten of old calls.

use crate::store::invocations;
use ::store::Database;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(3_600);

/// Forgets what models said 30 days ago, until `stop`.
pub async fn forget(database: Database, stop: CancellationToken) {
    loop {
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(EVERY) => {} }
        if let Err(error) = invocations::forget(database.pool()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old answers not forgotten"
            );
        }
    }
}
