//! For how long a server that failed is left alone. Pure: time is told.

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::time::Duration;
use tokio::time::Instant;

/// After the first failure; doubled by each further one.
const SHORTEST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(300);

/// The rest of one server. Lives in one process: another finds out for itself.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    /// The next pauses, while the last call failed.
    pauses: Option<ExponentialBackoff>,
    until: Option<Instant>,
}

impl Rest {
    /// The server failed; `wanted` is how long it wants to be left alone.
    pub(crate) fn failed(&mut self, now: Instant, wanted: Option<Duration>) {
        let pauses = self.pauses.get_or_insert_with(pauses);
        let pause = pauses.next().unwrap_or(LONGEST);
        let pause = wanted.map_or(pause, |wanted| pause.max(wanted.min(LONGEST)));
        self.until = Some(now + pause);
    }

    /// The server answered, if only that it does not want to.
    pub(crate) fn answered(&mut self) {
        *self = Self::default();
    }

    /// Somebody asks it. Is it the first after a rest, the others leave it alone until that one knows more.
    pub(crate) fn tried(&mut self, now: Instant) {
        if self.until.is_some_and(|until| until <= now) {
            self.until = Some(now + SHORTEST);
        }
    }

    /// For how long it rests yet.
    pub(crate) fn remaining(&self, now: Instant) -> Option<Duration> {
        let remaining = self.until?.saturating_duration_since(now);
        (!remaining.is_zero()).then_some(remaining)
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(SHORTEST)
        .with_max_delay(LONGEST)
        .with_factor(2.0)
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_failure_in_a_row_doubles_the_rest_up_to_five_minutes() {
        let (mut rest, mut now) = (Rest::default(), Instant::now());
        for seconds in [30, 60, 120, 240, 300, 300] {
            rest.failed(now, None);
            assert_eq!(rest.remaining(now), Some(SECOND * seconds));
            now += SECOND * seconds;
            assert_eq!(rest.remaining(now), None);
        }
        rest.answered();
        rest.failed(now, None);
        assert_eq!(rest.remaining(now), Some(SECOND * 30));
    }

    #[test]
    fn a_server_may_want_a_longer_rest_but_not_for_ever() {
        let (mut rest, now) = (Rest::default(), Instant::now());
        rest.failed(now, Some(SECOND * 100));
        assert_eq!(rest.remaining(now), Some(SECOND * 100));
        rest.failed(now, Some(SECOND));
        assert_eq!(rest.remaining(now), Some(SECOND * 60));
        rest.failed(now, Some(SECOND * 3_600));
        assert_eq!(rest.remaining(now), Some(SECOND * 300));
    }

    #[test]
    fn after_a_rest_one_call_finds_out_and_the_others_go_elsewhere() {
        let (mut rest, now) = (Rest::default(), Instant::now());
        rest.tried(now);
        assert_eq!(rest.remaining(now), None, "it never failed");
        rest.failed(now, None);
        let later = now + SECOND * 30;
        assert_eq!(rest.remaining(later), None);
        rest.tried(later);
        assert_eq!(rest.remaining(later), Some(SECOND * 30));
        rest.answered();
        assert_eq!(rest.remaining(later), None);
    }
}
