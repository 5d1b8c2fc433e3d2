//! The first events of a run.

use crate::{
    check::{refused, value_too_large},
    decide::Step,
    evolve::evolve,
    input::{Decision, Given, Quiescence, Rejection},
    limits,
    run::{Run, Status},
};
use events::{Json, Parent, RunError, RunEvent, RunTrigger, SkipReason, TenantRule};
use workflow::plan::{NodeIx, NodeKind};

/// Starts a run that cannot go on, so that whoever was promised it finds it, and why. Needs no plan.
///
/// # Errors
/// `Repeated`: the run has started.
pub fn refuse(
    run: &mut Run,
    trigger: RunTrigger,
    payload: Json,
    parent: Option<Parent>,
    error: RunError,
    given: &Given,
) -> Result<Decision, Rejection> {
    if run.status() != Status::New {
        return Err(Rejection::Repeated);
    }
    let (at_ms, too_large) = (given.now_ms, is_too_large(&payload));
    let events = vec![
        RunEvent::RunStarted {
            at_ms,
            trigger,
            input: if too_large { Json::null() } else { payload },
            seed: given.seed,
            reply_to: None,
            parent,
            variant: None,
            rules: Vec::new(),
        },
        RunEvent::RunFailed { at_ms, error },
    ];
    events.iter().for_each(|event| evolve(run, event));
    Ok(Decision {
        events,
        quiescence: Quiescence::Ended,
    })
}

pub(crate) fn is_too_large(payload: &Json) -> bool {
    payload.as_written().len() > limits::VALUE_BYTES
}

impl Step<'_> {
    pub(crate) fn start(
        &mut self,
        trigger: RunTrigger,
        payload: Json,
        reply_to: Option<String>,
        parent: Option<Parent>,
        rules: Vec<TenantRule>,
    ) -> Result<(), Rejection> {
        let started = self.plan.find(trigger.node.as_str());
        let started = started
            .filter(|node| matches!(self.plan.node(*node).kind, NodeKind::Trigger(_)))
            .ok_or(Rejection::UnknownTrigger)?;
        let node = self.plan.node(started);
        let too_large = is_too_large(&payload);
        let refused = match too_large {
            true => Some(value_too_large()),
            false => node
                .checks
                .first()
                .and_then(|check| refused(check, &payload)),
        };
        self.run.memo.known = true;
        self.emit(RunEvent::RunStarted {
            at_ms: self.given.now_ms,
            trigger,
            input: if too_large { Json::null() } else { payload },
            seed: self.given.seed,
            reply_to,
            parent,
            variant: None,
            rules,
        });
        self.plan_computed();
        if let Some(mut error) = refused {
            error.node = Some(node.id.clone());
            self.fail_run(error);
            return Ok(());
        }
        for (at, node) in self.plan.nodes().iter().enumerate() {
            let place = (NodeIx(u32::try_from(at).unwrap_or(u32::MAX)), Vec::new());
            if matches!(node.kind, NodeKind::Trigger(_)) && place.0 != started {
                self.skip(&place, SkipReason::OtherTrigger);
            } else if place.0 != started
                && node.depth == 0
                && self.plan.in_edges(place.0).is_empty()
            {
                self.consider(place);
            }
        }
        self.settled(&(started, Vec::new()));
        Ok(())
    }

    pub(crate) fn plan_computed(&mut self) {
        let size = self.plan.size();
        self.emit(RunEvent::PlanComputed {
            nodes: size.nodes,
            levels: size.levels,
            width: size.width,
            effects: size.effects,
        });
    }
}
