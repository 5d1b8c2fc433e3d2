//! The fleet under measurement, and ways to look into it.

use crate::{
    cpu::{self, Seconds},
    documents,
    load::{Load, What},
    report::Measured,
};
use fleet_tests::{Api, Fleet, Options};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Servers that are not ours.
const SERVERS: [&str; 3] = ["postgres", "nats", "spicedb"];
/// How long a fleet may take to come to rest.
const REST: Duration = Duration::from_secs(60);

pub(crate) struct Scene {
    pub(crate) fleet: Fleet,
    pub(crate) api: Api,
    /// Length of a window at the highest rate.
    pub(crate) window: Duration,
}

impl Scene {
    /// A new fleet with one account.
    pub(crate) async fn set(seconds: u64, options: &Options) -> Self {
        let fleet = Fleet::start(options);
        let api = fleet.first_account().await;
        Self {
            fleet,
            api,
            window: Duration::from_secs(seconds),
        }
    }

    /// Every program and its process.
    pub(crate) fn programs(&self) -> Vec<(String, i32)> {
        let names = self.fleet.programs().into_iter();
        names
            .filter_map(|name| Some((name.clone(), self.fleet.pid(&name)?)))
            .collect()
    }

    /// Memory of our programs and of the broker, in MiB.
    pub(crate) fn memory(&self) -> BTreeMap<String, f64> {
        let mut programs = self.programs();
        programs.retain(|(name, _)| name != "postgres" && name != "spicedb");
        let mib = |pid: i32| cpu::memory(pid) as f64 / f64::from(1_u32 << 20);
        let all = programs.into_iter();
        all.map(|(name, pid)| (name, mib(pid))).collect()
    }

    /// Those of them that are ours.
    pub(crate) fn ours(&self) -> Vec<(String, i32)> {
        let mut programs = self.programs();
        programs.retain(|(name, _)| !SERVERS.contains(&name.as_str()));
        programs
    }

    pub(crate) fn cpu(&self) -> Seconds {
        cpu::seconds(&self.programs())
    }

    pub(crate) fn database_url(&self, database: &str) -> String {
        self.fleet.database_url(database)
    }

    /// Statements, as the superuser.
    pub(crate) async fn execute(&self, database: &str, statements: &str) {
        let mut conn = self.connect(database).await;
        conn.execute(AssertSqlSafe(statements)).await.unwrap();
    }

    /// One number.
    pub(crate) async fn number(&self, database: &str, query: &str) -> i64 {
        let mut conn = self.connect(database).await;
        let number: Option<i64> = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(&mut conn)
            .await
            .unwrap();
        number.unwrap_or_default()
    }

    /// One text.
    pub(crate) async fn text(&self, database: &str, query: &str) -> String {
        let mut conn = self.connect(database).await;
        sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(&mut conn)
            .await
            .unwrap()
    }

    /// What the broker says it is when one connects.
    pub(crate) fn nats_version(&self) -> String {
        let url = self.fleet.nats_url();
        let stream = TcpStream::connect(url.trim_start_matches("nats://")).unwrap();
        let mut hello = String::new();
        BufReader::new(stream).read_line(&mut hello).unwrap();
        let hello: Value = serde_json::from_str(hello.trim_start_matches("INFO ")).unwrap();
        hello["version"].as_str().unwrap_or_default().to_owned()
    }

    async fn connect(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.database_url(database))
            .await
            .expect("PostgreSQL does not answer")
    }

    /// Where the gateway listens.
    pub(crate) fn gateway(&self) -> SocketAddr {
        let port = self.api.base().rsplit(':').next().unwrap().parse().unwrap();
        ([127, 0, 0, 1], port).into()
    }

    /// Publishes a workflow and waits for its webhook; its id and how to call it.
    pub(crate) async fn published(&self, document: &Value) -> (String, Load) {
        self.published_for(document, documents::body()).await
    }

    /// As [`Scene::published`], for calls with another body.
    pub(crate) async fn published_for(&self, document: &Value, body: String) -> (String, Load) {
        let path = document["nodes"][0]["config"]["path"].as_str().unwrap();
        let id = self.api.publish(document).await;
        let what = What::Post {
            path: format!("/hooks/{path}"),
            body: body.into(),
        };
        let load = self.load(what);
        let began = Instant::now();
        while load.closed(1, Duration::from_millis(1)).await.errors > 0 {
            assert!(began.elapsed() < REST, "{path} does not answer");
            sleep(Duration::from_millis(100)).await;
        }
        (id, load)
    }

    /// How to ask the gateway for this.
    pub(crate) fn load(&self, what: What) -> Load {
        Load {
            to: self.gateway(),
            what,
        }
    }

    /// How to read a resource as the first account.
    pub(crate) fn reading(&self, path: String) -> Load {
        let key = self.api.key().to_owned();
        self.load(What::Get { path, key })
    }

    /// Waits until everything that has happened is in the read model.
    pub(crate) async fn rest(&self) {
        let began = Instant::now();
        loop {
            let logged = self
                .number("engine", "SELECT sum(pos)::bigint FROM shards")
                .await;
            let read = self
                .number("gateway", "SELECT sum(pos)::bigint FROM shard_positions")
                .await;
            if logged == read {
                return;
            }
            assert!(
                began.elapsed() < REST,
                "the read model is at {read}, the log at {logged}"
            );
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Memory and processor of our programs while nothing happens.
pub(crate) async fn idle(scene: &Scene) -> Measured {
    sleep(Duration::from_secs(5)).await;
    let ours = scene.ours();
    let (before, began) = (cpu::seconds(&ours), Instant::now());
    sleep(scene.window).await;
    let used: f64 = cpu::between(&before, &cpu::seconds(&ours)).values().sum();
    let programs = scene.memory();
    Measured {
        workload: "idle",
        figures: [
            ("MiB with the broker", programs.values().sum()),
            ("processor %", used / began.elapsed().as_secs_f64() * 100.0),
        ]
        .into(),
        programs,
        ..Measured::default()
    }
}
