//! Runs that are over: hidden by row-level security from the day on, and their room reclaimed.

use crate::projection::store::retention as rows;
use ::store::{Database, Error};
use chrono::{NaiveDate, Utc};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked what is over: a day begins at midnight, UTC.
const EVERY: Duration = Duration::from_secs(900);

/// Hides and reclaims what is over until told to stop. Several replicas may do it at once.
pub(crate) async fn run(database: Database, days: u32, stop: CancellationToken) {
    let mut done: Option<NaiveDate> = None;
    loop {
        let today = Utc::now().date_naive();
        if done != Some(today) {
            match keep_runs(&database, days, today).await {
                Ok(()) => done = Some(today),
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "runs not retired, will be tried again"
                ),
            }
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(EVERY) => {} }
    }
}

/// Hides what is over on `today` (UTC) and reclaims its room: runs are kept for `days`, or as long as their tenant or
/// workflow says.
///
/// # Errors
/// `Query`; retryable. What has been done stays done.
pub async fn keep_runs(database: &Database, days: u32, today: NaiveDate) -> Result<(), Error> {
    rows::renew(database.pool(), days, today).await?;
    while let Some(partition) = rows::retire(database.pool()).await? {
        tracing::info!(partition, "runs retired");
    }
    rows::forget_questions(database.pool()).await
}
