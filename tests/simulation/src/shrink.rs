//! Fewer steps that fail as well.

use crate::{Options, Outcome, simulate};

/// The least number of steps found with which this seed fails the same check, and what comes of it; `failed` is what came of
/// all of them.
#[must_use]
pub fn shrink(options: &Options, failed: Outcome) -> (Options, Outcome) {
    let check = failed.violation.as_ref().map(|violation| violation.check);
    let mut best = (
        Options {
            steps: Some(failed.steps),
            ..*options
        },
        failed,
    );
    let mut cut = best.1.steps / 2;
    while cut > 0 {
        let fewer = Options {
            steps: Some(best.1.steps.saturating_sub(cut)),
            ..*options
        };
        let outcome = simulate(&fewer);
        let fails = outcome.violation.as_ref().map(|violation| violation.check);
        if fails == check && outcome.steps < best.1.steps {
            best = (fewer, outcome);
        } else {
            cut /= 2;
        }
    }
    best
}
