//! What is forgotten of old calls.

use crate::store::{invocations, tries};
use ::store::Database;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(3_600);

/// Forgets what models said, and which were asked, 30 days ago, until `stop`.
pub async fn forget(database: Database, stop: CancellationToken) {
    loop {
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(EVERY) => {} }
        let pool = database.pool();
        let answers = invocations::forget(pool).await;
        for forgotten in [answers, tries::forget(pool).await] {
            let Err(error) = forgotten else { continue };
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old answers not forgotten"
            );
        }
    }
}
