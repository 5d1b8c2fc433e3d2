//! Long-running programs in the background: what should run is a file, a small detached supervisor keeps it so.

mod identity;
pub(crate) mod supervise;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

pub(crate) use identity::Identity;

/// How long a program may take to stop before it is killed.
const PATIENCE: Duration = Duration::from_secs(15);

/// One program that should run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Program {
    /// Unique in its group; names the log and the pid file.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    /// Variables whose values are the contents of files, read when the program starts: secrets are written down once.
    pub(crate) env_files: BTreeMap<String, PathBuf>,
    /// User and group that run it, when not the caller's.
    pub(crate) user: Option<(u32, u32)>,
    /// Signal that asks it to stop, such as `TERM`.
    pub(crate) stop: String,
    /// Changes when the executable does, so that a rebuilt program is restarted.
    pub(crate) build: String,
    /// TCP port on the loopback interface that it listens on first.
    pub(crate) port: u16,
    /// The setting that chooses another port, for the message when this one is taken.
    pub(crate) port_setting: String,
}

impl Program {
    /// A program with no arguments or environment of its own.
    pub(crate) fn new(name: &str, path: &Path, port: u16, port_setting: &str) -> Self {
        let build = path
            .metadata()
            .ok()
            .and_then(|meta| Some((meta.len(), meta.modified().ok()?)));
        Self {
            name: name.to_owned(),
            path: path.to_path_buf(),
            args: Vec::new(),
            env: BTreeMap::new(),
            env_files: BTreeMap::new(),
            user: None,
            stop: "TERM".to_owned(),
            build: format!("{build:?}"),
            port,
            port_setting: port_setting.to_owned(),
        }
    }

    /// Adds arguments.
    pub(crate) fn args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an environment variable that holds a file's text.
    pub(crate) fn env_file(mut self, name: &str, file: impl Into<PathBuf>) -> Self {
        self.env_files.insert(name.to_owned(), file.into());
        self
    }
}

/// Programs that are started and stopped together; state is kept in one directory.
pub(crate) struct Group {
    run: PathBuf,
    logs: PathBuf,
}

impl Group {
    /// The group whose pid files and logs are under `state`.
    pub(crate) fn at(state: &Path) -> Self {
        Self {
            run: state.join("run"),
            logs: state.join("logs"),
        }
    }

    /// Makes exactly these run: starts what does not, restarts what changed, stops what is not named. Order is that of
    /// starting. Errors: a port is held by a stranger.
    pub(crate) fn ensure(&self, programs: &[Program]) -> Result<()> {
        private_dir(&self.run)?;
        fs::create_dir_all(&self.logs)?;
        let before = self.programs()?;
        for program in programs {
            if self.identity(&program.name).is_none() && port_is_taken(program.port) {
                bail!(
                    "port {} for {} is in use by another program: choose another one by {}",
                    program.port,
                    program.name,
                    program.port_setting
                );
            }
        }
        if before != programs {
            // Written first: whatever is stopped next, the supervisor starts again as the new plan says.
            self.write(programs)?;
            for old in before.iter().filter(|old| !programs.contains(old)) {
                self.stop_one(old)?;
            }
        }
        self.start_supervisor()
    }

    /// Makes these run beside what already runs.
    pub(crate) fn ensure_also(&self, programs: &[Program]) -> Result<()> {
        let mut all = self.programs()?;
        all.retain(|old| !programs.iter().any(|new| new.name == old.name));
        all.extend_from_slice(programs);
        self.ensure(&all)
    }

    /// Stops everything, last started first.
    pub(crate) fn stop(&self) -> Result<()> {
        if let Some(supervisor) = self.identity(supervise::NAME) {
            supervisor.signal("KILL")?;
            supervisor.wait_gone(PATIENCE);
        }
        for program in self.programs()?.iter().rev() {
            self.stop_one(program)?;
        }
        fs::remove_file(self.plan()).ok();
        Ok(())
    }

    /// What should run now.
    pub(crate) fn programs(&self) -> Result<Vec<Program>> {
        match fs::read(self.plan()) {
            Ok(text) => serde_json::from_slice(&text)
                .with_context(|| format!("{} is damaged", self.plan().display())),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// The running process of a program, if it runs.
    pub(crate) fn identity(&self, name: &str) -> Option<Identity> {
        Identity::read(&self.pid_file(name)).filter(Identity::is_alive)
    }

    /// Where a program's output goes.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }

    fn plan(&self) -> PathBuf {
        self.run.join("programs.json")
    }

    fn pid_file(&self, name: &str) -> PathBuf {
        self.run.join(format!("{name}.pid"))
    }

    /// The plan holds no secret, but who may read it learns every path.
    fn write(&self, programs: &[Program]) -> Result<()> {
        let scratch = self.run.join("programs.json.new");
        fs::write(&scratch, serde_json::to_vec_pretty(programs)?)?;
        fs::set_permissions(&scratch, fs::Permissions::from_mode(0o600))?;
        fs::rename(&scratch, self.plan()).context("could not write the list of programs")
    }

    fn stop_one(&self, program: &Program) -> Result<()> {
        if let Some(running) = self.identity(&program.name) {
            running.signal(&program.stop)?;
            if !running.wait_gone(PATIENCE) {
                running.signal("KILL")?;
                running.wait_gone(PATIENCE);
            }
        }
        Ok(())
    }

    fn start_supervisor(&self) -> Result<()> {
        if self.identity(supervise::NAME).is_some() {
            return Ok(());
        }
        let state = self
            .run
            .parent()
            .context("the run directory has no parent")?;
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.log(supervise::NAME))?;
        // By this link the program is found also when a build has replaced its file meanwhile.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg("supervise")
            .arg(state)
            .current_dir("/")
            .process_group(0);
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn();
        let child = child.context("could not start the supervisor")?;
        Identity::of(child.id())
            .context("the supervisor ended at once")?
            .write(&self.pid_file(supervise::NAME))
    }
}

/// Creates a directory that only its owner may enter.
pub(crate) fn private_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("could not create {}", dir.display()))?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
        .context("could not make a directory private")
}

/// Calls `ready` until it holds. Errors: `what` was not ready in time, with its log's place.
pub(crate) fn wait_ready(
    what: &str,
    log: &Path,
    limit: Duration,
    ready: impl Fn() -> bool,
) -> Result<()> {
    let since = Instant::now();
    while !ready() {
        if since.elapsed() > limit {
            bail!(
                "{what} was not ready after {} s; the end of {}:\n{}",
                limit.as_secs(),
                log.display(),
                last_lines(log)
            );
        }
        std::thread::sleep(Duration::from_millis(40));
    }
    Ok(())
}

/// The end of a log, for a message.
pub(crate) fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().rev().take(10).collect();
    lines.reverse();
    lines.join("\n")
}

/// Whether a program accepts connections on this port of the loopback interface.
pub(crate) fn accepts(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn port_is_taken(port: u16) -> bool {
    std::net::TcpListener::bind(("127.0.0.1", port)).is_err()
}
