//! Kills and freezes whoever leads.

use super::LEASE;
use crate::Statement;
use fleet_tests::Fleet;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};

/// What was done, and how long the schedules were without a leader.
#[derive(Default)]
pub(super) struct Harassed {
    kills: u32,
    freezes: u32,
    epochs: i64,
    slowest: Duration,
    /// A leader that was not replaced in time.
    stuck: Vec<String>,
}

/// A lease, the end of a transaction in which a leader froze, and what a busy machine needs.
const LIMIT: Duration = LEASE
    .saturating_mul(2)
    .saturating_add(Duration::from_secs(8));

/// Harasses leaders for `time`; nobody is frozen when it returns.
pub(super) async fn leaders(fleet: &Fleet, seed: u64, time: Duration) -> Harassed {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut done = Harassed::default();
    let until = Instant::now() + time;
    let first = lead(fleet).await.map_or(0, |(epoch, _)| epoch);
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(rng.random_range(200..4_000))).await;
        let Some((epoch, Some(leader))) = lead(fleet).await else {
            continue;
        };
        let since = Instant::now();
        let freezes = rng.random_bool(0.6);
        let signal = if freezes { "STOP" } else { "KILL" };
        if !fleet.signal(&leader, signal) {
            continue;
        }
        let replaced = replaced(fleet, epoch).await;
        if !replaced {
            let secs = LIMIT.as_secs();
            done.stuck.push(format!(
                "{leader} was not replaced within {secs} s after {signal}"
            ));
        }
        done.slowest = done.slowest.max(since.elapsed());
        if freezes {
            done.freezes += 1;
            // It wakes up when another has long led, or just begins to.
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..2_000))).await;
            fleet.signal(&leader, "CONT");
        } else {
            done.kills += 1;
        }
    }
    done.epochs = lead(fleet).await.map_or(first, |(epoch, _)| epoch) - first;
    done
}

impl Harassed {
    pub(super) fn statement(&self) -> Statement {
        let Self {
            kills,
            freezes,
            epochs,
            slowest,
            stuck,
        } = self;
        let figure = format!(
            "{kills} leaders killed, {freezes} frozen beyond the lease, {epochs} took over, {:.1} s at most",
            slowest.as_secs_f64()
        );
        let mut found = stuck.clone();
        if kills + freezes == 0 {
            found.push("no leader was found".to_owned());
        }
        Statement::of("leader-is-replaced", figure, &found)
    }
}

async fn replaced(fleet: &Fleet, epoch: i64) -> bool {
    let since = Instant::now();
    while since.elapsed() < LIMIT {
        if lead(fleet).await.is_some_and(|(now, _)| now > epoch) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// The epoch, and the program that leads under it if it is one of the fleet's.
async fn lead(fleet: &Fleet) -> Option<(i64, Option<String>)> {
    let url = fleet.secret("scheduler", "database.url")?;
    let mut conn = PgConnection::connect(&url).await.ok()?;
    let (epoch, holder): (i64, String) = sqlx::query_as("SELECT epoch, holder FROM leader")
        .fetch_one(&mut conn)
        .await
        .ok()?;
    // A replica is named after host and process.
    let pid: Option<i32> = holder.rsplit('-').next().and_then(|pid| pid.parse().ok());
    let programs = fleet.programs().into_iter();
    let mut schedulers = programs.filter(|name| name.starts_with("scheduler"));
    let leader = schedulers.find(|name| pid.is_some() && fleet.pid(name) == pid);
    Some((epoch, leader))
}
