//! The tables of identity. Worker role: these look-ups come before a tenant is known.

mod keys;

pub(super) use keys::{KeyRow, NewKey, delete_key, insert_key, is_key, key_token, keys, live_key};

use ids::{TenantId, UserId};
use sqlx::{FromRow, PgConnection, PgPool, types::Uuid};
use store::Error;

/// Days a session lasts without use, and at all.
pub(super) const IDLE_DAYS: i32 = 14;
pub(super) const ABSOLUTE_DAYS: i32 = 90;

/// One advisory lock for the making of the first account.
const FIRST_ACCOUNT: i64 = 0x7374_5f66_6972_7374;

/// A person as stored.
#[derive(FromRow)]
pub(super) struct Person {
    pub(super) person_id: Uuid,
    pub(super) tenant_id: String,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) zed_token: String,
}

impl Person {
    pub(super) const fn id(&self) -> UserId {
        UserId::from_uuid(self.person_id)
    }

    pub(super) fn tenant(&self) -> Result<TenantId, Error> {
        self.tenant_id
            .parse()
            .map_err(|error: ids::InvalidId| Error::Stored {
                what: "tenant",
                cause: error.to_string(),
            })
    }
}

/// Whether no account exists yet. `alone` also keeps others from making one until the transaction ends.
pub(super) async fn is_empty(conn: &mut PgConnection, alone: bool) -> Result<bool, Error> {
    let failed = Error::query;
    if alone {
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(FIRST_ACCOUNT)
            .execute(&mut *conn)
            .await
            .map_err(failed("make the first account alone"))?;
    }
    sqlx::query_scalar("SELECT NOT EXISTS (SELECT FROM people)")
        .fetch_one(conn)
        .await
        .map_err(failed("look for accounts"))
}

pub(super) async fn insert_person(conn: &mut PgConnection, person: &Person) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO people (person_id, tenant_id, email, name, zed_token) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(person.person_id)
    .bind(&person.tenant_id)
    .bind(&person.email)
    .bind(&person.name)
    .bind(&person.zed_token)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("add a person"))
}

pub(super) async fn insert_password(
    conn: &mut PgConnection,
    person: UserId,
    email: &str,
    hash: &str,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO passwords (email, person_id, hash) VALUES ($1, $2, $3)")
        .bind(email)
        .bind(person.uuid())
        .bind(hash)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("store a password's hash"))
}

/// The person with this e-mail and the hash of their password.
pub(super) async fn by_email(
    pool: &PgPool,
    email: &str,
) -> Result<Option<(Person, String)>, Error> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        person: Person,
        hash: String,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT p.person_id, p.tenant_id, p.email, p.name, p.zed_token, w.hash
         FROM passwords w JOIN people p USING (person_id) WHERE w.email = $1 AND p.disabled_at IS NULL",
    )
    .bind(email)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("look up an account"))?;
    Ok(row.map(|row| (row.person, row.hash)))
}

pub(super) async fn person(pool: &PgPool, id: UserId) -> Result<Option<Person>, Error> {
    sqlx::query_as(
        "SELECT person_id, tenant_id, email, name, zed_token FROM people
         WHERE person_id = $1 AND disabled_at IS NULL",
    )
    .bind(id.uuid())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("look up a person"))
}

pub(super) async fn insert_session(
    conn: &mut PgConnection,
    hash: &[u8],
    person: UserId,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO sessions (token_hash, person_id) VALUES ($1, $2)")
        .bind(hash)
        .bind(person.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("open a session"))
}

/// The person behind a live session; notes, at most every five minutes, that it was used.
pub(super) async fn by_session(pool: &PgPool, hash: &[u8]) -> Result<Option<Person>, Error> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        person: Person,
        stale: bool,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT p.person_id, p.tenant_id, p.email, p.name, p.zed_token,
             s.seen_at < now() - interval '5 minutes' AS stale
         FROM sessions s JOIN people p USING (person_id)
         WHERE s.token_hash = $1 AND p.disabled_at IS NULL
             AND s.seen_at > now() - make_interval(days => $2)
             AND s.created_at > now() - make_interval(days => $3)",
    )
    .bind(hash)
    .bind(IDLE_DAYS)
    .bind(ABSOLUTE_DAYS)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("look up a session"))?;
    if row.as_ref().is_some_and(|row| row.stale) {
        sqlx::query("UPDATE sessions SET seen_at = now() WHERE token_hash = $1")
            .bind(hash)
            .execute(pool)
            .await
            .map_err(Error::query("note the use of a session"))?;
    }
    Ok(row.map(|row| row.person))
}

/// Whether there is a live session; looking is no use of it.
pub(super) async fn is_session(pool: &PgPool, hash: &[u8]) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM sessions s JOIN people p USING (person_id)
             WHERE s.token_hash = $1 AND p.disabled_at IS NULL
                 AND s.seen_at > now() - make_interval(days => $2)
                 AND s.created_at > now() - make_interval(days => $3))",
    )
    .bind(hash)
    .bind(IDLE_DAYS)
    .bind(ABSOLUTE_DAYS)
    .fetch_one(pool)
    .await
    .map_err(Error::query("look for a session"))
}

pub(super) async fn delete_session(conn: &mut PgConnection, hash: &[u8]) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(hash)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("end a session"))
}

/// Forgets sessions and sign-ins that have expired.
pub(super) async fn prune(pool: &PgPool) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM sessions WHERE seen_at < now() - make_interval(days => $1)
             OR created_at < now() - make_interval(days => $2)",
    )
    .bind(IDLE_DAYS)
    .bind(ABSOLUTE_DAYS)
    .execute(pool)
    .await
    .map_err(Error::query("forget expired sessions"))?;
    sqlx::query("DELETE FROM oidc_states WHERE expires_at < now()")
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("forget expired sign-ins"))
}

/// The person whom a provider calls so. Disabled people are nobody's.
pub(super) async fn by_openid(
    conn: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<UserId>, Error> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "SELECT person_id FROM oidc_identities JOIN people USING (person_id)
         WHERE issuer = $1 AND subject = $2 AND disabled_at IS NULL",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look up an OpenID"))?;
    Ok(id.map(UserId::from_uuid))
}

pub(super) async fn insert_openid(
    conn: &mut PgConnection,
    person: UserId,
    issuer: &str,
    subject: &str,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO oidc_identities (issuer, subject, person_id) VALUES ($1, $2, $3)")
        .bind(issuer)
        .bind(subject)
        .bind(person.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("store an OpenID"))
}
