//! Watches one mailbox for as long as it is connected.

use crate::{
    Files,
    session::{self, Patience, Session},
    settings::Imap,
    sync,
};
use ::store::Database;
use adapter::{Account, Accounts, Health};
use egress::Egress;
use rand::RngExt;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// What a watch needs.
#[derive(Clone)]
pub struct Surroundings {
    pub database: Database,
    pub accounts: Accounts<Imap>,
    pub egress: Egress,
    pub files: Files,
    pub patience: Patience,
}

/// The longest pause between two attempts to reach a server.
const MAX_PAUSE: Duration = Duration::from_secs(60);
/// The pause after refused credentials: asking often would lock the account out.
const REFUSED_PAUSE: Duration = Duration::from_secs(300);

/// Watches until `stop`; a lost server is sought again, and whatever arrived meanwhile is told then.
pub(crate) async fn watch(
    surroundings: Surroundings,
    account: Arc<Account<Imap>>,
    stop: CancellationToken,
) {
    let mut failures = 0_u32;
    while !stop.is_cancelled() {
        let round = tokio::select! {
            () = stop.cancelled() => return,
            round = connected(&surroundings, &account, &mut failures) => round,
        };
        let Err(error) = round;
        failures = failures.saturating_add(1);
        let (health, pause) = judge(&error, failures);
        tracing::warn!(account.id = %account.id, error = &error as &dyn std::error::Error, failures, "mailbox not watched");
        report(&surroundings, &account, &health).await;
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(pause) => {} }
    }
}

/// One connection, from login until it breaks.
async fn connected(
    surroundings: &Surroundings,
    account: &Account<Imap>,
    failures: &mut u32,
) -> Result<std::convert::Infallible, WatchError> {
    let credentials = surroundings
        .accounts
        .open(account)?
        .ok_or(WatchError::NoCredentials)?;
    let Surroundings {
        egress, patience, ..
    } = surroundings;
    let mut session = Session::open(egress, &account.settings, &credentials, *patience).await?;
    drop(credentials);
    let numbering = session.examine(&account.settings.mailbox).await?;
    loop {
        sync::sync(surroundings, account, &mut session, numbering).await?;
        *failures = 0;
        report(surroundings, account, &Health::Healthy).await;
        metrics::gauge!("st_imap_last_contact_seconds", "account" => account.id.to_string())
            .set(chrono::Utc::now().timestamp() as f64);
        session = session.wait().await?;
    }
}

/// Why a mailbox is not being watched.
#[derive(Debug, thiserror::Error)]
enum WatchError {
    #[error("the account has no credentials")]
    NoCredentials,
    #[error(transparent)]
    Credentials(#[from] adapter::OpenError),
    #[error(transparent)]
    Session(#[from] session::Error),
    #[error(transparent)]
    Sync(#[from] sync::Error),
}

fn judge(error: &WatchError, failures: u32) -> (Health, Duration) {
    match error {
        WatchError::NoCredentials | WatchError::Credentials(_) => (
            Health::ReauthNeeded {
                reason: format!("{error}; enter the password again"),
            },
            REFUSED_PAUSE,
        ),
        WatchError::Session(session::Error::Login { .. }) => (
            Health::ReauthNeeded {
                reason: format!("{error}"),
            },
            REFUSED_PAUSE,
        ),
        WatchError::Session(error) => (degraded(error), pause(failures)),
        WatchError::Sync(sync::Error::Session(error)) => (degraded(error), pause(failures)),
        WatchError::Sync(
            error @ (sync::Error::Store(_) | sync::Error::Files(_) | sync::Error::Overtaken(_)),
        ) => (
            Health::Degraded {
                code: "imap.not_stored",
                reason: error.to_string(),
            },
            pause(failures),
        ),
    }
}

fn degraded(error: &session::Error) -> Health {
    let code = match error {
        session::Error::Connect { .. } => "imap.unreachable",
        session::Error::Login { .. } => "imap.login_refused",
        session::Error::Refused { .. } => "imap.refused",
        session::Error::Broken { .. } => "imap.connection_lost",
        session::Error::Silent { .. } => "imap.silent",
        session::Error::Unnumbered { .. } => "imap.unnumbered",
    };
    let reason = match error {
        session::Error::Connect { source, .. } => format!("{error}: {}", source.explain()),
        session::Error::Broken { source, .. } => format!("{error}: {source}"),
        session::Error::Login { .. }
        | session::Error::Refused { .. }
        | session::Error::Silent { .. }
        | session::Error::Unnumbered { .. } => error.to_string(),
    };
    Health::Degraded { code, reason }
}

/// One second, doubled with each failure, with jitter so that accounts of one server do not come together.
fn pause(failures: u32) -> Duration {
    let full = Duration::from_secs(1 << failures.min(6)).min(MAX_PAUSE);
    full.mul_f64(rand::rng().random_range(0.5..=1.0))
}

async fn report(surroundings: &Surroundings, account: &Account<Imap>, health: &Health) {
    if let Err(error) = surroundings.accounts.report(account, health).await {
        tracing::warn!(account.id = %account.id, error = &error as &dyn std::error::Error, "account health not noted");
    }
}
