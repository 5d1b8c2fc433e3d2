//! Where a run stops although it could go on.

use crate::{
    decide::Step,
    limits,
    node::error,
    run::{OpenEffect, Run, Spent},
};
use events::{Budget, EffectCost, ErrorClass, RunError, RunEvent};
use ids::InvocationId;

/// What a model may answer with when the node does not say.
const ANSWER_TOKENS: u64 = 1_024;
/// Fewest bytes of text that make a token.
const BYTES_PER_TOKEN: u64 = 3;

/// How many tokens a call may need: what is written to the model, and its answer.
pub(crate) fn tokens(written: usize, max_tokens: Option<u32>) -> u64 {
    let answered = max_tokens.map_or(ANSWER_TOKENS, u64::from);
    written as u64 / BYTES_PER_TOKEN + answered
}

impl Step<'_> {
    /// Ends a run that has used what it may.
    pub(crate) fn check_limits(&mut self) {
        if self.run.has_ended() {
            return;
        }
        let nodes = self.plan.limits().nodes.unwrap_or(limits::NODES);
        let nodes = nodes.min(limits::NODES);
        // The last node that fits may be the last one that there is.
        let over = self.run.executed > nodes
            || (self.run.executed == nodes && !self.run.memo.ready.is_empty());
        if over {
            self.fail_run(reached(&format!("{nodes} executed nodes")));
        } else if self.run.log_bytes > limits::LOG_BYTES {
            self.fail_run(reached(&format!("{} bytes of log", limits::LOG_BYTES)));
        }
    }

    /// Ends a run whose time is over.
    pub(crate) fn check_time(&mut self) {
        let ends_at_ms = self.run.ends_at_ms(self.plan);
        if !self.run.has_ended() && ends_at_ms.is_some_and(|end| end <= self.given.now_ms) {
            let seconds = self.plan.limits().seconds.unwrap_or_default();
            self.fail_run(reached(&format!("{seconds} seconds")));
        }
    }

    /// Why a model may not be called any more.
    pub(crate) fn too_expensive(&self, needed: u64) -> Option<RunError> {
        let (most, spent) = (self.budget(), &self.run.spent);
        if let Some(most) = most.cost_micros
            && spent.cost_micros >= most
        {
            return Some(self.spent_all(&format!("{most} millionths of a dollar")));
        }
        let most = most.tokens?;
        (spent.tokens() + needed > most).then(|| {
            let mut error = self.spent_all(&format!("{most} tokens"));
            error.message = format!(
                "{} of {most} tokens are used, and the call may need {needed}",
                spent.tokens()
            );
            error
        })
    }

    fn spent_all(&self, limit: &str) -> RunError {
        let error = reached(limit);
        if self.run.parent.as_ref().and_then(|p| p.budget).is_none() {
            return error;
        }
        error.hinting("raise the limit of the workflow, or of the one that waits for its run")
    }

    /// What is left for a child run; nothing is said where nothing limits it. Each of several at a time may use it up.
    pub(crate) fn budget_left(&self) -> Option<Budget> {
        let (most, spent) = (self.budget(), &self.run.spent);
        let left = Budget {
            tokens: most.tokens.map(|most| most.saturating_sub(spent.tokens())),
            cost_micros: most
                .cost_micros
                .map(|most| most.saturating_sub(spent.cost_micros)),
        };
        (left.tokens.is_some() || left.cost_micros.is_some()).then_some(left)
    }

    /// What the run may use: as little as its workflow says, or the run that waits for it.
    fn budget(&self) -> Budget {
        let limits = self.plan.limits();
        let given = self.run.parent.as_ref().and_then(|parent| parent.budget);
        let less = |own: Option<u64>, given: Option<u64>| own.into_iter().chain(given).min();
        Budget {
            tokens: less(limits.tokens, given.and_then(|given| given.tokens)),
            cost_micros: less(
                limits.cost_micros,
                given.and_then(|given| given.cost_micros),
            ),
        }
    }

    /// Counts what an effect has cost.
    pub(crate) fn paid(&mut self, open: &OpenEffect, cost: Option<EffectCost>) {
        if let Some(cost) = cost {
            self.emit(RunEvent::CostIncurred {
                at_ms: self.given.now_ms,
                node: open.node.clone(),
                iteration: open.iteration.clone(),
                invocation_id: cost.invocation_id,
                input_tokens: cost.input_tokens,
                output_tokens: cost.output_tokens,
                cost_micros: cost.cost_micros,
                child_run_id: cost.child_run_id,
            });
        }
    }
}

impl Run {
    /// What it tells the run that waits for it; nothing when it has used nothing.
    pub(crate) fn cost(&self) -> Option<EffectCost> {
        (self.spent != Spent::default()).then(|| EffectCost {
            invocation_id: InvocationId::from_u128(self.identity.run_id.as_u128()),
            input_tokens: self.spent.input_tokens,
            output_tokens: self.spent.output_tokens,
            cost_micros: self.spent.cost_micros,
            child_run_id: Some(self.identity.run_id),
        })
    }
}

fn reached(limit: &str) -> RunError {
    let message = format!("the run reached its limit of {limit}");
    let hint = "raise the limit of the workflow, or split the work over several runs";
    *error(ErrorClass::Limit, "run.limit_reached", message, hint)
}
