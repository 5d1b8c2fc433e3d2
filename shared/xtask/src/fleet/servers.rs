//! PostgreSQL, NATS and SpiceDB as programs of the fleet.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Fleet;
use super::settings::Ports;
use crate::command::capture;
use crate::infra::fingerprint_of;
use crate::infra::postgres::Cluster;
use crate::paths::Paths;
use crate::process::{Program, accepts, wait_ready};
use crate::tools;

/// Up to so many cores, one is enough for NATS.
const SMALL_MACHINE: usize = 4;
/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the servers are.
#[derive(Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) postgres: u16,
    pub(crate) nats: u16,
    pub(crate) spicedb: u16,
}

impl Addresses {
    pub(crate) fn choose(ports: Ports) -> Result<Self> {
        Ok(Self {
            postgres: ports.of("postgres", 2)?.0,
            nats: ports.of("nats", 1)?.0,
            spicedb: ports.of("spicedb", 3)?.0,
        })
    }

    pub(crate) fn nats_url(self) -> String {
        format!("nats://127.0.0.1:{}", self.nats)
    }

    pub(crate) fn spicedb_url(self) -> String {
        format!("http://127.0.0.1:{}", self.spicedb)
    }
}

/// Starts PostgreSQL and NATS, whose configuration the provisioner has written.
pub(crate) fn start_first(paths: &Paths, fleet: &Fleet, ports: Ports) -> Result<Vec<Program>> {
    let postgres = tools::postgres(paths)?;
    let cluster = Cluster::prepare(
        &postgres,
        &fleet.state,
        &fleet.secret("admin", "postgres.password"),
    )?;
    let (port, setting) = ports.of("postgres", 2)?;
    let programs = vec![cluster.program(port, &setting), nats(paths, fleet, ports)?];
    fleet.group.ensure_also(&programs)?;
    cluster.wait_ready(&fleet.group, port)?;
    let nats_port = ports.of("nats", 1)?.0;
    wait_ready("nats", &fleet.group.log("nats"), PATIENCE, || {
        accepts(nats_port)
    })?;
    Ok(programs)
}

/// Starts SpiceDB, once its database exists.
pub(crate) fn start_spicedb(paths: &Paths, fleet: &Fleet, ports: Ports) -> Result<Program> {
    let executable = tools::spicedb(paths)?;
    let database = fleet.secret("spicedb", "owner.url");
    let (port, setting) = ports.of("spicedb", 3)?;
    if fleet.group.identity("spicedb").is_none() {
        let url = fs::read_to_string(&database)
            .context("could not read the address of SpiceDB's database")?;
        let mut migrate = Command::new(&executable);
        migrate.args([
            "datastore",
            "migrate",
            "head",
            "--skip-release-check",
            "--log-level=warn",
        ]);
        capture(
            migrate
                .env("SPICEDB_DATASTORE_ENGINE", "postgres")
                .env("SPICEDB_DATASTORE_CONN_URI", url.trim()),
        )?;
    }
    let program = Program::new("spicedb", &executable, port, &setting)
        .args([
            "serve",
            "--skip-release-check",
            "--telemetry-endpoint=",
            "--log-level=warn",
            "--log-format=json",
        ])
        .args([format!("--grpc-addr=127.0.0.1:{port}")])
        .args([
            "--http-enabled=false",
            "--metrics-enabled=false",
            "--dispatch-cluster-enabled=false",
        ])
        // One machine: few connections do, and PostgreSQL has its own memory for each.
        .args([
            "--datastore-conn-pool-read-max-open=8",
            "--datastore-conn-pool-read-min-open=2",
        ])
        .args([
            "--datastore-conn-pool-write-max-open=4",
            "--datastore-conn-pool-write-min-open=1",
        ])
        .env("SPICEDB_DATASTORE_ENGINE", "postgres")
        .env_file("SPICEDB_DATASTORE_CONN_URI", database)
        .env_file(
            "SPICEDB_GRPC_PRESHARED_KEY",
            fleet.secret("spicedb", "keys"),
        );
    fleet.group.ensure_also(std::slice::from_ref(&program))?;
    wait_ready("spicedb", &fleet.group.log("spicedb"), PATIENCE, || {
        accepts(port)
    })?;
    Ok(program)
}

fn nats(paths: &Paths, fleet: &Fleet, ports: Ports) -> Result<Program> {
    let (port, setting) = ports.of("nats", 1)?;
    let config = fleet.secret("nats", "nats.conf");
    let store = fleet.state.join("nats");
    fs::create_dir_all(&store)?;
    let mut program = Program::new("nats", &tools::nats_server(paths)?, port, &setting)
        .args([
            "--addr".to_owned(),
            "127.0.0.1".to_owned(),
            "--port".to_owned(),
            port.to_string(),
        ])
        .args([
            "--config".to_owned(),
            shown(&config),
            "--jetstream".to_owned(),
        ])
        .args(["--store_dir".to_owned(), shown(&store)]);
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() <= SMALL_MACHINE) {
        // Handing messages from core to core costs it a quarter more per message.
        program = program.env("GOMAXPROCS", "1");
    }
    // New permissions take a restart.
    program.build.push_str(&fingerprint_of(&[
        fs::read(&config).context("could not read nats.conf")?
    ]));
    Ok(program)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
