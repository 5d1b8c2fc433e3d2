//! Room for the runs that come, and for those that are over.

use crate::store::{retention, seen, waits};
use chrono::{Days, NaiveDate, Utc};
use std::time::Duration;
use store::{Database, Error};
use tokio_util::sync::CancellationToken;

/// How often it is looked what there is to do.
const EVERY: Duration = Duration::from_secs(3_600);
/// Days for which it is known why a trigger was declined: longer than any stream could bring its event again.
const DECISIONS: Days = Days::new(90);

/// Makes and reclaims partitions until told to stop. Several replicas may do it at once.
pub(crate) async fn run(database: Database, days: u32, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = keep_runs(&database, days, Utc::now().date_naive()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "runs not retired, will be tried again"
            );
        }
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(EVERY) => {} }
    }
}

/// Makes the partitions of the days after `today` (UTC) and reclaims what is over then: runs are kept for `days`, or as long
/// as their tenant or workflow says. What runs have seen is forgotten as their nodes say.
///
/// # Errors
/// `Query`; retryable. What has been done stays done.
pub async fn keep_runs(database: &Database, days: u32, today: NaiveDate) -> Result<(), Error> {
    let pool = database.pool();
    retention::create_partitions(pool, today).await?;
    let mut conn = pool
        .acquire()
        .await
        .map_err(Error::query("renew retention"))?;
    retention::renew(&mut conn, days, today).await?;
    waits::clear(&mut conn).await?;
    seen::forget(&mut conn, today).await?;
    drop(conn);
    while let Some(partition) = retention::retire(pool).await? {
        tracing::info!(partition, "runs retired");
        metrics::counter!("st_run_partitions_retired_total").increment(1);
    }
    if let Some(day) = today.checked_sub_days(DECISIONS) {
        while retention::forget_decisions(pool, day).await? > 0 {}
    }
    Ok(())
}
