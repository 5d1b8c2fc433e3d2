//! Whether people correct a version's answers more often than those before it. Pure.

/// Two-sided confidence of 95 %.
const Z: f64 = 1.96;
/// Fewer corrections say nothing.
const LEAST: u64 = 3;
/// What is too many where nothing is there to compare with.
const HALF: f64 = 0.5;

/// Answers, and how many of them a person found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) answers: u64,
    pub(crate) wrong: u64,
}

/// Whether a version is surely worse than those before it: the least share of wrong answers that its figures allow is above the
/// largest that theirs do.
pub(crate) fn has_drifted(now: Tally, before: Tally) -> bool {
    let usual = match before.answers {
        0 => HALF,
        _ => bounds(before).1,
    };
    now.wrong >= LEAST && bounds(now).0 > usual
}

/// Wilson's score interval of the share that is wrong (Wilson, J. Am. Stat. Assoc. 22, 1927).
fn bounds(tally: Tally) -> (f64, f64) {
    let n = number(tally.answers.max(tally.wrong).max(1));
    let share = number(tally.wrong) / n;
    let square = Z * Z / n;
    let middle = share + square / 2.0;
    let spread = Z * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
    let scale = 1.0 + square;
    ((middle - spread) / scale, (middle + spread) / scale)
}

#[expect(clippy::cast_precision_loss, reason = "answers stay far below 2^53")]
const fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(wrong: u64, answers: u64) -> Tally {
        Tally { answers, wrong }
    }

    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = bounds(tally(1, 10));
        assert!(
            (low - 0.0179).abs() < 0.0005 && (high - 0.4042).abs() < 0.0005,
            "{low} {high}"
        );
    }

    #[test]
    fn a_bad_version_is_noticed_after_a_few_corrections_and_bad_luck_is_not() {
        let good = tally(4, 200);
        let after = (1..=20).find(|n| has_drifted(tally(*n, *n), good));
        assert_eq!(after, Some(3));
        assert!(has_drifted(tally(6, 20), good));
        assert!(!has_drifted(tally(2, 30), good));
        assert!(!has_drifted(tally(1, 1), good));
    }

    #[test]
    fn a_first_version_drifts_when_surely_more_than_half_is_wrong() {
        let none = tally(0, 0);
        assert!(!has_drifted(tally(3, 3), none));
        assert!(has_drifted(tally(6, 6), none));
        assert!(!has_drifted(tally(6, 10), none));
    }
}
