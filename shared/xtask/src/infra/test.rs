//! Servers for tests: one PostgreSQL cluster and one SpiceDB in memory (an empty one for each preshared key) per clone,
//! on ports that happened to be free. A test creates its own database, key and NATS server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::postgres::Cluster;
use super::{free_port, random_secret};
use crate::paths::Paths;
use crate::process::{Group, Program, accepts, private_dir, wait_ready};
use crate::tools;

/// Variables that `testkit` reads, in order.
pub(crate) type Environment = Vec<(&'static str, String)>;

/// The test servers of this clone.
pub(crate) struct TestServers<'a> {
    paths: &'a Paths,
    state: PathBuf,
    group: Group,
}

impl<'a> TestServers<'a> {
    /// The servers of this clone, running or not.
    pub(crate) fn of(paths: &'a Paths) -> Self {
        let state = paths.local.join("test");
        Self {
            paths,
            group: Group::at(&state),
            state,
        }
    }

    /// Whether they run.
    pub(crate) fn are_up(&self) -> bool {
        self.group.identity("postgres").is_some() && self.group.identity("spicedb").is_some()
    }

    /// Starts what does not run yet and returns what tests need to find it.
    pub(crate) fn up(&self) -> Result<Environment> {
        let secrets = self.state.join("secrets");
        private_dir(&secrets)?;
        let password_file = secrets.join("postgres.password");
        if !password_file.is_file() {
            fs::write(&password_file, random_secret()?)?;
        }
        let postgres = tools::postgres(self.paths)?;
        let cluster = Cluster::prepare(&postgres, &self.state, &password_file)?;
        let (postgres_port, spicedb_port) = (self.port("postgres")?, self.port("spicedb")?);
        let spicedb = Program::new(
            "spicedb",
            &tools::spicedb(self.paths)?,
            spicedb_port,
            "starting again",
        )
        .args([
            "serve-testing".to_owned(),
            format!("--grpc-addr=127.0.0.1:{spicedb_port}"),
            "--readonly-grpc-enabled=false".to_owned(),
            "--skip-release-check".to_owned(),
            "--log-level=warn".to_owned(),
        ]);
        self.group
            .ensure(&[cluster.program(postgres_port, "starting again"), spicedb])?;
        cluster.wait_ready(&self.group, postgres_port)?;
        let limit = Duration::from_secs(60);
        wait_ready("spicedb", &self.group.log("spicedb"), limit, || {
            accepts(spicedb_port)
        })?;
        let password =
            fs::read_to_string(&password_file).context("could not read the test password")?;
        Ok(vec![
            (
                "ST_TEST_POSTGRES",
                format!(
                    "postgres://postgres:{}@127.0.0.1:{postgres_port}/postgres",
                    password.trim()
                ),
            ),
            ("ST_TEST_POSTGRES_BIN", shown(postgres.directory())),
            ("ST_TEST_SPICEDB", format!("127.0.0.1:{spicedb_port}")),
            (
                "ST_TEST_NATS_SERVER",
                shown(&tools::nats_server(self.paths)?),
            ),
            (
                "ST_TEST_EMBEDDING_MODEL",
                shown(&tools::embedding_model(self.paths)?),
            ),
            ("ST_TEST_CORPORA", shown(&tools::corpora(self.paths)?)),
            ("ST_TEST_S3", shown(&tools::versitygw(self.paths)?)),
            ("ST_TEST_PYTHON", shown(&tools::python(self.paths)?)),
            ("ST_TEST_DOVECOT", shown(&tools::dovecot()?)),
        ])
    }

    /// Stops them; databases stay for the next start.
    pub(crate) fn down(&self) -> Result<()> {
        self.group.stop()
    }

    /// The port a running server has, else a free one.
    fn port(&self, name: &str) -> Result<u16> {
        let running = self.group.identity(name).and(
            self.group
                .programs()?
                .into_iter()
                .find(|old| old.name == name),
        );
        running.map_or_else(free_port, |program| Ok(program.port))
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
