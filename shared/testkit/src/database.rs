//! A database of a test's own, with the roles that the service has in production.

use crate::environment::required;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator,
    postgres::PgConnectOptions,
};
use store::{Passwords, Provision};

/// Password of all roles on the test cluster.
const PASSWORD: &str = "test";

/// A fresh, migrated database. Dropping it drops the database.
pub struct TestDatabase {
    service: String,
    name: String,
    admin: String,
}

impl TestDatabase {
    /// Creates the database of `service` under a name of its own and migrates it as the owner.
    pub async fn create(service: &str, migrator: &'static Migrator) -> Self {
        let database = Self::empty(service, &[]).await;
        store::migrate(service, &database.owner_url(), migrator)
            .await
            .expect("the migrations failed");
        database
    }

    /// As [`TestDatabase::create`], with `PostgreSQL` extensions such as `vector`.
    pub async fn with_extensions(
        service: &str,
        extensions: &[&str],
        migrator: &'static Migrator,
    ) -> Self {
        let database = Self::empty(service, extensions).await;
        store::migrate(service, &database.owner_url(), migrator)
            .await
            .expect("the migrations failed");
        database
    }

    /// Creates the database and its roles without any table.
    pub async fn empty(service: &str, extensions: &[&str]) -> Self {
        let admin = required("ST_TEST_POSTGRES");
        let name = format!(
            "t_{}_{}",
            store::database_of(service),
            ulid::Ulid::generate().to_string().to_lowercase()
        );
        let extensions: Vec<String> = extensions.iter().map(ToString::to_string).collect();
        let passwords = Passwords {
            owner: PASSWORD,
            worker: PASSWORD,
            reader: PASSWORD,
        };
        let wanted = Provision {
            service,
            database: &name,
            reader: true,
            extensions: &extensions,
            passwords,
        };
        store::provision(&admin, &wanted)
            .await
            .expect("could not create a test database");
        Self {
            service: service.to_owned(),
            name,
            admin,
        }
    }

    /// Address for the role that migrates.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.url_of("owner")
    }

    /// Address for the role of consumers, projections and the relay.
    #[must_use]
    pub fn worker_url(&self) -> String {
        self.url_of("worker")
    }

    /// Address for the role that serves people.
    #[must_use]
    pub fn reader_url(&self) -> String {
        self.url_of("reader")
    }

    /// A worker's [`store::Database`] without subscribers: outbox rows leave once they are published.
    pub async fn open(&self) -> store::Database {
        self.open_with(store::Subscribers::new()).await
    }

    /// A worker's [`store::Database`] whose outbox rows wait for these consumers.
    pub async fn open_with(&self, subscribers: store::Subscribers) -> store::Database {
        let options = store::DatabaseOptions {
            service: self.service.clone(),
            url: self.worker_url(),
            max_connections: 8,
            subscribers,
        };
        store::Database::connect(options)
            .await
            .expect("could not connect to a test database")
    }

    fn url_of(&self, kind: &str) -> String {
        let address: PgConnectOptions = self.admin.parse().expect("ST_TEST_POSTGRES is no address");
        let role = store::role(&self.service, kind);
        format!(
            "postgres://{role}:{PASSWORD}@{}:{}/{}",
            address.get_host(),
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
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&admin).await.ok()?;
                connection.execute(AssertSqlSafe(statement)).await.ok()
            })
        });
        dropped.join().ok();
    }
}
