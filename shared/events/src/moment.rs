//! When the entries of a run log were written.

use crate::RunEvent;

impl RunEvent {
    /// Milliseconds since the Unix epoch, UTC; `None` for what follows from the entry before.
    #[must_use]
    pub const fn at_ms(&self) -> Option<i64> {
        match self {
            Self::PlanComputed { .. } => None,
            Self::RunStarted { at_ms, .. }
            | Self::NodeStarted { at_ms, .. }
            | Self::NodeCompleted { at_ms, .. }
            | Self::NodeFailed { at_ms, .. }
            | Self::NodeSkipped { at_ms, .. }
            | Self::EffectRequested { at_ms, .. }
            | Self::EffectCompleted { at_ms, .. }
            | Self::BranchTaken { at_ms, .. }
            | Self::LoopIterated { at_ms, .. }
            | Self::LoopStopped { at_ms, .. }
            | Self::WaitStarted { at_ms, .. }
            | Self::TimerFired { at_ms, .. }
            | Self::EventAwaited { at_ms, .. }
            | Self::EventArrived { at_ms, .. }
            | Self::ApprovalRequested { at_ms, .. }
            | Self::ApprovalDecided { at_ms, .. }
            | Self::ApprovalWaived { at_ms, .. }
            | Self::ClarificationNeeded { at_ms, .. }
            | Self::ClarificationAnswered { at_ms, .. }
            | Self::QuestionAssigned { at_ms, .. }
            | Self::QuestionWithdrawn { at_ms, .. }
            | Self::ChildAbandoned { at_ms, .. }
            | Self::CostIncurred { at_ms, .. }
            | Self::ResultTaken { at_ms, .. }
            | Self::StandInGiven { at_ms, .. }
            | Self::EffectWithheld { at_ms, .. }
            | Self::NodeTested { at_ms, .. }
            | Self::CoordinationBegan { at_ms, .. }
            | Self::RoundDecided { at_ms, .. }
            | Self::RunCompleted { at_ms, .. }
            | Self::RunFailed { at_ms, .. }
            | Self::RunCancelled { at_ms, .. } => Some(*at_ms),
        }
    }

    /// Whether nothing can follow it.
    #[must_use]
    pub const fn ends_run(&self) -> bool {
        matches!(
            self,
            Self::RunCompleted { .. } | Self::RunFailed { .. } | Self::RunCancelled { .. }
        )
    }

    /// When the run ended, if this is its end.
    #[must_use]
    pub fn ended_at_ms(&self) -> Option<i64> {
        self.at_ms().filter(|_| self.ends_run())
    }
}
