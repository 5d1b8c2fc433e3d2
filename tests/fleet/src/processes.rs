//! A fleet's processes, their children included.

use std::{collections::BTreeMap, fs, process::Command, time::Duration};

/// A process and everything that it started.
pub(crate) fn tree(root: i32) -> Vec<i32> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().parse::<i32>();
        if let Ok(pid) = pid
            && let Some(parent) = parent(pid)
        {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut all = vec![root];
    let mut at = 0;
    while let Some(pid) = all.get(at) {
        all.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    all
}

/// Sends a signal to each of them that is still there.
pub(crate) fn signal(pids: &[i32], signal: &str) {
    let pids = pids.iter().map(i32::to_string);
    // Those that have ended meanwhile need none.
    let _ = Command::new("kill")
        .arg(format!("-{signal}"))
        .args(pids)
        .output();
}

/// Waits until none of them is left.
pub(crate) fn wait_gone(pids: &[i32]) {
    for _ in 0..600 {
        if pids.iter().all(|pid| is_gone(*pid)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("killed processes are still there");
}

fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

/// Ended, or ended and not yet noticed by whoever started it.
fn is_gone(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, after)| after.trim().chars().next());
    matches!(state, None | Some('Z' | 'X'))
}
