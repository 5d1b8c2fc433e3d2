//! A service's database and its roles, created before the service runs.
//!
//! **owner** migrates and does not log in otherwise; **worker** writes what the migrations made; **reader** may do nothing
//! until a migration grants it. Nobody else can connect.

use crate::Error;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};

/// Held while roles are made: `CREATE ROLE` has no `IF NOT EXISTS`, and two at once collide.
const PROVISION_LOCK: i64 = 0x0073_742d_7072_6f76;

/// What a service's database should be.
pub struct Provision<'a> {
    pub service: &'a str,
    /// Name of the database; [`database_of`] but for tests.
    pub database: &'a str,
    pub reader: bool,
    pub extensions: &'a [String],
    pub passwords: Passwords<'a>,
}

/// Passwords of the three roles.
#[derive(Clone, Copy)]
pub struct Passwords<'a> {
    pub owner: &'a str,
    pub worker: &'a str,
    pub reader: &'a str,
}

/// The name of a service's database.
#[must_use]
pub fn database_of(service: &str) -> String {
    service.replace('-', "_")
}

/// The name of a service's role; `kind` is `owner`, `worker` or `reader`.
#[must_use]
pub fn role(service: &str, kind: &str) -> String {
    format!("{}_{kind}", database_of(service))
}

/// Creates the database and its roles, or brings them up to date. Needs a superuser's `admin_url`.
///
/// # Errors
/// `Connect`, or `Query` naming the step.
pub async fn provision(admin_url: &str, wanted: &Provision<'_>) -> Result<(), Error> {
    let failed = |source| Error::Connect {
        service: wanted.service.to_owned(),
        source,
    };
    let address: PgConnectOptions = admin_url.parse().map_err(failed)?;
    let mut admin = PgConnection::connect_with(&address).await.map_err(failed)?;
    lock(&mut admin, "SELECT pg_advisory_lock($1)").await?;
    let made = roles_and_database(&mut admin, wanted).await;
    lock(&mut admin, "SELECT pg_advisory_unlock($1)").await?;
    made?;
    let inside = address.database(wanted.database);
    let mut inside = PgConnection::connect_with(&inside).await.map_err(failed)?;
    rights(&mut inside, wanted).await?;
    inside.close().await.ok();
    admin.close().await.ok();
    Ok(())
}

async fn lock(admin: &mut PgConnection, statement: &'static str) -> Result<(), Error> {
    sqlx::query(statement)
        .bind(PROVISION_LOCK)
        .execute(admin)
        .await
        .map(drop)
        .map_err(Error::query("lock provisioning"))
}

async fn roles_and_database(admin: &mut PgConnection, wanted: &Provision<'_>) -> Result<(), Error> {
    let Passwords {
        owner,
        worker,
        reader,
    } = wanted.passwords;
    let mut kinds = vec![("owner", owner, "20"), ("worker", worker, "100")];
    if wanted.reader {
        kinds.push(("reader", reader, "100"));
    }
    for (kind, password, connections) in kinds {
        let name = role(wanted.service, kind);
        if !exists(admin, "SELECT 1 FROM pg_roles WHERE rolname = $1", &name).await? {
            let create = "SELECT format('CREATE ROLE %I', $1::text)";
            run(admin, create, &[&name], "create a role").await?;
        }
        let alter = "SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
            CONNECTION LIMIT %s PASSWORD %L', $1::text, $2::text, $3::text)";
        run(
            admin,
            alter,
            &[&name, connections, password],
            "set up a role",
        )
        .await?;
        // A migration may take long; work and reads may not.
        for setting in ["statement_timeout", "lock_timeout"] {
            let value = match kind {
                "owner" => "0",
                "worker" => "60s",
                _ => "15s",
            };
            let set = "SELECT format('ALTER ROLE %I SET %I = %L', $1::text, $2::text, $3::text)";
            run(admin, set, &[&name, setting, value], "bound a role").await?;
        }
        let idle = "SELECT format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', $1::text)";
        run(admin, idle, &[&name], "bound a role").await?;
    }
    if !exists(
        admin,
        "SELECT 1 FROM pg_database WHERE datname = $1",
        wanted.database,
    )
    .await?
    {
        let create = "SELECT format('CREATE DATABASE %I OWNER %I', $1::text, $2::text)";
        let owner = role(wanted.service, "owner");
        run(
            admin,
            create,
            &[wanted.database, &owner],
            "create a database",
        )
        .await?;
    }
    Ok(())
}

/// Run inside the service's database.
async fn rights(inside: &mut PgConnection, wanted: &Provision<'_>) -> Result<(), Error> {
    for extension in wanted.extensions {
        let create = "SELECT format('CREATE EXTENSION IF NOT EXISTS %I', $1::text)";
        run(inside, create, &[extension], "create an extension").await?;
    }
    let (owner, worker) = (
        role(wanted.service, "owner"),
        role(wanted.service, "worker"),
    );
    let of_owner: [(&str, &[&str]); 3] = [
        (
            "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text)",
            &[wanted.database],
        ),
        (
            "SELECT format('ALTER SCHEMA public OWNER TO %I', $1::text)",
            &[&owner],
        ),
        ("SELECT 'REVOKE ALL ON SCHEMA public FROM PUBLIC'", &[]),
    ];
    for (statement, values) in of_owner {
        run(inside, statement, values, "close a database").await?;
    }
    let mut roles = vec![worker.as_str()];
    let reader = role(wanted.service, "reader");
    if wanted.reader {
        roles.push(&reader);
    }
    for name in roles {
        let connect = "SELECT format('GRANT CONNECT ON DATABASE %I TO %I', $1::text, $2::text)";
        run(
            inside,
            connect,
            &[wanted.database, name],
            "let a role connect",
        )
        .await?;
        let usage = "SELECT format('GRANT USAGE ON SCHEMA public TO %I', $1::text)";
        run(inside, usage, &[name], "let a role see the schema").await?;
    }
    for right in [
        "SELECT, INSERT, UPDATE, DELETE ON TABLES",
        "USAGE, SELECT ON SEQUENCES",
        "EXECUTE ON FUNCTIONS",
    ] {
        let grant = "SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ' || $2::text || ' TO %I',
            $1::text, $3::text)";
        run(
            inside,
            grant,
            &[&owner, right, &worker],
            "grant what the worker needs",
        )
        .await?;
    }
    Ok(())
}

async fn exists(
    connection: &mut PgConnection,
    statement: &'static str,
    name: &str,
) -> Result<bool, Error> {
    let row = sqlx::query(statement)
        .bind(name)
        .fetch_optional(connection)
        .await;
    Ok(row
        .map_err(Error::query("look for a role or database"))?
        .is_some())
}

/// Runs the statement that `builder` makes: the server quotes every name and value in it.
async fn run(
    connection: &mut PgConnection,
    builder: &'static str,
    values: &[&str],
    attempted: &'static str,
) -> Result<(), Error> {
    let mut query = sqlx::query(builder);
    for value in values {
        query = query.bind(*value);
    }
    let row = query.fetch_one(&mut *connection).await;
    let statement: String = row
        .and_then(|row| row.try_get(0))
        .map_err(Error::query(attempted))?;
    connection
        .execute(AssertSqlSafe(statement))
        .await
        .map(drop)
        .map_err(Error::query(attempted))
}
