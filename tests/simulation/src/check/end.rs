//! What must hold once all faults are over and everything has come to rest.

use super::Check;
use crate::{
    bugs::Bug,
    lane::{Asked, is_open},
    log::{Log, RunRow},
    world::World,
};
use engine_core::{Effect, Given, Input, Run, advance, effects, evolve, fold, refuse};
use events::{RunEvent, TriggerKind};
use ids::{RunId, Shard};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// Whether nothing is left to do.
    pub(crate) fn is_at_rest(&self) -> bool {
        let started = |run: &RunId| self.log.run(*run).is_some();
        self.check.accepted.iter().all(started)
            && self.check.fires.values().all(started)
            && self.log.runs().all(|row| !is_open(row.status))
            && self
                .outboxes
                .values()
                .all(|outbox| outbox.rows().is_empty())
            && self.shards.iter().all(|shard| self.is_applied(*shard))
            && self.next_due_ms().is_none()
    }

    fn is_applied(&self, shard: Shard) -> bool {
        self.model.applied(shard) == self.log.shard(shard).pos
    }

    /// Looks at everything once more.
    pub(crate) fn finish(&mut self) {
        let mut check = std::mem::take(&mut self.check);
        check.starts_are_runs(&self.log);
        for row in self.log.runs() {
            let run = row.identity.run_id;
            if is_open(row.status) {
                let last = self.log.events(run).last();
                check.fails(
                    "runs-end",
                    format!("run {run} is open, its last event is {last:?}"),
                );
            }
            check.everything_was_told(&self.log, row);
            check.decides_the_same(self, row);
            let events: Vec<&RunEvent> = self.log.events(run).collect();
            if !self.model.log(run).iter().eq(events) {
                check.fails("model-is-the-log", format!("run {run}"));
            }
        }
        if check.decided != check.due {
            let text = format!("due were {:?}, decided {:?}", check.due, check.decided);
            check.fails("due-times-are-decided-once", text);
        }
        for (key, calls) in self.doubled_calls() {
            check.fails(
                "calls-happen-once",
                format!("effect {key} was called {calls} times"),
            );
        }
        for (service, outbox) in &self.outboxes {
            if let Some(row) = outbox.rows().first() {
                check.fails("outboxes-become-empty", format!("{service:?}: {row:?}"));
            }
        }
        self.check = check;
    }
}

impl Check {
    fn starts_are_runs(&mut self, log: &Log) {
        let missing = self.accepted.iter().filter(|run| log.run(**run).is_none());
        let missing: Vec<RunId> = missing.copied().collect();
        for run in missing {
            self.fails("accepted-runs", format!("run {run} never started"));
        }
        let mut of_due: BTreeMap<String, Vec<RunId>> = BTreeMap::new();
        for row in log.runs() {
            let run = row.identity.run_id;
            let Some(RunEvent::RunStarted { trigger, input, .. }) = log.events(run).next() else {
                continue;
            };
            if trigger.kind == TriggerKind::Schedule {
                of_due
                    .entry(input.as_str().to_owned())
                    .or_default()
                    .push(run);
            } else if !self.accepted.contains(&run) {
                self.fails("runs-were-asked-for", format!("run {run}"));
            }
        }
        let fired: BTreeSet<RunId> = self.fires.values().copied().collect();
        let ran: BTreeSet<RunId> = of_due.values().flatten().copied().collect();
        if fired != ran || of_due.values().any(|runs| runs.len() > 1) {
            self.fails(
                "fired-means-one-run",
                format!("fired {fired:?}, ran {of_due:?}"),
            );
        }
    }

    /// What the log says the world must be told is what it was told; answers may be lost with whoever waits for them.
    fn everything_was_told(&mut self, log: &Log, row: &RunRow) {
        let run_id = row.identity.run_id;
        let mut run = Run::new(row.identity);
        let (mut all, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for frame in log.frames(run_id) {
            frame
                .events
                .iter()
                .for_each(|event| evolve(&mut run, event));
            for (seq, effect) in effects(&run, frame.first_seq, &frame.events) {
                let told = (seq, format!("{effect:?}"));
                all.insert(told.clone());
                if !matches!(effect, Effect::Respond(_)) {
                    kept.insert(told);
                }
            }
        }
        let told = self.told.remove(&run_id).unwrap_or_default();
        if let Some(untold) = kept.difference(&told).next() {
            self.fails(
                "log-is-told",
                format!("run {run_id}: never told {untold:?}"),
            );
        }
        if let Some(invented) = told.difference(&all).next() {
            self.fails("log-is-told", format!("run {run_id}: told {invented:?}"));
        }
    }

    /// The same inputs at the same times give the same events once more.
    fn decides_the_same(&mut self, world: &World, row: &RunRow) {
        let identity = row.identity;
        let run_id = identity.run_id;
        let plan = &world.plans[world.plan_of(identity.workflow_id)];
        let mut run = Run::new(identity);
        for decided in self.decisions.remove(&run_id).unwrap_or_default() {
            if decided.folded {
                let count = usize::try_from(run.seq()).unwrap_or(usize::MAX);
                run = fold(identity, world.log.events(run_id).take(count));
            }
            let given = Given {
                seed: decided.given.seed ^ u64::from(world.bug(Bug::OtherDice)),
                ..decided.given
            };
            let again = match decided.input {
                Asked::Input(input) => advance(plan, &mut run, input, &given),
                Asked::Refusal(
                    Input::Start {
                        trigger, payload, ..
                    },
                    why,
                ) => refuse(&mut run, trigger, payload, None, why, &given),
                Asked::Refusal(..) => continue,
            };
            let again = again.map(|decision| decision.events);
            if again.as_ref() != Ok(&decided.events) {
                let text = format!("run {run_id}: {:?}, then {again:?}", decided.events);
                return self.fails("replay-decides-the-same", text);
            }
        }
        let folded = fold(identity, world.log.events(run_id));
        if run != folded {
            self.fails(
                "replay-decides-the-same",
                format!("run {run_id}: {run:?} is not {folded:?}"),
            );
        }
    }
}
