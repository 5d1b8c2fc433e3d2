//! A database of a test's own.

use super::SERVICE;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator};
use store::{Database, DatabaseOptions, Passwords, Provision, Subscribers};

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// What a test needs beside the tables that every service has.
const OWN: &str = "
    CREATE TABLE applied (n bigint GENERATED ALWAYS AS IDENTITY, event_id uuid NOT NULL);
    CREATE FUNCTION fail(code text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = code; END $$;";

/// Dropped with the value.
pub(crate) struct TestDatabase {
    admin: String,
    name: String,
}

impl TestDatabase {
    pub(crate) async fn create() -> Self {
        let admin = std::env::var("ST_TEST_POSTGRES")
            .expect("ST_TEST_POSTGRES is not set: run these tests with `cargo xtask test store`");
        let id = ids::EventId::generate().to_string().to_lowercase();
        let name = format!("t_{SERVICE}_{id}");
        let passwords = Passwords {
            owner: "test",
            worker: "test",
            reader: "test",
        };
        let wanted = Provision {
            service: SERVICE,
            database: &name,
            reader: false,
            extensions: &[],
            passwords,
        };
        store::provision(&admin, &wanted).await.unwrap();
        let database = Self { admin, name };
        let owner = database.url("owner");
        store::migrate(SERVICE, &owner, &NO_TABLES).await.unwrap();
        let mut owner = PgConnection::connect(&owner).await.unwrap();
        owner.execute(OWN).await.unwrap();
        database
    }

    /// A process of the service.
    pub(crate) async fn open(&self, awaited: &[(&str, &str)]) -> Database {
        let mut subscribers = Subscribers::new();
        for (event_type, consumer) in awaited {
            let waiting = subscribers.entry((*event_type).to_owned()).or_default();
            waiting.push((*consumer).to_owned());
        }
        let options = DatabaseOptions {
            service: SERVICE.to_owned(),
            url: self.url("worker"),
            max_connections: 4,
            subscribers,
        };
        Database::connect(options).await.unwrap()
    }

    /// Ends all connections of the service, as a restart of the server does.
    pub(crate) async fn disconnect(&self) {
        let mut admin = PgConnection::connect(&self.admin).await.unwrap();
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(&self.name)
            .execute(&mut admin)
            .await
            .unwrap();
    }

    fn url(&self, kind: &str) -> String {
        let address: sqlx::postgres::PgConnectOptions = self.admin.parse().unwrap();
        let (role, host) = (store::role(SERVICE, kind), address.get_host());
        format!(
            "postgres://{role}:test@{host}:{}/{}",
            address.get_port(),
            self.name
        )
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let admin = self.admin.clone();
        let statement = format!("DROP DATABASE \"{}\" WITH (FORCE)", self.name);
        // The test's own runtime may be gone or busy.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().ok()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&admin).await.ok()?;
                admin.execute(AssertSqlSafe(statement)).await.ok()
            })
        });
        dropped.join().ok();
    }
}
