//! The supervisor: a small detached process that keeps a group's programs running. It holds no state of its own: it reads
//! the plan again whenever something ends, and adopts what already runs when it is itself restarted.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Group, Identity, Program};

/// Name of the supervisor's own pid file and log.
pub(crate) const NAME: &str = "supervisor";

/// How often the processes are looked at.
const TICK: Duration = Duration::from_millis(50);

/// Pauses before a restart: doubled at each failure, back to the first after a program ran for `STEADY`.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const STEADY: Duration = Duration::from_secs(10);

/// What is known about one program.
struct Watch {
    child: Option<Child>,
    started: Instant,
    pause: Duration,
    not_before: Instant,
}

/// Keeps the programs under `state` running until it is killed.
pub(crate) fn run(state: &Path) -> Result<()> {
    let group = Group::at(state);
    let mut watches: HashMap<String, Watch> = HashMap::new();
    loop {
        for program in group.programs()? {
            let now = Instant::now();
            let watch = watches
                .entry(program.name.clone())
                .or_insert_with(|| Watch {
                    child: None,
                    started: now,
                    pause: FIRST_PAUSE,
                    not_before: now,
                });
            reap(&program.name, watch, now);
            if group.identity(&program.name).is_some() || now < watch.not_before {
                continue;
            }
            watch.started = now;
            match start(&group, &program) {
                Ok(child) => watch.child = Some(child),
                Err(error) => {
                    eprintln!("{}: {error:#}", program.name);
                    back_off(watch, now);
                }
            }
        }
        sleep(TICK);
    }
}

fn reap(name: &str, watch: &mut Watch, now: Instant) {
    let Some(Ok(Some(status))) = watch.child.as_mut().map(Child::try_wait) else {
        return;
    };
    eprintln!(
        "{name} ended after {} s: {status}",
        watch.started.elapsed().as_secs()
    );
    watch.child = None;
    if now.duration_since(watch.started) > STEADY {
        watch.pause = FIRST_PAUSE;
        watch.not_before = now;
    } else {
        back_off(watch, now);
    }
}

fn back_off(watch: &mut Watch, now: Instant) {
    watch.not_before = now + watch.pause;
    watch.pause = (watch.pause * 2).min(LONGEST_PAUSE);
}

fn start(group: &Group, program: &Program) -> Result<Child> {
    let log = group.log(&program.name);
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&log)
        .context("could not open the log")?;
    let mut command = Command::new(&program.path);
    command
        .args(&program.args)
        .envs(&program.env)
        .current_dir("/")
        .process_group(0);
    for (name, file) in &program.env_files {
        let value = fs::read_to_string(file)
            .with_context(|| format!("could not read {}", file.display()))?;
        command.env(name, value.trim());
    }
    if let Some((user, owning_group)) = program.user {
        command.uid(user).gid(owning_group);
    }
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    if let Some(identity) = Identity::of(child.id()) {
        identity.write(&group.pid_file(&program.name))?;
    }
    eprintln!("{} started", program.name);
    Ok(child)
}
