//! Whether a run may leave memory.

use crate::run::{Run, Status};
use workflow::Plan;

/// What a run waits for that has nothing to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// For this time, in milliseconds since the Unix epoch, UTC, or an input before.
    Until(i64),
    /// For an input.
    ForInput,
}

impl Run {
    /// What a waiting run waits for, when none of its effects is open: the log says all that memory knows of it. `None` for
    /// any other run.
    #[must_use]
    pub fn idle(&self, plan: &Plan) -> Option<Idle> {
        let idle =
            self.status == Status::Running && self.open_effects == 0 && self.memo.ready.is_empty();
        idle.then(|| self.wake_at_ms(plan).map_or(Idle::ForInput, Idle::Until))
    }
}
