//! The yardstick: single-row commits by PostgreSQL's own `pgbench`, in the same cluster, in the same run.

use crate::{cpu, scene::Scene};
use std::{collections::BTreeMap, io::Write, process::Command, time::Instant};

const CLIENTS: u32 = 16;
const SECONDS: &str = "8";
/// 300 bytes a row, as much as a short run's log.
const SCRIPT: &str = "INSERT INTO yardstick (body) VALUES (repeat('x', 300));\n";

pub(crate) struct Yardstick {
    /// Commits per second.
    pub(crate) rate: f64,
    /// Of PostgreSQL and `pgbench`.
    pub(crate) cpu_s_per_1000: f64,
    pub(crate) programs: BTreeMap<String, f64>,
}

impl Yardstick {
    /// Milliseconds that one of its clients waits for a commit.
    pub(crate) fn mean_ms(&self) -> f64 {
        f64::from(CLIENTS) * 1_000.0 / self.rate
    }
}

/// Measures it while nothing else happens.
pub(crate) async fn measure(scene: &Scene) -> Yardstick {
    let table = "DROP TABLE IF EXISTS yardstick; CREATE TABLE yardstick (id bigserial PRIMARY KEY, body text NOT NULL)";
    scene.execute("postgres", table).await;
    let mut script = tempfile::NamedTempFile::new().unwrap();
    script.write_all(SCRIPT.as_bytes()).unwrap();
    let postgres = scene
        .programs()
        .into_iter()
        .filter(|(name, _)| name == "postgres")
        .collect::<Vec<_>>();
    let program =
        std::env::var("ST_PGBENCH").expect("ST_PGBENCH is not set: run `cargo xtask bench`");
    let mut pgbench = Command::new(program);
    pgbench
        .args(["-n", "-M", "prepared", "-j", "2", "-T", SECONDS, "-c"])
        .arg(CLIENTS.to_string())
        .arg("-f")
        .arg(script.path())
        .arg(scene.database_url("postgres"));
    let (before, own_before, began) = (cpu::seconds(&postgres), own(), Instant::now());
    let output = tokio::task::spawn_blocking(move || pgbench.output())
        .await
        .unwrap()
        .expect("pgbench does not start");
    let took = began.elapsed().as_secs_f64();
    let used = cpu::between(&before, &cpu::seconds(&postgres));
    assert!(
        output.status.success(),
        "pgbench failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let commits =
        processed(&text).unwrap_or_else(|| panic!("pgbench does not say how many: {text}"));
    let rate = tps(&text).unwrap_or(commits / took);
    let per_1000 = |seconds: f64| seconds * 1_000.0 / commits;
    let programs = BTreeMap::from([
        ("postgres".to_owned(), per_1000(used["postgres"])),
        ("pgbench".to_owned(), per_1000(own() - own_before)),
    ]);
    scene.execute("postgres", "DROP TABLE yardstick").await;
    Yardstick {
        rate,
        cpu_s_per_1000: programs.values().sum(),
        programs,
    }
}

/// Processor time of our own children so far.
fn own() -> f64 {
    let me = i32::try_from(std::process::id()).unwrap();
    cpu::seconds(&[("me".to_owned(), me)])["me"]
}

fn processed(text: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("number of transactions actually processed: "))?;
    line.split('/').next()?.trim().parse().ok()
}

fn tps(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}
