//! Python: to unpack wheels, as the language of foreign peers in tests (an SMTP sink, a bridge), and for validators.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{cached, debian, fingerprint, named_by};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// A Python with the packages of `deploy/tools/python.txt`: `ST_PYTHON`, or a virtual environment in the cache.
pub(crate) fn python(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("ST_PYTHON") {
        return Ok(own);
    }
    let pin = paths.root.join("deploy/tools/python.txt");
    let version = capture(
        Command::new(interpreter()?)
            .args(["-c", "import sys; print(sys.implementation.cache_tag)"]),
    )?;
    let name = format!("python-{}-{}", version.trim(), fingerprint(&[&pin])?);
    let home = cached(&paths.cache, &name, |into| {
        let step = Step::new("fetching Python packages of tests and checks");
        virtual_environment(into)?;
        let mut install = Command::new(into.join("bin/python"));
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--only-binary=:all:",
            "--requirement",
        ]);
        capture(install.arg(&pin))
            .context("could not install the Python packages of tests and checks")?;
        step.done();
        Ok(())
    })?;
    Ok(home.join("bin/python"))
}

/// A Python that has pip: the machine's, or a bare virtual environment when the machine's lacks it.
pub(super) fn pip(cache: &Path) -> Result<PathBuf> {
    let own = interpreter()?;
    if capture(Command::new(&own).args(["-m", "pip", "--version"])).is_ok() {
        return Ok(own);
    }
    let home = cached(cache, "pip", virtual_environment)?;
    Ok(home.join("bin/python"))
}

fn virtual_environment(home: &Path) -> Result<()> {
    let make = || {
        capture(
            Command::new(interpreter()?)
                .args(["-m", "venv", "--clear"])
                .arg(home),
        )
    };
    if make().is_err() {
        debian::install(&["python3-venv"])?;
        make()?;
    }
    Ok(())
}

fn interpreter() -> Result<PathBuf> {
    on_path("python3").context("python3 is needed: install Python 3.10 or later")
}
