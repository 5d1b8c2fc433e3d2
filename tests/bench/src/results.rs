//! The file that keeps what was measured, so that the next time can be compared.

use crate::{
    goals::Goal,
    report::{Measured, short},
    scene::Scene,
};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

/// On what it was measured.
pub(crate) struct Machine(Vec<(&'static str, String)>);

impl Machine {
    pub(crate) async fn of(scene: &Scene) -> Self {
        let first = |file: &str, key: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(key));
            let value = line.and_then(|line| line.split_once(':'));
            value.map_or_else(String::new, |(_, value)| value.trim().to_owned())
        };
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self(vec![
            ("Day", chrono::Utc::now().date_naive().to_string()),
            (
                "Processor",
                format!("{cores} × {}", first("/proc/cpuinfo", "model name")),
            ),
            ("Memory", first("/proc/meminfo", "MemTotal")),
            ("Linux", kernel.trim().to_owned()),
            ("silver-telegram", env!("CARGO_PKG_VERSION").to_owned()),
            (
                "PostgreSQL",
                scene.text("postgres", "SHOW server_version").await,
            ),
            ("NATS", scene.nats_version()),
        ])
    }
}

/// Writes the file anew: of each workload the median of its runs, and the range.
pub(crate) fn write(path: &Path, machine: &Machine, runs: &[Vec<Measured>]) {
    fs::write(path, text(machine, runs)).unwrap();
}

fn text(machine: &Machine, runs: &[Vec<Measured>]) -> String {
    let mut text = String::from("# What was measured\n\n");
    writeln!(
        text,
        "`cargo xtask bench --runs {} --record`. The median of the runs, and in brackets the range. `ratio` and `cpu_ratio` \
         compare with single-row commits of `pgbench` in the same run; the load generator shares the processors.\n",
        runs.len()
    )
    .unwrap();
    for (name, value) in &machine.0 {
        writeln!(text, "- {name}: {value}").unwrap();
    }
    text.push_str("\n| workload | figure | measured | goal | reached |\n|---|---|---|---|---|\n");
    let workloads = runs.first().into_iter().flatten();
    for workload in workloads.map(|measured| measured.workload) {
        let of_workload = runs.iter().flatten().filter(|m| m.workload == workload);
        let mut figures: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (name, figure) in of_workload.flat_map(Measured::figures) {
            figures.entry(name).or_default().push(figure);
        }
        for (name, mut values) in figures {
            values.sort_by(f64::total_cmp);
            let middle = values[values.len() / 2];
            let goal = Goal::of(workload).find(|goal| goal.figure == name);
            let (bound, reached) = match goal {
                None => (String::new(), ""),
                Some(goal) if goal.bound.holds(middle) => (goal.bound.to_string(), "yes"),
                Some(goal) => (goal.bound.to_string(), "**no**"),
            };
            let range = match values.as_slice() {
                [_] | [] => String::new(),
                [least, .., most] => format!(" ({} to {})", short(*least), short(*most)),
            };
            writeln!(
                text,
                "| {workload} | {name} | {}{range} | {bound} | {reached} |",
                short(middle)
            )
            .unwrap();
        }
    }
    text
}
