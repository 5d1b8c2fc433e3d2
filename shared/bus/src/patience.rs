//! How long a consumer goes on trying.

use ids::EventId;
use rand::RngExt;
use std::{collections::HashMap, time::Duration};

/// Bounds of a consumer's tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After so many failures of its own a message is put aside.
    pub attempts: u32,
    /// The longest pause, between two attempts at a message as well as between two looks at what is away.
    pub longest_pause: Duration,
}

impl Default for Patience {
    /// About three minutes for a message whose first pause is a second.
    fn default() -> Self {
        Self {
            attempts: 10,
            longest_pause: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// The pause after the `failures`th failure, when the first was to be `first`: doubled each time, and jittered.
    pub(crate) fn pause(&self, first: Duration, failures: u32) -> Duration {
        let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        jittered(doubled.min(self.longest_pause))
    }
}

/// Failures of messages for reasons of their own, as this process saw them. `JetStream` counts deliveries, which outages
/// and restarts raise as well.
#[derive(Default)]
pub(crate) struct Failures(HashMap<EventId, u32>);

/// More messages than a consumer may hold unsettled are never remembered: what another replica settled is forgotten so.
const REMEMBERED: usize = 20_000;

impl Failures {
    /// Notes a failure and says the how many-th it was.
    pub(crate) fn add(&mut self, id: EventId) -> u32 {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        let count = self.0.entry(id).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// The message is settled.
    pub(crate) fn forget(&mut self, id: EventId) {
        self.0.remove(&id);
    }
}

/// Doubling pauses with jitter, from a tenth of a second to five seconds.
#[derive(Default)]
pub(crate) struct Backoff(u32);

impl Backoff {
    pub(crate) fn next(&mut self) -> Duration {
        let base = Duration::from_millis(100_u64 << self.0.min(6));
        self.0 = self.0.saturating_add(1);
        jittered(base.min(Duration::from_secs(5)))
    }

    pub(crate) const fn reset(&mut self) {
        self.0 = 0;
    }
}

fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::rng().random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let patience = Patience::default();
        let second = Duration::from_secs(1);
        for (failures, longest) in [(1, 1), (2, 2), (5, 16), (6, 30), (200, 30)] {
            let pause = patience.pause(second, failures);
            let longest = Duration::from_secs(longest);
            assert!(pause >= longest / 2 && pause <= longest, "{pause:?}");
        }
    }

    #[test]
    fn no_more_failures_are_remembered_than_a_consumer_may_hold() {
        let mut failures = Failures::default();
        let first = EventId::generate();
        assert_eq!((failures.add(first), failures.add(first)), (1, 2));
        for _ in 0..REMEMBERED {
            failures.add(EventId::generate());
        }
        assert!(failures.0.len() <= REMEMBERED);
    }
}
