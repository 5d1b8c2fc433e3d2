//! Which mailboxes this replica watches: each account is watched by exactly one replica.

use crate::{
    settings::Imap,
    store,
    watch::{Surroundings, watch},
};
use ::store::Error;
use adapter::Account;
use ids::AccountId;
use sqlx::PgConnection;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

struct Watch {
    version: u64,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Watches every account nobody else watches, until `stop`.
///
/// The claims belong to one session of the database: when it is lost, another replica may claim the accounts, so all
/// watches here end first.
pub async fn keep(surroundings: Surroundings, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let mut watches = BTreeMap::new();
        let session = claim_and_watch(&surroundings, &mut watches, &stop).await;
        for (_, watch) in std::mem::take(&mut watches) {
            end(watch).await;
        }
        if let Err(error) = session {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "claims on accounts lost"
            );
        }
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(Duration::from_secs(1)) => {} }
    }
}

async fn claim_and_watch(
    surroundings: &Surroundings,
    watches: &mut BTreeMap<AccountId, Watch>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let connect = Error::query("connect to claim accounts");
    let mut claims = surroundings
        .database
        .pool()
        .acquire()
        .await
        .map_err(connect)?
        .detach();
    loop {
        let accounts = surroundings.accounts.all().await?;
        step(surroundings, watches, &mut claims, accounts, stop).await?;
        metrics::gauge!("st_imap_watches").set(watches.len() as f64);
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = surroundings.accounts.changed() => {}
        }
    }
}

/// Ends the watches of accounts that changed or are gone, begins those that can be claimed.
async fn step(
    surroundings: &Surroundings,
    watches: &mut BTreeMap<AccountId, Watch>,
    claims: &mut PgConnection,
    accounts: Vec<Account<Imap>>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let wanted: BTreeMap<AccountId, Account<Imap>> = accounts
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    let is_stale = |id: &AccountId, watch: &Watch| {
        wanted
            .get(id)
            .is_none_or(|account| account.version != watch.version)
            || watch.task.is_finished()
    };
    let stale: Vec<AccountId> = watches
        .iter()
        .filter(|(id, watch)| is_stale(id, watch))
        .map(|(id, _)| *id)
        .collect();
    for id in stale {
        if let Some(watch) = watches.remove(&id) {
            end(watch).await;
            store::release(claims, id).await?;
        }
    }
    for (id, account) in wanted {
        if !watches.contains_key(&id) && store::claim(claims, id).await? {
            let version = account.version;
            let child = stop.child_token();
            let task = tokio::spawn(watch(
                surroundings.clone(),
                Arc::new(account),
                child.clone(),
            ));
            watches.insert(
                id,
                Watch {
                    version,
                    stop: child,
                    task,
                },
            );
        }
    }
    // Asks the session for a sign of life, so that a lost one is noticed.
    sqlx::query("SELECT 1")
        .execute(claims)
        .await
        .map(drop)
        .map_err(Error::query("keep the claims on accounts"))
}

async fn end(watch: Watch) {
    watch.stop.cancel();
    if let Err(error) = watch.task.await
        && error.is_panic()
    {
        tracing::error!("the watch of a mailbox panicked");
    }
}
