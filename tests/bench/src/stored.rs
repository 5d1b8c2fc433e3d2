//! A million finished runs: how fast they are listed and opened, and what dropping a day of them does.

use crate::{
    documents,
    load::{Load, Seen},
    report::Measured,
    runs::{self, Window},
    scene::Scene,
};
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant};

/// Days of runs, and how many each has.
const DAYS: u32 = 10;
const PER_DAY: u32 = 100_000;
/// Of the highest rate of a1.
const SHARE: f64 = 0.3;
/// Readings per second of each kind, one reader each.
const READS: f64 = 20.0;

pub(crate) async fn measure(scene: &Scene) -> Measured {
    let (id, load) = scene.published(&documents::answered("d")).await;
    let connections = runs::best(scene, &load).await;
    let alone = Window::closed(scene, &load, connections, scene.window).await;
    let began = Instant::now();
    fill(scene, &id).await;
    eprintln!("d: filled in {} s", began.elapsed().as_secs());
    let filled = Window::closed(scene, &load, connections, scene.window).await;
    let rate = filled.rate() * SHARE;
    let before = load.constant(rate, connections, scene.window).await;
    let reading = read_beside(scene, &load, rate, connections, &id).await;
    let (dropping, took) = drop_beside(scene, &load, rate, connections).await;
    for seen in [
        &before,
        &reading.runs,
        &reading.lists,
        &reading.opens,
        &dropping,
    ] {
        runs::complain("d", seen);
    }
    Measured {
        workload: "d",
        rate: Some(rate),
        errors: Some(before.errors + reading.lists.errors + reading.opens.errors + dropping.errors),
        figures: [
            ("list p99 ms", reading.lists.quantile_ms(0.99)),
            ("open p99 ms", reading.opens.quantile_ms(0.99)),
            ("a1 p99 ms", before.quantile_ms(0.99)),
            ("a1 p99 ms beside a drop", dropping.quantile_ms(0.99)),
            (
                "growth of p99 beside a drop",
                dropping.quantile_ms(0.99) / before.quantile_ms(0.99),
            ),
            ("s to drop a day", took.as_secs_f64()),
            (
                "growth of a1's CPU",
                filled.cpu_s_per_1000() / alone.cpu_s_per_1000(),
            ),
            ("bytes per run", bytes_per_run(scene).await),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Copies of one finished run of the workflow, as if they had been made on the days before today.
async fn fill(scene: &Scene, workflow: &str) {
    let workflow = workflow.parse::<ids::WorkflowId>().unwrap().uuid();
    for (database, floor, partitions, log) in [
        (
            "gateway",
            "ulid_floor",
            "ensure_run_partitions",
            "run_frames",
        ),
        (
            "engine",
            "first_run_id",
            "create_run_partitions",
            "run_events",
        ),
    ] {
        let run = scene
            .text(
                database,
                &format!("SELECT run_id::text FROM runs WHERE workflow_id = '{workflow}' AND status = 'completed' LIMIT 1"),
            )
            .await;
        scene
            .execute(
                database,
                &format!("SELECT {partitions}(current_date - {DAYS}, {DAYS} - 1)"),
            )
            .await;
        for table in ["runs", log] {
            let columns = scene
                .text(
                    database,
                    &format!(
                        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                         WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'run_id'"
                    ),
                )
                .await;
            // The same ids in both tables: what is random in them comes from the number.
            scene
                .execute(
                    database,
                    &format!(
                        "INSERT INTO {table} (run_id, {columns})
                         SELECT (left(replace({floor}(current_date - day)::text, '-', ''), 12)
                             || left(md5(day || '/' || number), 20))::uuid, {columns}
                         FROM generate_series(1, {DAYS}) AS day, generate_series(1, {PER_DAY}) AS number,
                             LATERAL (SELECT * FROM {table} WHERE run_id = '{run}') AS one;
                         ANALYZE {table}"
                    ),
                )
                .await;
        }
    }
    scene.execute("postgres", "CHECKPOINT").await;
}

struct Reading {
    runs: Seen,
    lists: Seen,
    opens: Seen,
}

async fn read_beside(
    scene: &Scene,
    load: &Load,
    rate: f64,
    connections: usize,
    workflow: &str,
) -> Reading {
    let day = chrono::Utc::now().date_naive() - chrono::Days::new(5);
    let time = format!("since={day}T00:00:00Z&until={day}T23:00:00Z");
    let list = scene.reading(format!(
        "/api/v1/runs?workflow_id={workflow}&status=completed&{time}&limit=50"
    ));
    let page = scene
        .api
        .get(&format!(
            "/api/v1/runs?workflow_id={workflow}&{time}&limit=1"
        ))
        .await;
    let run = page["items"][0]["id"].as_str().expect("a stored run");
    let open = scene.reading(format!("/api/v1/runs/{run}"));
    let mut all = JoinSet::new();
    for (kind, load, rate, connections) in [
        (0, load.clone(), rate, connections),
        (1, list, READS, 1),
        (2, open, READS, 1),
    ] {
        let time = scene.window;
        all.spawn(async move { (kind, load.constant(rate, connections, time).await) });
    }
    let mut seen = all.join_all().await;
    seen.sort_by_key(|(kind, _)| *kind);
    let mut seen = seen.into_iter().map(|(_, seen)| seen);
    let mut next = || seen.next().unwrap();
    Reading {
        runs: next(),
        lists: next(),
        opens: next(),
    }
}

/// Drops the oldest day in the middle of a window.
async fn drop_beside(
    scene: &Scene,
    load: &Load,
    rate: f64,
    connections: usize,
) -> (Seen, Duration) {
    let (load, time) = (load.clone(), scene.window);
    let loading = tokio::spawn(async move { load.constant(rate, connections, time).await });
    tokio::time::sleep(scene.window / 3).await;
    let began = Instant::now();
    for database in ["gateway", "engine"] {
        let statements = format!(
            "UPDATE retention SET kept_from = kept_from(current_date, {DAYS} - 1) WHERE tenant_id = '*';
             SELECT retire_runs()"
        );
        scene.execute(database, &statements).await;
    }
    let took = began.elapsed();
    (loading.await.unwrap(), took)
}

/// Of both databases, indexes included.
async fn bytes_per_run(scene: &Scene) -> f64 {
    let mut bytes = 0;
    for (database, tables) in [
        ("gateway", "runs|run_frames"),
        ("engine", "runs|run_events"),
    ] {
        let of_one_day = format!(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
             WHERE relkind = 'r' AND relname ~ ('^({tables})_' || to_char(current_date - 5, 'YYYYMMDD') || '$')"
        );
        bytes += scene.number(database, &of_one_day).await;
    }
    bytes as f64 / f64::from(PER_DAY)
}
