//! I4: once the faults are over, everything comes to its end by itself, and soon.

use super::{load::Load, store};
use crate::{Statement, until::until};
use anyhow::Result;
use fleet_tests::Fleet;
use std::time::Duration;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

/// How long healing may take when nobody says.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Waits until the fleet has healed, stops the load, and waits until nothing is left to do.
pub(super) async fn recover(
    fleet: &Fleet,
    load: &Load,
    stop: &CancellationToken,
    loading: JoinHandle<()>,
    limit: Duration,
) -> Vec<Statement> {
    let since = Instant::now();
    let within = |what: &'static str, in_time: bool| {
        let figure = format!(
            "{:.1} s after the last fault",
            since.elapsed().as_secs_f64()
        );
        let late: Vec<String> = (!in_time)
            .then(|| format!("not {what} within {} s", limit.as_secs()))
            .into_iter()
            .collect();
        (figure, late)
    };
    let ready = until(since + limit, async || fleet.is_ready()).await;
    let (figure, late) = within("ready", ready);
    let ready = Statement::of("I4-fleet-is-ready", figure, &late);

    let left = limit.saturating_sub(since.elapsed());
    let accepts = tokio::time::timeout(left, load.until_accepted())
        .await
        .is_ok();
    let (figure, late) = within("accepting every kind of trigger", accepts);
    let accepts = Statement::of("I4-fleet-accepts", figure, &late);

    stop.cancel();
    if let Err(error) = loading.await {
        return vec![Statement::fails("load", error)];
    }
    until(since + limit, async || {
        is_quiet(fleet).await.unwrap_or(false)
    })
    .await;
    let figure = format!(
        "{:.1} s after the last fault",
        since.elapsed().as_secs_f64()
    );
    let open = match open_runs(fleet).await {
        Ok(open) => open,
        Err(error) => vec![format!("the engine's database cannot be read: {error:#}")],
    };
    vec![
        ready,
        accepts,
        Statement::of("I4-runs-come-to-an-end", figure, &open),
    ]
}

/// Whether no run is open, no event unconfirmed and no frame unapplied.
async fn is_quiet(fleet: &Fleet) -> Result<bool> {
    let mut engine = store::connect(fleet, "engine").await?;
    let mut gateway = store::connect(fleet, "gateway").await?;
    let written = store::positions(&mut engine, store::WRITTEN).await?;
    let applied = store::positions(&mut gateway, store::APPLIED).await?;
    Ok(store::running(&mut engine).await? == 0
        && written == applied
        && store::waiting(fleet).await?.is_empty())
}

async fn open_runs(fleet: &Fleet) -> Result<Vec<String>> {
    let mut engine = store::connect(fleet, "engine").await?;
    let logs = store::logs(&mut engine).await?;
    let runs = store::runs(&mut engine).await?;
    let open = runs.iter().filter(|(_, row)| row.status == "running");
    Ok(open
        .map(|(run, _)| {
            let last = logs.get(run).and_then(|log| log.events().last());
            format!("run {run} is open, its last event is {last:?}")
        })
        .collect())
}
