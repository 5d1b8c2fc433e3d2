//! The life of the engine: consumers of requests, lanes of runs, ownership of shards.

use crate::{
    backtest::Backtests,
    children::Children,
    lane::{Command, Lane},
    matching::Matching,
    ownership::Ownership,
    pace::{Bell, Pace},
    retention,
    seen::Seen,
    workflows::Workflows,
};
use artifacts::{FileOptions, Shelf};
use bus::Bus;
use chassis::{Boot, Health};
use events::{
    ApprovalRulesRequested, BacktestRequested, ChildRunRequested, EmailReceived, Event,
    MessageReceived, RememberRequested, RetentionRequested, RunProjected, ScheduleFired,
    TriggerSwitchRequested, WorkflowDeleteRequested, WorkflowFailed, WorkflowPublishRequested,
    WorkflowSaveRequested,
};
use futures::StreamExt;
use std::{sync::Arc, time::Duration};
use store::{Database, Router};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Options of the engine.
#[derive(clap::Args, Clone)]
pub struct Config {
    /// Writers of runs, each with a database connection of its own and a share of the shards.
    #[arg(long, env = "ENGINE_LANES", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub lanes: u8,
    /// Seconds after which a run that only waits leaves memory, until its time comes or an input for it does.
    #[arg(long, env = "ENGINE_PARK_AFTER_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..=86_400))]
    pub park_after_seconds: u32,
    /// Days for which runs are kept where neither workflow nor tenant says otherwise; the gateway is told the same.
    #[arg(long, env = "RUN_RETENTION_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub run_retention_days: u32,
    /// Where inputs lie that are too large for an event.
    #[command(flatten)]
    pub files: FileOptions,
}

/// Commands that may wait for a lane.
const QUEUE: usize = 64;

/// Starts the engine.
///
/// # Errors
/// Only for a configuration that cannot work.
pub async fn start(boot: Boot<Config>) -> anyhow::Result<()> {
    let (database, bus) = boot.connect().await?;
    let shelf = boot.config.files.shelf()?;
    let requests = Router::new(Arc::new(Workflows))
        .on::<WorkflowSaveRequested>()
        .on::<WorkflowPublishRequested>()
        .on::<WorkflowDeleteRequested>()
        .on::<TriggerSwitchRequested>()
        .on::<RetentionRequested>()
        .on::<ApprovalRulesRequested>();
    boot.consume(&database, &bus, "workflows", requests);
    let authz = boot.authz()?;
    let bell = Bell::default();
    let matching = Matching {
        bell: bell.clone(),
        authz: Arc::clone(&authz),
    };
    let occasions = Router::new(Arc::new(matching))
        .on::<ScheduleFired>()
        .on::<EmailReceived>()
        .on::<MessageReceived>()
        .on::<WorkflowFailed>();
    boot.consume(&database, &bus, "matching", occasions);
    let children = Router::new(Arc::new(Children { authz })).on::<ChildRunRequested>();
    boot.consume(&database, &bus, "children", children);
    let seen = Router::new(Arc::new(Seen)).on::<RememberRequested>();
    boot.consume(&database, &bus, "memory", seen);
    let backtests = Router::new(Arc::new(Backtests {
        shelf: shelf.clone(),
    }))
    .on::<BacktestRequested>();
    boot.consume(&database, &bus, "backtests", backtests);
    let engine = Engine {
        database,
        bus,
        bell,
        shelf,
        health: boot.health.clone(),
        lanes: usize::from(boot.config.lanes),
        park_after: Duration::from_secs(u64::from(boot.config.park_after_seconds)),
        keep_days: boot.config.run_retention_days,
        stop: boot.shutdown.clone(),
    };
    boot.tasks.spawn("runs", engine.run());
    Ok(())
}

/// The part of the engine that executes runs.
pub struct Engine {
    pub database: Database,
    pub bus: Bus,
    pub bell: Bell,
    /// Where files lie, if there is a place for them.
    pub shelf: Option<Shelf>,
    pub health: Health,
    pub lanes: usize,
    /// A run that waits longer leaves memory.
    pub park_after: Duration,
    /// Days for which runs are kept where nobody says otherwise.
    pub keep_days: u32,
    pub stop: CancellationToken,
}

impl Engine {
    /// Owns shards and executes their runs until told to stop; then finishes what is at hand.
    ///
    /// # Panics
    /// When a part of it panics: memory may be wrong then, the log is not.
    pub async fn run(self) {
        let (lost_shards, lost) = mpsc::unbounded_channel();
        let mut parts = JoinSet::new();
        let mut lanes = Vec::new();
        while lanes.len() < self.lanes.max(1) {
            let (commands, queue) = mpsc::channel(QUEUE);
            let opened = Lane::open(
                self.database.clone(),
                Arc::clone(&self.bus),
                commands.downgrade(),
                lost_shards.clone(),
                self.park_after,
                self.bell.clone(),
                self.shelf.clone(),
            );
            match opened.await {
                Ok((lane, publishing)) => {
                    parts.spawn(lane.run(queue));
                    parts.spawn(publishing);
                    lanes.push(commands);
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "lane has no database yet"
                    );
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
            if self.stop.is_cancelled() {
                return;
            }
        }
        parts.spawn(hear_projections(
            Arc::clone(&self.bus),
            lanes.clone(),
            self.stop.clone(),
        ));
        parts.spawn(retention::run(
            self.database.clone(),
            self.keep_days,
            self.stop.clone(),
        ));
        let pace = Pace {
            database: self.database.clone(),
            bus: Arc::clone(&self.bus),
            bell: self.bell,
            stop: self.stop.clone(),
        };
        parts.spawn(pace.run());
        let ownership = Ownership {
            database: self.database,
            lanes,
            lost,
            health: self.health,
            stop: self.stop,
        };
        parts.spawn(ownership.run());
        while let Some(ended) = parts.join_next().await {
            if let Err(error) = ended
                && let Ok(panic) = error.try_into_panic()
            {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// Listens how far consumers have applied the log.
async fn hear_projections(bus: Bus, lanes: Vec<mpsc::Sender<Command>>, stop: CancellationToken) {
    let subject = format!("{}.>", RunProjected::TYPE);
    while !stop.is_cancelled() {
        let taps = match bus.subscribe(&subject).await {
            Ok(taps) => taps,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot listen yet"
                );
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let mut taps = taps.take_until(Box::pin(stop.cancelled()));
        while let Some(tap) = taps.next().await {
            let Ok(projected) = serde_json::from_slice::<RunProjected>(&tap.payload) else {
                tracing::warn!(subject = tap.subject, "unreadable progress of a consumer");
                continue;
            };
            for lane in &lanes {
                // A lane that is gone needs no news.
                let _ = lane
                    .send(Command::Projected(projected.positions.clone()))
                    .await;
            }
        }
    }
}
