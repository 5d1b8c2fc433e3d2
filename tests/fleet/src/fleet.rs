//! One fleet with a life of its own.

use crate::{Api, disk::Disk, image::Image, processes};
use bus::{Nats, NatsOptions};
use std::{
    fs::Permissions,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use tempfile::TempDir;

/// Ports that one fleet needs from its base on.
const PORTS: u16 = 40;
/// Where the search for free ports begins.
static NEXT_BASE: AtomicU16 = AtomicU16::new(21_000);

/// How a fleet is started.
#[derive(Default)]
pub struct Options {
    /// Environment of every service.
    pub env: Vec<(String, String)>,
    /// Replicas beyond the first, by service.
    pub replicas: Vec<(String, u8)>,
    /// Programs built with optimisation, instead of those the tests were built with.
    pub bin: Option<PathBuf>,
    /// A disk of this size for PostgreSQL alone, in MiB. Needs root.
    pub disk_mib: Option<u32>,
    /// A disk image of this size for PostgreSQL and NATS, in MiB. Needs root.
    pub image_mib: Option<u32>,
}

/// A running fleet.
pub struct Fleet {
    state: TempDir,
    base: u16,
    xtask: String,
    setup: String,
    disk: Option<Disk>,
    image: Option<Image>,
}

impl Fleet {
    /// Starts everything and waits until all of it is ready.
    #[must_use]
    pub fn start(options: &Options) -> Self {
        let required = |name: &str| {
            std::env::var(name)
                .unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test fleet`"))
        };
        let (xtask, bin) = (required("ST_TEST_XTASK"), required("ST_TEST_BIN"));
        let bin = options
            .bin
            .as_ref()
            .map_or(bin, |bin| bin.display().to_string());
        let state = tempfile::tempdir().expect("no temporary directory");
        let disk = options.disk_mib.map(|mib| small_disk(state.path(), mib));
        let image = options.image_mib.map(|mib| disk_image(state.path(), mib));
        let base = free_base();
        let mut command = Command::new(&xtask);
        command.arg("--state").arg(state.path()).args([
            "up",
            "--bin",
            &bin,
            "--port",
            &base.to_string(),
        ]);
        for (service, count) in &options.replicas {
            command.args(["--replicas", &format!("{service}={count}")]);
        }
        command
            .env("EGRESS_ALLOW", "127.0.0.0/8,localhost")
            .envs(options.env.iter().cloned());
        let output = command.output().expect("could not start xtask");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let fleet = Self {
            state,
            base,
            xtask,
            setup: setup_link(&text).unwrap_or_default(),
            disk,
            image,
        };
        assert!(
            output.status.success(),
            "the fleet did not start:\n{text}{}{}",
            String::from_utf8_lossy(&output.stderr),
            fleet.last_logs()
        );
        fleet
    }

    /// Where people reach it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.base)
    }

    /// The one-time link for the first account.
    #[must_use]
    pub fn setup_link(&self) -> &str {
        &self.setup
    }

    /// Makes the first account and returns the API as that person.
    pub async fn first_account(&self) -> Api {
        let token = self
            .setup
            .rsplit_once("token=")
            .expect("the fleet printed no setup link")
            .1;
        Api::first_account(&self.url(), token).await
    }

    /// The directory with logs, keys and pid files.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// The process id of a program, if it runs.
    #[must_use]
    pub fn pid(&self, program: &str) -> Option<i32> {
        let text =
            std::fs::read_to_string(self.state.path().join(format!("run/{program}.pid"))).ok()?;
        text.split_whitespace().next()?.parse().ok()
    }

    /// The names of everything that should run.
    #[must_use]
    pub fn programs(&self) -> Vec<String> {
        self.plan()
            .iter()
            .filter_map(|program| Some(program["name"].as_str()?.to_owned()))
            .collect()
    }

    /// Sends a signal to a program; the supervisor starts it again when that ends it. False when it does not run.
    pub fn signal(&self, program: &str, signal: &str) -> bool {
        let Some(pid) = self.pid(program) else {
            return false;
        };
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(pid.to_string())
            .output();
        sent.is_ok_and(|output| output.status.success())
    }

    /// A connection that hears every subject, inside and outside the catalogue.
    pub async fn administrator_bus(&self) -> Nats {
        let seed = std::fs::read_to_string(self.state.path().join("secrets/admin/nats.seed"));
        let options = NatsOptions {
            url: self.nats_url(),
            service: "admin".to_owned(),
            nkey_seed: Some(
                seed.expect("no seed of the administrator")
                    .trim()
                    .to_owned(),
            ),
        };
        Nats::connect(options)
            .await
            .expect("the administrator could not connect")
    }

    /// Where NATS listens.
    #[must_use]
    pub fn nats_url(&self) -> String {
        let plan = self.plan();
        let url = plan
            .iter()
            .find_map(|program| program["env"]["NATS_URL"].as_str());
        url.expect("no program names NATS_URL").to_owned()
    }

    /// Where the superuser of PostgreSQL finds a database.
    #[must_use]
    pub fn database_url(&self, database: &str) -> String {
        let password =
            std::fs::read_to_string(self.state.path().join("secrets/admin/postgres.password"));
        let password = password.expect("no password of the superuser");
        format!(
            "postgres://postgres:{}@127.0.0.1:{}/{database}",
            password.trim(),
            self.base + 2
        )
    }

    /// Streams, consumers, permissions: what is missing is made again.
    ///
    /// # Errors
    /// What the operator would read.
    pub fn provision(&self) -> Result<(), String> {
        let done = Command::new(&self.xtask)
            .arg("--state")
            .arg(self.state.path())
            .arg("provision")
            .output();
        match done {
            Ok(done) if done.status.success() => Ok(()),
            Ok(done) => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// A file of one of its secrets, such as `database.url` of `engine`.
    #[must_use]
    pub fn secret(&self, owner: &str, name: &str) -> Option<String> {
        let file = self.state.path().join("secrets").join(owner).join(name);
        Some(std::fs::read_to_string(file).ok()?.trim().to_owned())
    }

    /// Whether everything that should run says that it is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.plan().iter().all(|program| {
            let Some(port) = program["port"]
                .as_u64()
                .and_then(|port| u16::try_from(port).ok())
            else {
                return false;
            };
            match program["env"]["ADMIN_ADDR"].is_string() {
                true => answers_ready(port),
                false => TcpStream::connect(("127.0.0.1", port)).is_ok(),
            }
        })
    }

    /// Whether a disk can be mounted for [`Options::disk_mib`] here.
    #[must_use]
    pub fn can_mount() -> bool {
        let place = tempfile::tempdir().expect("no temporary directory");
        Disk::mount(place.path(), 1).is_some()
    }

    /// Fills the disk of [`Options::disk_mib`], or gives the space back.
    pub fn fill_disk(&self, full: bool) {
        let disk = self
            .disk
            .as_ref()
            .expect("the fleet has no disk of its own");
        match full {
            true => disk.fill(),
            false => disk.free(),
        }
    }

    /// The image of [`Options::image_mib`].
    #[must_use]
    pub fn image(&self) -> &Image {
        self.image.as_ref().expect("the fleet has no image")
    }

    /// Cuts the power: everything stands still, what has reached the disk is copied, everything is killed, and the copy is
    /// what the programs find when they are started again.
    pub fn cut_power(&self) {
        self.signal("supervisor", "STOP");
        let roots = self.programs();
        let roots = roots.iter().filter_map(|program| self.pid(program));
        let roots: Vec<i32> = roots.collect();
        // Parents first: whoever stands still starts nobody.
        processes::signal(&roots, "STOP");
        let all: Vec<i32> = roots.iter().flat_map(|pid| processes::tree(*pid)).collect();
        processes::signal(&all, "STOP");
        self.image().copy();
        processes::signal(&all, "KILL");
        processes::wait_gone(&all);
        self.image().boot();
        self.signal("supervisor", "CONT");
    }

    /// What `/readyz` of a service says; empty when it does not answer.
    #[must_use]
    pub fn readiness(&self, service: &str) -> String {
        let plan = self.plan();
        let program = plan.iter().find(|program| program["name"] == service);
        let port = program.and_then(|program| u16::try_from(program["port"].as_u64()?).ok());
        port.and_then(|port| ask_ready(port).ok())
            .unwrap_or_default()
    }

    /// What the programs logged, by name.
    #[must_use]
    pub fn logs(&self) -> Vec<(String, String)> {
        self.programs()
            .into_iter()
            .map(|name| {
                let file = self.state.path().join(format!("logs/{name}.log"));
                let bytes = std::fs::read(file).unwrap_or_default();
                (name, String::from_utf8_lossy(&bytes).into_owned())
            })
            .collect()
    }

    fn plan(&self) -> Vec<serde_json::Value> {
        let plan = std::fs::read(self.state.path().join("run/programs.json"))
            .expect("no list of programs");
        serde_json::from_slice(&plan).expect("a damaged list of programs")
    }

    fn last_logs(&self) -> String {
        let logs = std::fs::read_dir(self.state.path().join("logs"))
            .into_iter()
            .flatten()
            .flatten();
        let tail = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(5).collect();
            let lines: Vec<&str> = lines.into_iter().rev().collect();
            format!("\n--- {}\n{}", path.display(), lines.join("\n"))
        };
        logs.map(|entry| tail(entry.path())).collect()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprint_logs(&self.last_logs());
        }
        if std::env::var_os("ST_KEEP_FLEET").is_some() {
            self.state.disable_cleanup(true);
        } else {
            // What cannot be stopped is left to the end of the test's process group.
            let end = |arguments: &[&str]| {
                let _ = Command::new(&self.xtask)
                    .arg("--state")
                    .arg(self.state.path())
                    .args(arguments)
                    .output();
            };
            if self.disk.is_some() || self.image.is_some() {
                end(&["down"]);
                self.disk = None;
                self.image = None;
            }
            end(&["reset", "--yes"]);
        }
    }
}

#[expect(clippy::print_stderr, reason = "the reason of a failed test")]
fn eprint_logs(text: &str) {
    eprintln!("{text}");
}

fn answers_ready(port: u16) -> bool {
    ask_ready(port).is_ok_and(|answer| answer.split_whitespace().nth(1) == Some("200"))
}

/// Asks `/readyz` of a service's admin port.
fn ask_ready(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A disk where the fleet keeps its database.
fn small_disk(state: &Path, mib: u32) -> Disk {
    open_to_all(state);
    Disk::mount(&state.join("postgres"), mib).expect("no disk can be mounted here")
}

fn disk_image(state: &Path, mib: u32) -> Image {
    open_to_all(state);
    Image::mount(state, mib)
}

/// The user of PostgreSQL must be able to get there.
fn open_to_all(state: &Path) {
    std::fs::set_permissions(state, Permissions::from_mode(0o755))
        .expect("could not open the state's directory");
}

fn setup_link(output: &str) -> Option<String> {
    output
        .split_whitespace()
        .find(|word| word.contains("/setup?token="))
        .map(str::to_owned)
}

fn free_base() -> u16 {
    loop {
        let base = NEXT_BASE.fetch_add(PORTS, Ordering::Relaxed);
        assert!(base < 60_000, "no free range of ports");
        if (base..base + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return base;
        }
    }
}
