//! How good is good enough.

/// A bound for one figure of a workload.
pub(crate) struct Goal {
    workload: &'static str,
    pub(crate) figure: &'static str,
    pub(crate) bound: Bound,
}

/// Which way is better.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};

const fn goal(workload: &'static str, figure: &'static str, bound: Bound) -> Goal {
    Goal {
        workload,
        figure,
        bound,
    }
}

const GOALS: &[Goal] = &[
    goal("idle", "MiB with the broker", AtMost(143.0)), // 150 MB
    goal("a1", "ratio", AtLeast(0.20)),
    goal("a1", "cpu_ratio", AtMost(3.5)),
    goal("a1", "p99 / yardstick's mean", AtMost(20.0)),
    goal("b1", "ratio", AtLeast(0.12)),
    goal("b1", "cpu_ratio", AtMost(6.0)),
    goal("b1-grouped", "ratio", AtLeast(0.18)),
    goal("b2", "ratio", AtLeast(0.045)),
    goal("b2", "cpu_ratio", AtMost(13.0)),
    goal("c", "ratio", AtLeast(1.5)),
    goal("d", "list p99 ms", AtMost(10.0)),
    goal("d", "open p99 ms", AtMost(10.0)),
    goal("d", "growth of p99 beside a drop", AtMost(1.2)),
    goal("d", "growth of a1's CPU", AtMost(1.2)),
    goal("e", "bytes per parked run", AtMost(1_024.0)),
    goal("e", "ms late, the last of 1,000", AtMost(1_000.0)),
    goal("recall", "ms more with 10,000 facts, p99", AtMost(30.0)),
    goal("cold", "s to the first finished run, p50", AtMost(1.0)),
    goal("f", "lost", AtMost(0.0)),
    goal("f", "doubled", AtMost(0.0)),
    goal("f", "s to 90 %, p50", AtMost(2.0)),
    goal("f-standby", "lost", AtMost(0.0)),
    goal("f-standby", "doubled", AtMost(0.0)),
    goal("f-standby", "s to 90 %, p50", AtMost(1.0)),
    goal("tap", "loss %", AtMost(5.0)),
    goal("sse", "lag p99 ms", AtMost(100.0)),
    goal("h", "nodes: growth", AtMost(1.15)),
    goal("h", "turns: growth", AtMost(1.2)),
    goal("h", "payload: growth", AtMost(1.2)),
];

impl Goal {
    /// The goals of a workload.
    pub(crate) fn of(workload: &str) -> impl Iterator<Item = &'static Self> {
        GOALS.iter().filter(move |goal| goal.workload == workload)
    }
}

impl Bound {
    /// Whether a figure keeps it.
    pub(crate) fn holds(self, figure: f64) -> bool {
        match self {
            AtLeast(bound) => figure >= bound,
            AtMost(bound) => figure <= bound,
        }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AtLeast(bound) => write!(f, "≥ {bound}"),
            AtMost(bound) => write!(f, "≤ {bound}"),
        }
    }
}
