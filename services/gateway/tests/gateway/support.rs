//! A gateway with everything real but the bus, which is the memory twin.

use axum_test::{TestRequest, TestServer};
use clap::Parser;
use gateway::{App, Config, Live, Parts, Reader, Settings, identity::Identity, requests::Outcomes};
use http::{HeaderValue, header::COOKIE};
use ids::{AccountId, TenantId};
use serde_json::{Value, json};
use sqlx::Connection;
use std::sync::Arc;
use testkit::{TestDatabase, TestSpiceDb};
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "a-setup-token-for-tests";
pub(crate) const PASSWORD: &str = "correct horse battery";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

pub(crate) struct Gateway {
    pub(crate) app: App,
    pub(crate) server: TestServer,
    pub(crate) adapter: seal::KeyRing,
    database: TestDatabase,
    _spicedb: Option<TestSpiceDb>,
    stop: CancellationToken,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Gateway {
    pub(crate) async fn start() -> Self {
        Self::configured(&[]).await
    }

    /// With more of the command line.
    pub(crate) async fn configured(arguments: &[String]) -> Self {
        let spicedb = TestSpiceDb::start();
        let (url, key) = (spicedb.url.clone(), spicedb.key.clone());
        authz::SpiceDb::new(&url, &key)
            .unwrap()
            .write_schema()
            .await
            .unwrap();
        Self::with_spicedb(Some(spicedb), &url, &key, arguments).await
    }

    /// Nobody answers for SpiceDB.
    pub(crate) async fn without_spicedb() -> Self {
        Self::with_spicedb(None, "http://127.0.0.1:1", "nobody", &[]).await
    }

    async fn with_spicedb(
        spicedb: Option<TestSpiceDb>,
        url: &str,
        key: &str,
        arguments: &[String],
    ) -> Self {
        let database = TestDatabase::create("gateway", &gateway::MIGRATIONS).await;
        let line = ["gateway", "--setup-token", TOKEN].map(str::to_owned);
        let config = Cli::parse_from(line.into_iter().chain(arguments.iter().cloned())).config;
        let mut settings = Settings::read(&config).unwrap();
        let adapter = seal::KeyPair::generate();
        settings.keys = Some(seal::KeyPair::generate().into());
        settings
            .public_keys
            .add("adapter-imap", adapter.public().clone());
        settings.hook_timeout = std::time::Duration::from_secs(2);
        settings.recheck_every = std::time::Duration::from_millis(200);
        let stop = CancellationToken::new();
        let app = App::new(Parts {
            settings,
            database: database.open().await,
            reader: Reader::new(&database.reader_url()).unwrap(),
            bus: Arc::new(bus::Memory::new(&gateway::manifest().consumers)),
            authz: Arc::new(authz::SpiceDb::new(url, key).unwrap()),
            replica: "test-1".to_owned(),
            shutdown: stop.clone(),
            outcomes: Outcomes::default(),
            shelf: Some(shelf()),
            hooks: gateway::hooks::Hooks::default(),
            live: Live::default(),
            identity: Identity::new(&config).unwrap(),
        });
        let server = TestServer::new(gateway::router(app.clone()));
        Self {
            app,
            server,
            adapter: adapter.into(),
            database,
            _spicedb: spicedb,
            stop,
        }
    }

    /// Another gateway over the same database, whose bus is silent.
    pub(crate) async fn replica(&self) -> App {
        let config = Cli::parse_from(["gateway", "--setup-token", TOKEN]).config;
        App::new(Parts {
            settings: Settings::read(&config).unwrap(),
            database: self.database.open().await,
            reader: Reader::new(&self.database.reader_url()).unwrap(),
            bus: Arc::new(bus::Memory::new(&gateway::manifest().consumers)),
            authz: Arc::clone(&self.app.authz),
            replica: "test-2".to_owned(),
            shutdown: self.stop.clone(),
            outcomes: Outcomes::default(),
            shelf: Some(shelf()),
            hooks: gateway::hooks::Hooks::default(),
            live: Live::default(),
            identity: Identity::new(&config).unwrap(),
        })
    }

    /// Makes the first account; its cookie.
    pub(crate) async fn first_account(&self) -> HeaderValue {
        let answer = self
            .server
            .post("/api/v1/setup")
            .json(&json!({ "token": TOKEN, "email": "ada@example.org", "name": "Ada", "password": PASSWORD }))
            .await;
        answer.assert_status(http::StatusCode::CREATED);
        cookie(answer.header("set-cookie").to_str().unwrap())
    }

    pub(crate) fn get(&self, path: &str, who: &HeaderValue) -> TestRequest {
        self.server.get(path).add_header(COOKIE, who.clone())
    }

    pub(crate) fn post(&self, path: &str, who: &HeaderValue, body: &Value) -> TestRequest {
        self.server
            .post(path)
            .add_header(COOKIE, who.clone())
            .json(body)
    }

    /// Address of the database for the role that serves people.
    /// Changes the schema, which the service itself may not.
    pub(crate) async fn as_owner(&self, statement: &'static str) {
        let url = self.database.owner_url();
        let mut owner = sqlx::PgConnection::connect(&url).await.unwrap();
        sqlx::query(statement).execute(&mut owner).await.unwrap();
    }

    pub(crate) fn reader_url(&self) -> String {
        self.database.reader_url()
    }

    /// How many events of a type wait in the outbox.
    pub(crate) async fn emitted(&self, event_type: &str) -> Vec<Value> {
        let payloads: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT payload FROM outbox WHERE envelope->>'event_type' = $1 ORDER BY enqueued",
        )
        .bind(event_type)
        .fetch_all(self.app.database.pool())
        .await
        .unwrap();
        payloads
            .iter()
            .map(|payload| serde_json::from_slice(payload).unwrap())
            .collect()
    }
}

/// A place for small files.
fn shelf() -> ::artifacts::Shelf {
    ::artifacts::Shelf {
        artifacts: Arc::new(::artifacts::Memory::default()),
        most_bytes: 1_000_000,
    }
}

/// `name=value` of a Set-Cookie line.
pub(crate) fn cookie(line: &str) -> HeaderValue {
    line.split(';').next().unwrap().parse().unwrap()
}

/// The smallest workflow.
pub(crate) fn document() -> Value {
    json!({
        "name": "Hello",
        "nodes": [
            { "id": "start", "node_type": "trigger.manual" },
            { "id": "say", "node_type": "log", "config": { "message": "hi", "level": "info" } },
        ],
        "edges": [{ "source": "start", "source_port": "out", "destination": "say", "destination_port": "in" }],
    })
}

/// What an account's credentials must have been sealed for.
pub(crate) fn seal_context(account: AccountId, version: u64, host: &str) -> seal::SealContext {
    seal::SealContext {
        tenant: TenantId::default_tenant(),
        account: account.to_string(),
        adapter: "adapter-imap".to_owned(),
        version,
        allowed_hosts: vec![host.to_owned()],
    }
}
