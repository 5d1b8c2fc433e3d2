//! A PostgreSQL cluster of our own. It refuses to run as root: then the system user `silver-telegram` runs it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::command::capture;
use crate::paths::{is_root, open_to_all};
use crate::process::{Group, Program, wait_ready};
use crate::terminal::Step;
use crate::tools::Postgres;

/// The unprivileged user that runs PostgreSQL when root calls.
const USER: &str = "silver-telegram";

/// Where a clone's cluster lives when PostgreSQL's user may not enter the clone.
const OUTSIDE: &str = "/var/lib/silver-telegram";

/// A cluster: its place and who runs it.
pub(crate) struct Cluster<'a> {
    installed: &'a Postgres,
    data: PathBuf,
    user: Option<(u32, u32)>,
}

impl<'a> Cluster<'a> {
    /// Creates the cluster in `<state>/postgres` unless it exists; `password_file` holds the superuser's password.
    pub(crate) fn prepare(
        installed: &'a Postgres,
        state: &Path,
        password_file: &Path,
    ) -> Result<Self> {
        let user = is_root().then(unprivileged_user).transpose()?;
        let data = place(state, user)?;
        let cluster = Self {
            installed,
            data,
            user,
        };
        if !cluster.data.join("PG_VERSION").is_file() {
            cluster.create(password_file)?;
        }
        Ok(cluster)
    }

    /// The server as a program of a group, listening on the loopback interface and on a socket in its data directory.
    pub(crate) fn program(&self, port: u16, port_setting: &str) -> Program {
        let settings = [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", self.data.display()),
            "max_connections=400".to_owned(),
            // Back within seconds after a crash, whatever else lies on the disk.
            "recovery_init_sync_method=syncfs".to_owned(),
            // Passwords here are random and long: stretching them would only make every connection slow.
            "scram_iterations=64".to_owned(),
            "shared_buffers=256MB".to_owned(),
            "max_wal_size=4GB".to_owned(),
            "checkpoint_timeout=15min".to_owned(),
            "log_min_messages=warning".to_owned(),
            "log_checkpoints=off".to_owned(),
            "timezone=UTC".to_owned(),
        ];
        let mut program = Program::new(
            "postgres",
            &self.installed.program("postgres"),
            port,
            port_setting,
        )
        .args(["-D".to_owned(), self.data.display().to_string()])
        .args(
            settings
                .into_iter()
                .flat_map(|setting| ["-c".to_owned(), setting]),
        );
        program.user = self.user;
        "INT".clone_into(&mut program.stop); // fast shutdown: does not wait for clients
        program
    }

    /// Waits until the server accepts queries.
    pub(crate) fn wait_ready(&self, group: &Group, port: u16) -> Result<()> {
        let probe = self.installed.program("pg_isready");
        wait_ready(
            "postgres",
            &group.log("postgres"),
            Duration::from_secs(60),
            || {
                let port = port.to_string();
                capture(Command::new(&probe).args(["-q", "-h", "127.0.0.1", "-p", &port])).is_ok()
            },
        )
    }

    fn create(&self, password_file: &Path) -> Result<()> {
        let step = Step::new("creating the PostgreSQL cluster");
        // initdb reads the password as PostgreSQL's user, who may not enter the directory of our secrets.
        let readable = self.data.with_extension("password");
        fs::copy(password_file, &readable).context("could not read the superuser's password")?;
        fs::set_permissions(&readable, fs::Permissions::from_mode(0o600))?;
        let mut initdb = Command::new(self.installed.program("initdb"));
        initdb
            .current_dir("/")
            .arg("-D")
            .arg(&self.data)
            .arg("--pwfile")
            .arg(&readable);
        initdb.args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--data-checksums",
        ]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        if let Some((user, group)) = self.user {
            chown(&readable, Some(user), Some(group))?;
            initdb.uid(user).gid(group);
        }
        let made = capture(&mut initdb);
        fs::remove_file(&readable)?;
        made?;
        step.done();
        Ok(())
    }
}

/// The data directory: `<state>/postgres`, or a directory outside that it links to when PostgreSQL's user cannot get there.
fn place(state: &Path, user: Option<(u32, u32)>) -> Result<PathBuf> {
    let link = state.join("postgres");
    fs::create_dir_all(state).with_context(|| format!("could not create {}", state.display()))?;
    let data = match user {
        Some(_) if !open_to_all(state) => {
            let name = state.to_string_lossy().trim_matches('/').replace('/', "-");
            let outside = Path::new(OUTSIDE).join(name);
            if !link.is_symlink() {
                fs::create_dir_all(OUTSIDE)?;
                fs::remove_dir_all(&outside).ok(); // left by a clone that was deleted
                symlink(&outside, &link)?;
            }
            outside
        }
        _ => link,
    };
    fs::create_dir_all(&data).with_context(|| format!("could not create {}", data.display()))?;
    if let Some((user, group)) = user {
        chown(&data, Some(user), Some(group))?;
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
    Ok(data)
}

/// User and group ids of `silver-telegram`, which is created when the machine lacks it.
fn unprivileged_user() -> Result<(u32, u32)> {
    if let Some(ids) = ids_of(USER)? {
        return Ok(ids);
    }
    let mut create = Command::new("useradd");
    create.args([
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        USER,
    ]);
    capture(&mut create)
        .with_context(|| format!("could not create the user {USER}, who runs PostgreSQL"))?;
    ids_of(USER)?.with_context(|| format!("the user {USER} was created but is not in /etc/passwd"))
}

fn ids_of(name: &str) -> Result<Option<(u32, u32)>> {
    let text = fs::read_to_string("/etc/passwd").context("could not read /etc/passwd")?;
    Ok(text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next() == Some(name);
        let ids = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        found.then_some(ids)
    }))
}
