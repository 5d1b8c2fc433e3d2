//! Running the provisioner and the migrations, when something they depend on changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Fleet;
use super::servers::Addresses;
use super::settings::Ports;
use crate::command::capture;
use crate::infra::fingerprint_of;
use crate::paths::Paths;
use crate::process::Program;
use crate::schemas::{self, Manifest};
use crate::terminal::Step;

/// The provisioner of a fleet.
pub(crate) struct Provisioner<'a> {
    fleet: &'a Fleet,
    bin: &'a Path,
    manifests: PathBuf,
    addresses: Addresses,
}

/// Streams, consumers and permissions of a running fleet: what is missing is made again. Errors: the fleet is down.
pub(crate) fn provision(paths: &Paths, fleet: &Fleet) -> Result<()> {
    let programs = fleet.group.programs()?;
    let own = programs
        .iter()
        .find(|program| super::SERVICES.contains(&program.name.as_str()));
    let bin = own
        .and_then(|program| program.path.parent())
        .context("the fleet is down: start it with `cargo xtask up`")?;
    let ports = Ports::choose(&fleet.state, None)?;
    let provisioner = Provisioner::new(fleet, bin, schemas::manifests_file(paths), ports)?;
    provisioner.streams_and_schema()?;
    provisioner.remember()
}

impl<'a> Provisioner<'a> {
    pub(crate) fn new(
        fleet: &'a Fleet,
        bin: &'a Path,
        manifests: PathBuf,
        ports: Ports,
    ) -> Result<Self> {
        Ok(Self {
            fleet,
            bin,
            manifests,
            addresses: Addresses::choose(ports)?,
        })
    }

    /// Writes keys, passwords and server configuration; what exists stays.
    pub(crate) fn keys(&self) -> Result<()> {
        let mut command = self.command("keys");
        command.arg("--out").arg(self.fleet.state.join("secrets"));
        command.args([
            "--postgres",
            &format!("127.0.0.1:{}", self.addresses.postgres),
        ]);
        capture(&mut command).map(drop)
    }

    /// Databases and roles: needs PostgreSQL alone.
    pub(crate) fn databases(&self) -> Result<()> {
        self.apply(&["databases"], "creating the databases")
    }

    /// Streams, consumers and the permission schema.
    pub(crate) fn streams_and_schema(&self) -> Result<()> {
        self.apply(&["streams", "schema"], "creating streams and permissions")
    }

    /// Brings each service's tables up to date.
    pub(crate) fn migrate(&self, manifests: &[Manifest]) -> Result<()> {
        let step = Step::new("migrating the databases");
        for manifest in manifests.iter().filter(|manifest| manifest.database) {
            let mut command = Command::new(self.bin.join(&manifest.service));
            command.arg("--migrate");
            command.env(
                "OWNER_DATABASE_URL_FILE",
                self.fleet.secret(&manifest.service, "owner.url"),
            );
            capture(&mut command).with_context(|| {
                format!("could not migrate the database of {}", manifest.service)
            })?;
        }
        step.done();
        Ok(())
    }

    /// What its work depends on: unchanged since [`Provisioner::remember`] means there is nothing to do.
    pub(crate) fn fingerprint(&self) -> Result<String> {
        let stamp = |name: &str| {
            Program::new(name, &self.bin.join(name), 0, "")
                .build
                .into_bytes()
        };
        let mut parts = vec![fs::read(&self.manifests)?, stamp("provisioner")];
        parts.extend(super::SERVICES.iter().map(|name| stamp(name)));
        parts.push(self.addresses.nats_url().into_bytes());
        parts.push(
            self.fleet
                .state
                .join("postgres")
                .display()
                .to_string()
                .into_bytes(),
        );
        // A store that was lost and begun anew has no streams.
        let store = fs::metadata(self.fleet.state.join("nats/jetstream"))
            .and_then(|store| Ok((store.ino(), store.created()?)));
        parts.push(format!("{:?}", store.ok()).into_bytes());
        Ok(fingerprint_of(&parts))
    }

    /// Whether the last successful start left exactly this behind.
    pub(crate) fn is_done(&self) -> Result<bool> {
        let done = fs::read_to_string(self.mark()).unwrap_or_default();
        Ok(done == self.fingerprint()?)
    }

    /// Notes that everything was applied.
    pub(crate) fn remember(&self) -> Result<()> {
        fs::write(self.mark(), self.fingerprint()?).context("could not note what was provisioned")
    }

    fn mark(&self) -> PathBuf {
        self.fleet.state.join("run/provisioned")
    }

    fn apply(&self, parts: &[&str], title: &str) -> Result<()> {
        let step = Step::new(title);
        let mut command = self.command("apply");
        command
            .args(parts)
            .arg("--secrets")
            .arg(self.fleet.state.join("secrets"));
        command.args([
            "--nats-url",
            &self.addresses.nats_url(),
            "--spicedb-url",
            &self.addresses.spicedb_url(),
        ]);
        capture(&mut command)?;
        step.done();
        Ok(())
    }

    fn command(&self, step: &str) -> Command {
        let mut command = Command::new(self.bin.join("provisioner"));
        command.arg(step).arg("--manifests").arg(&self.manifests);
        command
    }
}
