//! The bus loses everything that it has stored, three times: under load, with much that nobody has taken yet, and after it
//! was away for a while. What was accepted is published again from outboxes and the run log.

use super::{Scene, nemesis, recovery, start, store};
use crate::{Options, Statement, until::until};
use anyhow::Result;
use fleet_tests::Fleet;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long the load runs when nobody says.
const MINUTES: f64 = 1.0;
/// Who takes from the bus, and how long each stands still before the next one does too: the one that accepts comes last.
const CONSUMERS: [(&str, Duration); 3] = [
    ("adapter-http", Duration::from_secs(3)),
    ("engine", Duration::from_secs(5)),
    ("gateway", Duration::from_secs(1)),
];
/// How long the bus is away.
const AWAY: Duration = Duration::from_secs(8);

/// How the store is lost.
#[derive(Debug, Clone, Copy)]
enum Loss {
    UnderLoad,
    WithMuchOpen,
    WhileAway,
}

/// Loads a fleet, lets its bus forget three times, heals and checks it.
pub async fn prove(options: Options) -> Vec<Statement> {
    let patience = options.patience.unwrap_or(recovery::LIMIT);
    let time = Duration::from_secs_f64(options.minutes.unwrap_or(MINUTES) * 60.0);
    let scene = Scene::set(start(options.fleet())).await;
    let mut back = Vec::new();
    let mut figures = Vec::new();
    for loss in [Loss::UnderLoad, Loss::WithMuchOpen, Loss::WhileAway] {
        sleep(time / 3).await;
        match lose(&scene.fleet, loss, patience).await {
            Ok((figure, missing)) => {
                figures.push(figure);
                back.extend(missing);
            }
            Err(error) => back.push(format!("{loss:?}: {error:#}")),
        }
    }
    let (_, mut statements) = scene.verdict(patience).await;
    statements.push(Statement::of(
        "open-events-come-back",
        figures.join("; "),
        &back,
    ));
    statements
}

/// Loses the store once: what was open then and how soon it was not, and what still is.
async fn lose(fleet: &Fleet, loss: Loss, patience: Duration) -> Result<(String, Option<String>)> {
    match loss {
        Loss::UnderLoad => {}
        Loss::WithMuchOpen => {
            for (consumer, still) in CONSUMERS {
                signal(fleet, consumer, "STOP");
                sleep(still).await;
            }
        }
        Loss::WhileAway => {
            nemesis::told(fleet, "freeze nats");
            fleet.signal("nats", "STOP");
            sleep(AWAY).await;
        }
    }
    let open = Open::now(fleet).await?;
    nemesis::forget_the_bus(fleet);
    for (consumer, _) in CONSUMERS {
        signal(fleet, consumer, "CONT");
    }
    let lost_at = Instant::now();
    nemesis::provisioned(fleet).await;
    until(lost_at + patience, async || {
        open.left(fleet).await.is_ok_and(|left| left == 0)
    })
    .await;
    let (all, left) = (open.count(), open.left(fleet).await?);
    let took = lost_at.elapsed().as_secs_f64();
    let missing = (left > 0).then(|| format!("{loss:?}: {left} of {all} events are still open"));
    Ok((
        format!("{loss:?}: {all} open, back in {took:.1} s"),
        missing,
    ))
}

/// To every replica of a service.
fn signal(fleet: &Fleet, service: &str, signal: &str) {
    let all = fleet.programs().into_iter();
    for program in all.filter(|program| program.starts_with(service)) {
        fleet.signal(&program, signal);
    }
}

/// What somebody has still to take from the bus.
struct Open {
    /// Rows of outboxes that a consumer has not confirmed.
    rows: BTreeSet<String>,
    /// How far each shard's log went, where its reader was behind.
    frames: BTreeMap<i16, i64>,
    behind: i64,
}

impl Open {
    async fn now(fleet: &Fleet) -> Result<Self> {
        let rows = store::waiting(fleet).await?;
        let (written, applied) = positions(fleet).await?;
        let behind = |shard: &i16, end: &i64| end - applied.get(shard).copied().unwrap_or_default();
        Ok(Self {
            rows: rows.into_iter().map(|row| row.event).collect(),
            behind: written.iter().map(|(shard, end)| behind(shard, end)).sum(),
            frames: written,
        })
    }

    fn count(&self) -> i64 {
        self.behind + i64::try_from(self.rows.len()).unwrap_or(i64::MAX)
    }

    async fn left(&self, fleet: &Fleet) -> Result<i64> {
        let rows = store::waiting(fleet).await?;
        let rows = rows.iter().filter(|row| self.rows.contains(&row.event));
        let rows = i64::try_from(rows.count())?;
        let (_, applied) = positions(fleet).await?;
        let behind = self.frames.iter().map(|(shard, end)| {
            let applied = applied.get(shard).copied().unwrap_or_default();
            (end - applied).max(0)
        });
        Ok(rows + behind.sum::<i64>())
    }
}

/// How far the log of each shard goes, and how far its reader is.
async fn positions(fleet: &Fleet) -> Result<(BTreeMap<i16, i64>, BTreeMap<i16, i64>)> {
    let mut engine = store::connect(fleet, "engine").await?;
    let mut gateway = store::connect(fleet, "gateway").await?;
    let written = store::positions(&mut engine, store::WRITTEN).await?;
    let applied = store::positions(&mut gateway, store::APPLIED).await?;
    Ok((written, applied))
}
