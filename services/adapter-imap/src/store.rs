//! How far each mailbox has been read.

use ::store::Error;
use chrono::{DateTime, Utc};
use ids::AccountId;
use sqlx::{FromRow, PgConnection, PgPool, migrate::Migrator};
use std::sync::LazyLock;

/// Brings the adapter's database up to date.
pub static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| adapter::migrations(&sqlx::migrate!("./migrations")));

/// How far one folder has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(crate) struct Watermark {
    pub(crate) uid_validity: i64,
    /// Mails up to this number are told.
    pub(crate) last_uid: i64,
    /// Mails with a lower number may have been told under their old number.
    pub(crate) renumbered_below: i64,
    /// Mails that arrived before were there before we watched.
    pub(crate) watched_since: DateTime<Utc>,
}

pub(crate) async fn watermark(
    pool: &PgPool,
    account: AccountId,
    folder: &str,
) -> Result<Option<Watermark>, Error> {
    sqlx::query_as(
        "SELECT uid_validity, last_uid, renumbered_below, watched_since FROM watermarks
         WHERE account_id = $1 AND folder = $2",
    )
    .bind(account.uuid())
    .bind(folder)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("read a watermark"))
}

/// Sets a folder's watermark for a new numbering, or for the first time.
pub(crate) async fn begin(
    conn: &mut PgConnection,
    account: AccountId,
    folder: &str,
    mark: &Watermark,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO watermarks (account_id, folder, uid_validity, last_uid, renumbered_below, watched_since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, folder) DO UPDATE
         SET uid_validity = $3, last_uid = $4, renumbered_below = $5",
    )
    .bind(account.uuid())
    .bind(folder)
    .bind(mark.uid_validity)
    .bind(mark.last_uid)
    .bind(mark.renumbered_below)
    .bind(mark.watched_since)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("begin a watermark"))
}

/// Raises a folder's watermark from `from` to `to`; false when somebody else has moved it.
pub(crate) async fn advance(
    conn: &mut PgConnection,
    account: AccountId,
    folder: &str,
    from: &Watermark,
    to: i64,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE watermarks SET last_uid = $5
         WHERE account_id = $1 AND folder = $2 AND uid_validity = $3 AND last_uid = $4",
    )
    .bind(account.uuid())
    .bind(folder)
    .bind(from.uid_validity)
    .bind(from.last_uid)
    .bind(to)
    .execute(conn)
    .await
    .map_err(Error::query("advance a watermark"))?;
    Ok(done.rows_affected() == 1)
}

/// A mail found in a folder.
pub(crate) struct Sight {
    pub(crate) fingerprint: [u8; 32],
    pub(crate) arrived_at: DateTime<Utc>,
    /// The numbering in which it was found.
    pub(crate) uid_validity: i64,
    /// Whether it may have been found before, under another number.
    pub(crate) renumbered: bool,
}

/// Notes a mail as told; false when it was already. Of equal mails, each copy is told: as many are passed over after a
/// renumbering as were told before. The caller holds the row of the watermark, so that nobody else counts meanwhile.
pub(crate) async fn tell(
    conn: &mut PgConnection,
    account: AccountId,
    folder: &str,
    sight: &Sight,
) -> Result<bool, Error> {
    let counted: Option<(i32, i32)> = sqlx::query_as(
        "SELECT copies, CASE WHEN seen_in = $4 THEN seen ELSE 0 END FROM told
         WHERE account_id = $1 AND folder = $2 AND fingerprint = $3",
    )
    .bind(account.uuid())
    .bind(folder)
    .bind(sight.fingerprint)
    .bind(sight.uid_validity)
    .fetch_optional(&mut *conn)
    .await
    .map_err(Error::query("look for a mail among those told"))?;
    let (copies, seen) = counted.unwrap_or_default();
    let new = !sight.renumbered || seen >= copies;
    sqlx::query(
        "INSERT INTO told (account_id, folder, fingerprint, arrived_at, copies, seen, seen_in)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id, folder, fingerprint) DO UPDATE SET copies = $5, seen = $6, seen_in = $7",
    )
    .bind(account.uuid())
    .bind(folder)
    .bind(sight.fingerprint)
    .bind(sight.arrived_at)
    .bind(copies + i32::from(new))
    .bind(seen + 1)
    .bind(sight.uid_validity)
    .execute(conn)
    .await
    .map_err(Error::query("note a mail as told"))?;
    Ok(new)
}

/// Takes an account for this session of the database; false while another replica watches it.
pub(crate) async fn claim(conn: &mut PgConnection, account: AccountId) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(lock_key(account))
        .fetch_one(conn)
        .await
        .map_err(Error::query("claim an account"))
}

/// Gives an account back.
pub(crate) async fn release(conn: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(lock_key(account))
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("release an account"))
}

/// The random half of the id.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the low 64 bits are what is wanted"
)]
const fn lock_key(account: AccountId) -> i64 {
    (account.as_u128() as u64).cast_signed()
}
