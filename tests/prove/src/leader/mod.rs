//! One leader of the schedules: of three schedulers, whichever leads is killed, or frozen beyond its lease.

mod evidence;
mod harass;

use crate::{Options, Statement, until::until};
use evidence::Evidence;
use fleet_tests::{Api, Fleet};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// How long a leader may be silent.
const LEASE: Duration = Duration::from_secs(2);
/// How late a due time counts as missed. Shorter than the lease, so that each change of leaders leaves some to the policies.
const LATE: Duration = Duration::from_secs(1);
/// The missed-run policies.
const POLICIES: [&str; 3] = ["all", "once", "skip"];
const MINUTES: f64 = 1.0;
/// How long due times may take to be decided and run; what is not by then is a finding.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs schedules of every second under each policy while leaders come and go.
pub async fn prove(options: Options) -> Vec<Statement> {
    let mut wanted = options.fleet();
    wanted.replicas.push(("scheduler".to_owned(), 3));
    wanted.env.extend([
        (
            "SCHEDULER_LEASE_SECONDS".to_owned(),
            LEASE.as_secs().to_string(),
        ),
        (
            "SCHEDULER_LATE_SECONDS".to_owned(),
            LATE.as_secs().to_string(),
        ),
    ]);
    let fleet = Fleet::start(&wanted);
    let missed = evidence::hear_missed(fleet.administrator_bus().await).await;
    let api = fleet.first_account().await;
    for policy in POLICIES {
        tick_every_second(&api, policy).await;
    }
    let time = Duration::from_secs_f64(60.0 * options.minutes.unwrap_or(MINUTES));
    let harassed = harass::leaders(&fleet, options.seed, time).await;
    let patience = options.patience.unwrap_or(PATIENCE);
    until(Instant::now() + patience, async || fleet.is_ready()).await;
    let end = chrono::Utc::now();
    until(Instant::now() + patience, async || {
        let evidence = Evidence::gather(&fleet, &missed, end).await;
        evidence.is_ok_and(|evidence| evidence.is_complete())
    })
    .await;
    let mut statements = vec![harassed.statement()];
    match Evidence::gather(&fleet, &missed, end).await {
        Ok(evidence) => statements.extend(evidence.statements()),
        Err(error) => statements.push(Statement::fails("evidence", format!("{error:#}"))),
    }
    statements
}

async fn tick_every_second(api: &Api, policy: &str) {
    let document = json!({
        "name": policy,
        "nodes": [
            { "id": "tick", "node_type": "trigger.schedule",
              "config": { "cron": "* * * * * *", "timezone": "Europe/Oslo", "missed": policy } },
            { "id": "note", "node_type": "log", "config": { "message": "{{ input.due_at }}", "level": "info" } },
        ],
        "edges": [{ "source": "tick", "source_port": "out", "destination": "note", "destination_port": "in" }],
    });
    api.publish(&document).await;
}
