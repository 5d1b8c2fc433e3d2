//! Tries accounts that nobody has tried yet, and again those that did not work.

use crate::{Account, Accounts, Health, Protocol, State};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a degraded account is left alone.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Accounts tried at the same time.
const AT_ONCE: usize = 4;

/// Watches the accounts until `stop`.
pub(crate) async fn verify<P: Protocol>(
    accounts: Accounts<P::Accounts>,
    protocol: &P,
    stop: CancellationToken,
) {
    let mut degraded_due = Instant::now();
    loop {
        let again = degraded_due <= Instant::now();
        if again {
            degraded_due = Instant::now() + AGAIN_AFTER;
        }
        let due = |account: &Account<P::Accounts>| match account.status.state {
            State::Connecting => true,
            State::Degraded => again,
            // Another refused login may lock the account: a person is asked first.
            State::ReauthNeeded | State::Healthy | State::Removed => false,
        };
        match accounts.all().await {
            Ok(all) => {
                futures::stream::iter(all.into_iter().filter(due))
                    .for_each_concurrent(AT_ONCE, |account| try_one(&accounts, protocol, account))
                    .await;
            }
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "accounts not read"
            ),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = accounts.changed() => {}
        }
    }
}

async fn try_one<P: Protocol>(
    accounts: &Accounts<P::Accounts>,
    protocol: &P,
    account: Account<P::Accounts>,
) {
    let health = match accounts.open_with_redaction(&account) {
        Ok(None) => protocol.verify(&account, None).await,
        Ok(Some((credentials, redaction))) => {
            let health = protocol.verify(&account, Some(credentials)).await;
            health.map(|health| redaction.health(health))
        }
        Err(error) => Some(Health::ReauthNeeded {
            reason: format!("{error}; enter them again"),
        }),
    };
    let Some(health) = health else { return };
    if let Err(error) = accounts.report(&account, &health).await {
        tracing::warn!(error = &error as &dyn std::error::Error, account.id = %account.id, "account health not noted");
    }
}
