use super::*;
use std::thread;

/// How many histories must be without fault here; `cargo xtask prove simulation` asks it of 10,000.
const SEEDS: u64 = 3_000;
/// Among so many seeds each bug shows.
const PLANTED: u64 = 2_000;

#[test]
fn nothing_is_lost_doubled_or_early_whatever_dies() {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || {
                for seed in (first..SEEDS).step_by(threads as usize) {
                    let options = Options {
                        seed,
                        ..Options::default()
                    };
                    assert_eq!(
                        simulate(&options).violation,
                        None,
                        "replay: cargo xtask prove simulation --seed {seed}"
                    );
                }
            });
        }
    });
}

#[test]
fn a_seed_is_one_history() {
    for seed in 0..10 {
        let options = Options {
            seed,
            trace: true,
            ..Options::default()
        };
        assert_eq!(simulate(&options), simulate(&options));
    }
}

#[test]
fn each_bug_is_noticed_by_its_check() {
    for (bug, check) in Bug::ALL {
        let seen = (0..PLANTED).find_map(|seed| {
            let options = Options {
                seed,
                bug: Some(*bug),
                ..Options::default()
            };
            simulate(&options).violation.filter(|v| v.check == *check)
        });
        assert!(seen.is_some(), "{}: {check} stayed green", bug.name());
    }
}

#[test]
fn fewer_steps_fail_as_well() {
    let options = Options {
        seed: 3,
        bug: Some(Bug::SkipSeq),
        ..Options::default()
    };
    let failed = simulate(&options);
    let (fewer, outcome) = shrink(&options, failed.clone());
    assert_eq!(simulate(&fewer), outcome);
    assert!(outcome.steps <= failed.steps);
    assert_eq!(
        outcome.violation.map(|v| v.check),
        failed.violation.map(|v| v.check)
    );
}
