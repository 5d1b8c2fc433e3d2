//! Our own services as programs of the fleet.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::servers::Addresses;
use super::settings::Ports;
use super::{Fleet, probe};
use crate::process::{Program, last_lines};
use crate::schemas::Manifest;

/// The services in the order in which they start, which is also that of their admin ports.
pub(crate) const SERVICES: [&str; 9] = [
    "engine",
    "scheduler",
    "conversation",
    "adapter-llm",
    "adapter-http",
    "adapter-imap",
    "adapter-smtp",
    "adapter-bridge",
    "gateway",
];

/// The services that put files into the folder that they share, or read them there.
const KEEP_FILES: [&str; 5] = [
    "gateway",
    "engine",
    "adapter-http",
    "adapter-imap",
    "adapter-smtp",
];

/// Offset of the first admin port.
const FIRST_ADMIN: u16 = 10;
/// Offset of the first port of copies.
const FIRST_COPY: u16 = 20;

/// How long all services together may take to become ready.
const PATIENCE: Duration = Duration::from_secs(90);

/// As long as this a service may end and be started again: its servers may not be ready yet.
const PATIENCE_WITH_THE_DEAD: Duration = Duration::from_secs(10);

/// What the programs of a fleet follow from.
pub(crate) struct Wanted<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) bin: &'a Path,
    pub(crate) manifests: &'a [Manifest],
    pub(crate) ports: Ports,
    /// The folder of the embedding model.
    pub(crate) embedding: &'a Path,
    pub(crate) settings: &'a BTreeMap<String, String>,
}

impl Wanted<'_> {
    /// The programs: each service once, or as often as `replicas` says (`engine=2`). Copies are named `engine-2` and so on.
    pub(crate) fn programs(&self, replicas: &[String]) -> Result<Vec<Program>> {
        let mut programs = Vec::new();
        for (offset, name) in (FIRST_ADMIN..).zip(SERVICES) {
            if let Some(manifest) = self
                .manifests
                .iter()
                .find(|manifest| manifest.service == name)
            {
                programs.push(self.program(manifest, name, offset)?);
            }
        }
        let mut offset = FIRST_COPY;
        for wish in replicas {
            let parsed = wish
                .split_once('=')
                .and_then(|(name, count)| Some((name, count.parse::<u8>().ok()?)));
            let (name, count) = parsed
                .with_context(|| format!("--replicas {wish}: expected something like engine=2"))?;
            let manifest = self
                .manifests
                .iter()
                .find(|manifest| manifest.service == name);
            let manifest = manifest
                .with_context(|| format!("--replicas {wish}: there is no service {name}"))?;
            for copy in 2..=count {
                programs.push(self.program(manifest, &format!("{name}-{copy}"), offset)?);
                offset += 2;
            }
        }
        Ok(programs)
    }

    /// One program with the environment that its manifest asks for. A copy's own port follows that of its admin port.
    fn program(&self, manifest: &Manifest, name: &str, offset: u16) -> Result<Program> {
        let service = manifest.service.as_str();
        let servers = Addresses::choose(self.ports)?;
        let (port, setting) = self.ports.of(&format!("{name}-admin"), offset)?;
        let own = |part: &str, at: u16| {
            self.ports
                .of(part, if name == service { at } else { offset + 1 })
        };
        let secret = |file: &str| self.fleet.secret(service, file).display().to_string();
        let mut program = Program::new(name, &self.bin.join(service), port, &setting)
            .env("ADMIN_ADDR", format!("127.0.0.1:{port}"))
            .env("NATS_URL", servers.nats_url())
            .env("NATS_NKEY_SEED_FILE", secret("nats.seed"));
        if manifest.database {
            program = program.env("DATABASE_URL_FILE", secret("database.url"));
        }
        if manifest.reader {
            program = program.env("READER_DATABASE_URL_FILE", secret("reader.url"));
        }
        if manifest.authz {
            program = program
                .env("SPICEDB_URL", servers.spicedb_url())
                .env("SPICEDB_KEY_FILE", secret("spicedb.key"));
        }
        if manifest.sealed {
            program = program
                .env("SEAL_KEY_FILE", secret("seal.key"))
                .env("SEAL_PUBLIC_KEYS_FILE", secret("seal.public.json"));
        }
        program = match service {
            "gateway" => {
                let http = own("gateway", 0)?.0;
                program
                    .env("HTTP_ADDR", format!("127.0.0.1:{http}"))
                    .env("PUBLIC_URL", format!("http://localhost:{http}"))
                    .env("SETUP_TOKEN_FILE", secret("setup.token"))
            }
            "conversation" => program.env("EMBEDDING_MODEL", self.embedding.display().to_string()),
            "adapter-bridge" => {
                program.env("BRIDGE_ADDR", format!("127.0.0.1:{}", own("bridge", 4)?.0))
            }
            _ => program,
        };
        if KEEP_FILES.contains(&service) {
            let folder = self.fleet.artifacts().display().to_string();
            program = program.env("ARTIFACTS_DIR", folder);
        }
        program.env.extend(self.settings.clone());
        Ok(program)
    }
}

/// Waits until every one of them answers that it is ready. Errors: the one that is not, and what it misses.
pub(crate) fn wait_all_ready(fleet: &Fleet, programs: &[Program]) -> Result<()> {
    let since = Instant::now();
    for program in programs {
        loop {
            let answer = probe::get(program.port, "/readyz");
            if answer.as_ref().is_some_and(|answer| answer.status == 200) {
                break;
            }
            let log = fleet.group.log(&program.name);
            let waited = since.elapsed();
            if fleet.group.identity(&program.name).is_none() && waited > PATIENCE_WITH_THE_DEAD {
                bail!(
                    "{} ends whenever it is started; the end of {}:\n{}",
                    program.name,
                    log.display(),
                    last_lines(&log)
                );
            }
            if waited > PATIENCE {
                let why = answer.map_or_else(
                    || "it does not answer".to_owned(),
                    |answer| probe::missing(&answer.body),
                );
                bail!(
                    "{} is not ready: {why}. Its log: {}",
                    program.name,
                    log.display()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}
