//! Time in which a thread did not run does not count.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// How often one thing is evaluated at most.
const TRIES: u32 = 4;
/// How long a thread must have stood still for its being late to be somebody else's fault.
const STOOD_STILL: Duration = Duration::from_millis(50);

/// Evaluates again what was late because its thread was kept from running: the process was stopped, or the machine busy.
/// The bounds of time are of the wall clock, and what a run decides must not depend on its neighbours.
///
/// # Errors
/// Those of the last evaluation.
pub fn undisturbed<T, E>(
    mut evaluate: impl FnMut() -> Result<T, E>,
    is_late: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let mut tries = 1;
    loop {
        let (began, ran_before) = (Instant::now(), ran());
        let result = evaluate();
        let late = result.as_ref().is_err_and(&is_late);
        let stood_still = || {
            let ran = ran().saturating_sub(ran_before);
            began.elapsed().saturating_sub(ran) >= STOOD_STILL
        };
        if !late || tries == TRIES || !stood_still() {
            return result;
        }
        tries += 1;
    }
}

/// How long this thread has run so far.
fn ran() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::sleep;

    fn tries(mut wait: impl FnMut(u32), late: impl Fn(u32) -> bool) -> u32 {
        let mut tries = 0;
        let evaluate = || {
            tries += 1;
            wait(tries);
            if late(tries) { Err(()) } else { Ok(()) }
        };
        let _ = undisturbed(evaluate, |()| true);
        tries
    }

    #[test]
    fn who_was_kept_from_running_is_evaluated_again_but_not_for_ever() {
        let stand_still = |_| sleep(STOOD_STILL);
        assert_eq!(tries(stand_still, |tries| tries == 1), 2);
        assert_eq!(tries(stand_still, |_| true), TRIES);
        assert_eq!(tries(stand_still, |_| false), 1);
    }

    #[test]
    fn who_ran_all_the_time_is_late_by_its_own_fault() {
        let work = |_| {
            let until = ran() + Duration::from_millis(5);
            while ran() < until {}
        };
        assert_eq!(tries(work, |_| true), 1);
    }
}
