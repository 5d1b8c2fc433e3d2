//! The fleet under measurement, and ways to look into it.

use crate::{
    cpu::{self, Seconds},
    documents,
    load::Load,
    report::Measured,
};
use fleet_tests::{Api, Fleet, Options};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::Duration;
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
    pub(crate) async fn set(seconds: u64) -> Self {
        let fleet = Fleet::start(&Options::default());
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

    pub(crate) fn cpu(&self) -> Seconds {
        cpu::seconds(&self.programs())
    }

    pub(crate) fn database_url(&self, database: &str) -> String {
        self.fleet.database_url(database)
    }

    pub(crate) async fn execute(&self, statements: &'static str) {
        let mut conn = self.connect("postgres").await;
        conn.execute(statements).await.unwrap();
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

    async fn connect(&self, database: &str) -> PgConnection {
        PgConnection::connect(&self.database_url(database))
            .await
            .expect("PostgreSQL does not answer")
    }

    /// Publishes a workflow and waits for its webhook; its id and how to call it.
    pub(crate) async fn published(&self, document: &Value) -> (String, Load) {
        let path = document["nodes"][0]["config"]["path"].as_str().unwrap();
        let path: &'static str = format!("/hooks/{path}").leak();
        let id = self.api.publish(document).await;
        let port = self.api.base().rsplit(':').next().unwrap().parse().unwrap();
        let load = Load {
            to: ([127, 0, 0, 1], port).into(),
            path,
            body: documents::body().into(),
        };
        let began = Instant::now();
        while load.closed(1, Duration::from_millis(1)).await.errors > 0 {
            assert!(began.elapsed() < REST, "{path} does not answer");
            sleep(Duration::from_millis(100)).await;
        }
        (id, load)
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
    let ours: Vec<_> = scene
        .programs()
        .into_iter()
        .filter(|(name, _)| !SERVERS.contains(&name.as_str()))
        .collect();
    let (before, began) = (cpu::seconds(&ours), Instant::now());
    sleep(scene.window).await;
    let used: f64 = cpu::between(&before, &cpu::seconds(&ours)).values().sum();
    let mib = |pid: i32| cpu::resident(pid) as f64 / f64::from(1_u32 << 20);
    let programs: std::collections::BTreeMap<_, _> = ours
        .iter()
        .map(|(name, pid)| (name.clone(), mib(*pid)))
        .collect();
    Measured {
        workload: "idle",
        resident_mib: Some(programs.values().sum()),
        cpu_percent: Some(used / began.elapsed().as_secs_f64() * 100.0),
        programs,
        ..Measured::default()
    }
}
