//! What runs, as a table.

use std::fs;

use anyhow::Result;

use super::{Fleet, SERVICES, probe};
use crate::process::{Program, accepts};

/// Prints one line for each program of the fleet: state, process, port, memory, and what it misses.
pub(crate) fn status(fleet: &Fleet) -> Result<()> {
    let programs = fleet.group.programs()?;
    if programs.is_empty() {
        println!("The fleet is down. Start it with `cargo xtask up`.");
        return Ok(());
    }
    println!(
        "{:<16} {:<9} {:>8} {:>6} {:>9}  note",
        "program", "state", "pid", "port", "memory"
    );
    for program in &programs {
        let (state, note) = state(fleet, program);
        let pid = fleet
            .group
            .identity(&program.name)
            .map(|identity| identity.pid);
        let memory = pid
            .and_then(resident_mib)
            .map(|mib| format!("{mib} MiB"))
            .unwrap_or_default();
        let pid = pid.map(|pid| pid.to_string()).unwrap_or_default();
        println!(
            "{:<16} {state:<9} {pid:>8} {:>6} {memory:>9}  {note}",
            program.name, program.port
        );
    }
    Ok(())
}

fn state(fleet: &Fleet, program: &Program) -> (&'static str, String) {
    if fleet.group.identity(&program.name).is_none() {
        return (
            "dead",
            format!("see {}", fleet.group.log(&program.name).display()),
        );
    }
    if !SERVICES.contains(&program.name.as_str()) {
        return (
            if accepts(program.port) {
                "ready"
            } else {
                "starting"
            },
            String::new(),
        );
    }
    match probe::get(program.port, "/readyz") {
        Some(answer) if answer.status == 200 => ("ready", String::new()),
        Some(answer) => ("waiting", probe::missing(&answer.body)),
        None => ("starting", String::new()),
    }
}

/// Resident memory of a process, in MiB.
fn resident_mib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
