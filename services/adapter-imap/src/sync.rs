//! Brings the events in step with the folder: every mail is told once, in the order of arrival.

use crate::{
    session::{self, Numbering, Session},
    settings::Imap,
    store::{self, Sight, Watermark},
    translate::{self, Found, Read},
    watch::Surroundings,
};
use ::store::{Database, Error as StoreError, Tx};
use adapter::Account;
use async_imap::types::Fetch;
use bus::Cause;
use chrono::{SubsecRound, Utc};
use events::EmailReceived;
use ids::EventId;
use sha2::{Digest, Sha256};

/// Mails per transaction: bounds the memory.
const AT_ONCE: usize = 16;
/// The part of a mail that is fetched at first, in bytes; larger mails are told by their beginning, unless their attachments are
/// to become files.
const FIRST_BYTES: u32 = 1 << 20;

/// Why a folder could not be read on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The server's side.
    #[error(transparent)]
    Session(#[from] session::Error),
    /// Our side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files of a mail cannot be stored.
    #[error("could not store the attachments of a mail")]
    Files(#[from] artifacts::Error),
    /// Another replica reads the same folder.
    #[error("another replica has moved the watermark of folder {0}")]
    Overtaken(String),
}

/// Tells everything in the open folder that has not been told; returns how many mails that were.
///
/// # Errors
/// Whatever was told until then stays told.
pub(crate) async fn sync(
    around: &Surroundings,
    account: &Account<Imap>,
    session: &mut Session,
    numbering: Numbering,
) -> Result<usize, Error> {
    let mut mark = current_mark(&around.database, account, session, numbering).await?;
    let first = u32::try_from(mark.last_uid.saturating_add(1)).unwrap_or(u32::MAX);
    let uids = session.uids_from(first).await?;
    let mut told = 0;
    for chunk in uids.chunks(AT_ONCE) {
        let mut small = Vec::new();
        for mail in session.fetch(chunk, FIRST_BYTES).await? {
            let uid = mail.uid.unwrap_or_default();
            let here = mail.body().unwrap_or_default().len();
            if !around
                .files
                .wants(mail.size.unwrap_or_default().into(), here)
            {
                small.push(mail);
                continue;
            }
            drop(mail);
            if !small.is_empty() {
                told += tell(around, account, &mut mark, &small, i64::from(uid) - 1).await?;
                small.clear();
            }
            let _room = around.files.room().await;
            let whole = session.fetch(&[uid], around.files.mail_bytes()).await?;
            told += tell(around, account, &mut mark, &whole, i64::from(uid)).await?;
        }
        let Some(last) = chunk.last().map(|last| i64::from(*last)) else {
            continue;
        };
        if last > mark.last_uid {
            told += tell(around, account, &mut mark, &small, last).await?;
        }
    }
    if told > 0 {
        metrics::counter!("st_imap_mails_total").increment(told as u64);
    }
    Ok(told)
}

/// The watermark for this numbering: the stored one, or a new one for a folder that is new or was numbered anew.
async fn current_mark(
    database: &Database,
    account: &Account<Imap>,
    session: &mut Session,
    numbering: Numbering,
) -> Result<Watermark, Error> {
    let folder = &account.settings.mailbox;
    let uid_validity = i64::from(numbering.uid_validity);
    let mark = match store::watermark(database.pool(), account.id, folder).await? {
        Some(mark) if mark.uid_validity == uid_validity => return Ok(mark),
        Some(old) => {
            tracing::warn!(account.id = %account.id, "the server numbers the folder anew; comparing all of it");
            Watermark {
                uid_validity,
                last_uid: 0,
                renumbered_below: i64::from(numbering.uid_next),
                ..old
            }
        }
        None => {
            let last_uid = first_to_skip(session, numbering, account.settings.backfill).await?;
            Watermark {
                uid_validity,
                last_uid,
                renumbered_below: 0,
                // Servers tell the arrival of a mail in whole seconds.
                watched_since: Utc::now().trunc_subsecs(0),
            }
        }
    };
    let mut tx = database.begin(Cause::root(account.tenant.clone())).await?;
    store::begin(tx.conn(), account.id, folder, &mark).await?;
    tx.commit().await?;
    Ok(mark)
}

/// The last number that is not told of a folder seen for the first time.
async fn first_to_skip(
    session: &mut Session,
    numbering: Numbering,
    backfill: u32,
) -> Result<i64, session::Error> {
    let newest = i64::from(numbering.uid_next) - 1;
    if backfill == 0 {
        return Ok(newest);
    }
    let uids = session.uids_from(1).await?;
    let skipped = uids
        .len()
        .saturating_sub(usize::try_from(backfill).unwrap_or(usize::MAX));
    Ok(uids
        .get(skipped)
        .map_or(newest, |first| i64::from(*first) - 1))
}

/// Tells these mails, and moves the watermark to `last_uid`.
async fn tell(
    around: &Surroundings,
    account: &Account<Imap>,
    mark: &mut Watermark,
    mails: &[Fetch],
    last_uid: i64,
) -> Result<usize, Error> {
    let folder = &account.settings.mailbox;
    let cause = Cause::root(account.tenant.clone());
    let mut tx = around.database.begin(cause).await?;
    if !store::advance(tx.conn(), account.id, folder, mark, last_uid).await? {
        return Err(Error::Overtaken(folder.clone()));
    }
    let mut told = 0;
    for mail in mails {
        told += usize::from(tell_one(around, &mut tx, account, mark, mail).await?);
    }
    tx.commit().await?;
    mark.last_uid = last_uid;
    Ok(told)
}

async fn tell_one(
    around: &Surroundings,
    tx: &mut Tx,
    account: &Account<Imap>,
    mark: &Watermark,
    mail: &Fetch,
) -> Result<bool, Error> {
    let folder = &account.settings.mailbox;
    let uid = mail.uid.unwrap_or_default();
    let arrived_at = mail.internal_date().map_or_else(Utc::now, |at| at.to_utc());
    let Read { mut email, files } = translate::email(&Found {
        account_id: account.id,
        folder,
        uid,
        uid_validity: u32::try_from(mark.uid_validity).unwrap_or_default(),
        arrived_at,
        bytes: mail.body().unwrap_or_default(),
        size: mail.size.unwrap_or_default().into(),
    });
    let renumbered = i64::from(uid) < mark.renumbered_below;
    if renumbered && arrived_at < mark.watched_since {
        return Ok(false);
    }
    let sight = Sight {
        fingerprint: translate::fingerprint(&email),
        arrived_at,
        uid_validity: mark.uid_validity,
        renumbered,
    };
    if !store::tell(tx.conn(), account.id, folder, &sight).await? {
        return Ok(false);
    }
    around
        .files
        .keep(&account.tenant, &mut email, files)
        .await?;
    let span = tracing::info_span!("email", otel.name = "receive integration.email.received", account.id = %account.id);
    tx.set_cause(span.in_scope(|| Cause::root(account.tenant.clone())));
    tx.emit_as(event_id(&email), &email)?;
    Ok(true)
}

/// The same for the same mail under the same number: arrival in milliseconds, then a hash.
fn event_id(email: &EmailReceived) -> EventId {
    let arrived_ms = u64::try_from(email.received_at.timestamp_millis()).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(email.account_id.as_u128().to_be_bytes());
    hash.update(email.uid_validity.to_be_bytes());
    hash.update(email.uid.to_be_bytes());
    hash.update(&email.folder);
    let mut bits = [0_u8; 16];
    bits.iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    EventId::from_u128((u128::from(arrived_ms) << 80) | (u128::from_be_bytes(bits) >> 48))
}
