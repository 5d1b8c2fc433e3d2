//! Who leads: a lease for liveness, an epoch for correctness.

use crate::store;
use ::store::{Database, Error};
use sqlx::PgConnection;
use std::time::Duration;

/// This replica's claim to lead.
pub struct Leader {
    replica: String,
    lease: Duration,
    epoch: Option<i64>,
}

impl Leader {
    /// A replica that does not lead yet. `lease` is how long a leader may be silent.
    #[must_use]
    pub fn new(replica: &str, lease: Duration) -> Self {
        Self {
            replica: replica.to_owned(),
            lease,
            epoch: None,
        }
    }

    /// The epoch under which this replica leads; takes over where the old leader has been silent for too long.
    ///
    /// # Errors
    /// `Query`; retryable.
    pub async fn claim(&mut self, database: &Database) -> Result<Option<i64>, Error> {
        if self.epoch.is_none() {
            self.epoch = store::take_over(database.pool(), &self.replica, self.lease).await?;
            if let Some(epoch) = self.epoch {
                tracing::info!(epoch, "leads the schedules");
            }
        }
        metrics::gauge!("st_scheduler_leads").set(if self.epoch.is_some() { 1.0 } else { 0.0 });
        Ok(self.epoch)
    }

    /// Renews the lease inside the caller's transaction; false when another replica has taken over, and then nothing
    /// this transaction wrote may be committed. A caller that rests amid the transaction for longer than the lease loses it:
    /// a frozen leader does not keep others from taking over.
    ///
    /// # Errors
    /// `Query`; retryable.
    pub async fn fence(&mut self, conn: &mut PgConnection, epoch: i64) -> Result<bool, Error> {
        let holds = store::renew(conn, epoch, self.lease).await? || planted::bug("no-fence");
        if !holds {
            tracing::warn!(epoch, "another replica leads now; stepping down");
            self.epoch = None;
        }
        Ok(holds)
    }

    /// Lets another replica take over at once.
    ///
    /// # Errors
    /// `Query`; then the lease runs out by itself.
    pub async fn resign(&mut self, database: &Database) -> Result<(), Error> {
        match self.epoch.take() {
            Some(epoch) => store::resign(database.pool(), epoch).await,
            None => Ok(()),
        }
    }
}
