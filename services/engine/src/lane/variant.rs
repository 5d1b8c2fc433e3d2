//! Forks, dry runs and tests of single nodes: what the source's log leaves to them, or why there is none.

use super::{Lane, admit::new_run};
use crate::{
    store::{
        flush::existing_runs,
        log::{self, Logged},
        workflows,
    },
    versions::Version,
    whole::{self, restore},
    workflows::kind,
};
use bus::{Cause, Envelope};
use engine_core::{
    ForkProblem, Identity, Input, TakenOver, VariantStart, Wanted, take_nothing, take_over,
};
use events::{
    ForkedFrom, RunError, RunEvent, RunTrigger, RunVariantRejected, RunVariantRequested, Variant,
    WorkflowProblem,
};
use ids::Shard;
use std::sync::Arc;
use store::Error;
use workflow::Plan;

/// Why there is no run.
struct Refused {
    code: String,
    message: String,
    problems: Vec<ForkProblem>,
}

impl Refused {
    fn because(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            problems: Vec::new(),
        }
    }

    fn of(error: RunError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            problems: Vec::new(),
        }
    }
}

impl Lane {
    /// Starts the run, or tells whoever asked why there is none. A repeat changes nothing.
    pub(super) async fn start_variant(
        &mut self,
        shard: Shard,
        request: RunVariantRequested,
        envelope: &Envelope,
    ) -> Result<(), Error> {
        let run_id = request.run_id;
        let lives = |lane: &Self| {
            let owned = lane.shards.get(&shard);
            owned.is_none_or(|owned| owned.runs.contains_key(&run_id))
        };
        if lives(self) || !existing_runs(&mut self.conn, &[run_id]).await?.is_empty() {
            return Ok(());
        }
        let (version, mut start) = match self.prepare(&request, envelope).await? {
            Ok(prepared) => prepared,
            Err(refused) => return self.reject_variant(&request, envelope, refused).await,
        };
        if !request.dry {
            let rules = self.versions.rules(&mut self.conn, &envelope.tenant);
            start.rules = rules.await?;
        }
        let Some(owned) = self.shards.get_mut(&shard) else {
            return Ok(());
        };
        let identity = Identity {
            run_id,
            workflow_id: request.workflow_id,
            version_id: version.version_id,
        };
        let live = new_run(identity, Some(version), envelope);
        owned.runs.insert(run_id, live);
        let input = Input::StartVariant(Box::new(start));
        self.round.advance(shard, owned, run_id, input);
        let live = owned.runs.get(&run_id);
        if live.is_some_and(|live| live.run.seq() == 0) {
            owned.runs.remove(&run_id);
            let why = "the version has no such trigger node";
            let refused = Refused::because("fork.no_trigger", why);
            return self.reject_variant(&request, envelope, refused).await;
        }
        Ok(())
    }

    async fn prepare(
        &mut self,
        request: &RunVariantRequested,
        envelope: &Envelope,
    ) -> Result<Result<(Arc<Version>, VariantStart), Refused>, Error> {
        let (tenant, workflow) = (&envelope.tenant, request.workflow_id);
        if !workflows::exists(&mut self.conn, tenant, workflow).await? {
            let why = "there is no such workflow";
            return Ok(Err(Refused::because("workflow.not_found", why)));
        }
        let version = self.versions.version(&mut self.conn, request.version_id);
        let fits =
            |version: &Arc<Version>| version.tenant == *tenant && version.workflow_id == workflow;
        let Some(version) = version.await?.filter(fits) else {
            let why = "this engine does not know the version, or cannot execute it";
            return Ok(Err(Refused::because("version.not_executable", why)));
        };
        let Some(source) = request.source else {
            let start = fresh(request, &version.plan, envelope);
            return Ok(start.map(|start| (version, start)));
        };
        let logged = log::of_run(&mut self.conn, source).await?;
        let fits = |logged: &Logged| logged.tenant == *tenant && logged.workflow_id == workflow;
        let Some(mut logged) = logged.filter(fits) else {
            let why = "the workflow has no such run, or its log is gone";
            return Ok(Err(Refused::because("run.not_found", why)));
        };
        match restore(self.shelf.as_ref(), &mut logged).await {
            Ok(()) => {}
            Err(whole::Error::Never(why)) => return Ok(Err(Refused::of(*why))),
            Err(away @ whole::Error::Away(_)) => return Err(away.into()),
        }
        let before = self.versions.version(&mut self.conn, logged.version_id);
        let before = before.await?;
        let before = before.as_ref().map(|version| &version.plan);
        let start = forked(request, &version.plan, before, logged);
        Ok(start.map(|start| (version, start)))
    }

    async fn reject_variant(
        &self,
        request: &RunVariantRequested,
        envelope: &Envelope,
        refused: Refused,
    ) -> Result<(), Error> {
        let Refused {
            code,
            message,
            problems,
        } = refused;
        tracing::info!(run.id = %request.run_id, code, "no run was started");
        let mut tx = self.database.begin(Cause::of(envelope)).await?;
        tx.emit(&RunVariantRejected {
            run_id: request.run_id,
            workflow_id: request.workflow_id,
            code,
            message,
            problems: problems.into_iter().map(described).collect(),
        })?;
        tx.commit().await
    }
}

/// A run that repeats no other.
fn fresh(
    request: &RunVariantRequested,
    plan: &Plan,
    envelope: &Envelope,
) -> Result<VariantStart, Refused> {
    let wanted = wanted(request);
    let taken = take_nothing(plan, &wanted).map_err(several)?;
    let mut triggers = plan.triggers().iter();
    let trigger = match &request.trigger {
        Some(node) => triggers.find(|trigger| trigger.node_id == *node),
        None => triggers.next(),
    };
    let trigger = trigger.ok_or_else(|| {
        let why = "the version has no such trigger node";
        Refused::because("run.no_trigger", why)
    })?;
    let payload = request.input.clone().filter(|_| request.only.is_none());
    Ok(VariantStart {
        trigger: RunTrigger {
            kind: kind(trigger.kind),
            node: trigger.node_id.clone(),
            trigger_id: None,
            event_id: envelope.id,
            actor: Some(request.actor),
        },
        payload,
        variant: Variant {
            dry: request.dry,
            forked_from: None,
            only: request.only.clone(),
            input: request.input.clone().filter(|_| request.only.is_some()),
        },
        seed: None,
        rules: Vec::new(),
        taken,
    })
}

/// A run that repeats another one, or the rest of it.
fn forked(
    request: &RunVariantRequested,
    plan: &Plan,
    before: Option<&Plan>,
    logged: Logged,
) -> Result<VariantStart, Refused> {
    let wanted = wanted(request);
    let source = logged.run_id;
    let frames = logged.frames.into_iter();
    let log: Vec<RunEvent> = frames.flat_map(|frame| frame.events).collect();
    let TakenOver {
        trigger,
        payload,
        seed,
        seq,
        first,
        taken,
    } = take_over(plan, before, &log, &wanted).map_err(several)?;
    // From the trigger on is from the start on.
    let at = request.at.clone().filter(|at| *at != trigger.node);
    let enters = request.only.is_some() || at.is_some();
    let at = at.or_else(|| request.only.clone());
    Ok(VariantStart {
        trigger: RunTrigger {
            trigger_id: None,
            actor: Some(request.actor),
            ..trigger
        },
        payload: request.input.clone().filter(|_| !enters).or(Some(payload)),
        variant: Variant {
            dry: request.dry,
            forked_from: Some(ForkedFrom {
                run_id: source,
                at,
                seq,
                first,
            }),
            only: request.only.clone(),
            input: request.input.clone().filter(|_| enters),
        },
        seed: Some(seed),
        rules: Vec::new(),
        taken,
    })
}

fn wanted(request: &RunVariantRequested) -> Wanted {
    Wanted {
        at: request.at.clone(),
        only: request.only.clone(),
        dry: request.dry,
        changed_input: request.input.is_some(),
    }
}

fn several(problems: Vec<ForkProblem>) -> Refused {
    let message = problems.first().map(|first| first.message.clone());
    Refused {
        code: "fork.refused".to_owned(),
        message: message.unwrap_or_default(),
        problems,
    }
}

fn described(problem: ForkProblem) -> WorkflowProblem {
    WorkflowProblem {
        severity: "error".to_owned(),
        code: problem.code.to_owned(),
        message: problem.message,
        pointer: "/at".to_owned(),
        node: problem.node.map(|node| node.to_string()),
        port: None,
        hint: Some(problem.hint),
    }
}
