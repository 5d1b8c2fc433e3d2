//! Where a run stops although it could go on.

use crate::{decide::Step, limits, node::error};
use events::{ErrorClass, RunError};
use workflow::config::LlmCall;

/// What a model may answer with when the node does not say.
const ANSWER_TOKENS: u64 = 1_024;
/// Fewest bytes of text that make a token.
const BYTES_PER_TOKEN: u64 = 3;

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
    pub(crate) fn too_expensive(&self, call: &LlmCall) -> Option<RunError> {
        let (limits, spent) = (self.plan.limits(), &self.run.spent);
        if let Some(most) = limits.cost_micros
            && spent.cost_micros >= most
        {
            return Some(reached(&format!("{most} millionths of a dollar")));
        }
        let most = limits.tokens?;
        let asked = call.variables.to_string().len() as u64 / BYTES_PER_TOKEN;
        let answered = call.max_tokens.map_or(ANSWER_TOKENS, u64::from);
        (spent.tokens + asked + answered > most).then(|| {
            let mut error = reached(&format!("{most} tokens"));
            error.message = format!(
                "{} of {most} tokens are used, and the call may need {}",
                spent.tokens,
                asked + answered
            );
            error
        })
    }
}

fn reached(limit: &str) -> RunError {
    let message = format!("the run reached its limit of {limit}");
    let hint = "raise the limit of the workflow, or split the work over several runs";
    *error(ErrorClass::Limit, "run.limit_reached", message, hint)
}
