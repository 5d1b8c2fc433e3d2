//! Table `bridge_messages`.

use ids::AccountId;
use sqlx::{PgConnection, migrate::Migrator};
use std::{sync::LazyLock, time::Duration};
use store::{Database, Error};
use tokio_util::sync::CancellationToken;

/// The tables of every adapter, and the messages of bridges.
pub static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| adapter::migrations(&sqlx::migrate!()));

const PRUNE_EVERY: Duration = Duration::from_secs(3_600);

/// Notes a message; false when it was there already.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    account: AccountId,
    external_id: &str,
) -> Result<bool, Error> {
    sqlx::query(
        "INSERT INTO bridge_messages (account_id, external_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(account.uuid())
    .bind(external_id)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(Error::query("note a bridge's message"))
}

/// Forgets messages that were handed over 90 days ago, now and every hour, until `stop`.
pub async fn forget_old_messages(database: Database, stop: CancellationToken) {
    loop {
        let pruned = sqlx::query(
            "DELETE FROM bridge_messages WHERE received_at < now() - interval '90 days'",
        )
        .execute(database.pool())
        .await;
        if let Err(error) = pruned {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old messages not forgotten"
            );
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PRUNE_EVERY) => {}
        }
    }
}
