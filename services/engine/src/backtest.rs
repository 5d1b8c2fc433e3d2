//! Backtests: past runs of a workflow rehearsed on one of its versions, in memory and without a row.

use crate::{
    store::{log, workflows},
    versions::compile,
    whole::{self, restore},
};
use artifacts::Shelf;
use async_trait::async_trait;
use bus::Received;
use engine_core::{Given, Identity, rehearse};
use events::{
    BacktestCase, BacktestCompleted, BacktestRequested, BacktestVerdict, Event, RunEvent,
    WorkflowRejected,
};
use ids::RunId;
use std::time::{Duration, Instant};
use store::{Apply, Failure, Tx};
use workflow::Plan;

/// Most runs of one backtest.
const CASES: usize = 100;
/// How long one backtest may take; runs that it has not reached are told so.
const TIME: Duration = Duration::from_secs(10);
/// Longest report, in bytes of JSON: it must fit one message.
const REPORT_BYTES: usize = 180 * 1024;

/// Handles the events of the consumer group `backtests`.
pub struct Backtests {
    /// Where files lie, if there is a place for them.
    pub shelf: Option<Shelf>,
}

#[async_trait]
impl Apply<BacktestRequested> for Backtests {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<BacktestRequested>,
    ) -> Result<(), Failure> {
        let (request, tenant) = (&received.event, &received.envelope.tenant);
        let row = workflows::find_version(tx.conn(), request.version_id).await?;
        let own = row.filter(|row| row.tenant == *tenant && row.workflow_id == request.workflow_id);
        let Some(plan) = own.and_then(|row| compile(row.version_id, row.document)) else {
            tx.emit(&WorkflowRejected {
                workflow_id: request.workflow_id,
                request: BacktestRequested::TYPE.to_owned(),
                code: "version.not_executable".to_owned(),
                message: "this engine does not know the version, or cannot execute it".to_owned(),
                problems: Vec::new(),
            })?;
            return Ok(());
        };
        let began = Instant::now();
        let mut cases = Vec::new();
        for run in request.runs.iter().take(CASES) {
            let case = match began.elapsed() < TIME {
                true => case(tx, received, (&plan, self.shelf.as_ref()), *run).await?,
                false => empty(*run, BacktestVerdict::NotReached),
            };
            cases.push(case);
        }
        shorten(&mut cases);
        tx.emit(&BacktestCompleted {
            backtest_id: request.backtest_id,
            workflow_id: request.workflow_id,
            version_id: request.version_id,
            cases,
            completed_at: chrono::Utc::now(),
        })?;
        Ok(())
    }
}

async fn case(
    tx: &mut Tx,
    received: &Received<BacktestRequested>,
    (plan, shelf): (&Plan, Option<&Shelf>),
    run: RunId,
) -> Result<BacktestCase, Failure> {
    let (request, tenant) = (&received.event, &received.envelope.tenant);
    let logged = log::of_run(tx.conn(), run).await?;
    let own = logged
        .filter(|logged| logged.tenant == *tenant && logged.workflow_id == request.workflow_id);
    let Some(mut logged) = own else {
        let verdict = BacktestVerdict::NotStarted {
            code: "run.not_found".to_owned(),
            message: "the workflow has no such run, or its log is gone".to_owned(),
        };
        return Ok(empty(run, verdict));
    };
    match restore(shelf, &mut logged).await {
        Ok(()) => {}
        Err(whole::Error::Never(error)) => {
            let verdict = BacktestVerdict::NotStarted {
                code: error.code,
                message: error.message,
            };
            return Ok(empty(run, verdict));
        }
        Err(away @ whole::Error::Away(_)) => return Err(Failure::retry(away)),
    }
    let identity = Identity {
        run_id: run,
        workflow_id: request.workflow_id,
        version_id: request.version_id,
    };
    let frames = logged.frames.into_iter();
    let log: Vec<RunEvent> = frames.flat_map(|frame| frame.events).collect();
    let now_ms = i64::try_from(run.timestamp_ms()).unwrap_or_default();
    let given = Given { now_ms, seed: 0 };
    Ok(rehearse(plan, identity, &log, &given))
}

const fn empty(run_id: RunId, verdict: BacktestVerdict) -> BacktestCase {
    BacktestCase {
        run_id,
        verdict,
        before: None,
        effects: Vec::new(),
        more_effects: 0,
        differs: false,
    }
}

/// Leaves out requests, then effects, of the last cases until the report fits.
fn shorten(cases: &mut [BacktestCase]) {
    let length = |case: &BacktestCase| serde_json::to_string(case).map_or(0, |text| text.len());
    let mut left = REPORT_BYTES;
    for case in cases {
        if length(case) > left {
            for effect in &mut case.effects {
                effect.request = None;
            }
        }
        if length(case) > left {
            case.more_effects += case.effects.len() as u64;
            case.effects.clear();
        }
        left = left.saturating_sub(length(case));
    }
}
