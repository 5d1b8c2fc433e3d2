//! Processor time and memory of processes, from `/proc` (proc(5)).

use std::{collections::BTreeMap, fs};

/// Ticks per second of every time that `/proc` shows (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Seconds of processor by program.
pub(crate) type Seconds = BTreeMap<String, f64>;

/// User and system time so far of each program, with that of its children.
pub(crate) fn seconds(programs: &[(String, i32)]) -> Seconds {
    let table = processes();
    let sum = |root: i32| {
        table
            .iter()
            .filter(|(pid, _)| descends(&table, **pid, root))
            .map(|(_, p)| p.ticks)
            .sum::<u64>()
    };
    programs
        .iter()
        .map(|(name, pid)| (name.clone(), sum(*pid) as f64 / TICKS))
        .collect()
}

/// What was used between two looks.
pub(crate) fn between(before: &Seconds, after: &Seconds) -> Seconds {
    let used = |(name, at): (&String, &f64)| {
        (
            name.clone(),
            at - before.get(name).copied().unwrap_or_default(),
        )
    };
    after.iter().map(used).collect()
}

/// Memory of one process in bytes: what it has for itself, and its share of what several have (proportional set size).
pub(crate) fn memory(pid: i32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1_024
}

struct Process {
    parent: i32,
    /// Its own and those of children that have ended.
    ticks: u64,
}

fn processes() -> BTreeMap<i32, Process> {
    let all = fs::read_dir("/proc").expect("no /proc");
    all.filter_map(|entry| {
        let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
        Some((pid, process(pid)?))
    })
    .collect()
}

fn process(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may contain anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields
        .get(11..15)?
        .iter()
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        ticks,
    })
}

fn descends(table: &BTreeMap<i32, Process>, mut pid: i32, root: i32) -> bool {
    while pid != root {
        match table.get(&pid) {
            Some(process) if process.parent > 0 => pid = process.parent,
            Some(_) | None => return false,
        }
    }
    true
}
