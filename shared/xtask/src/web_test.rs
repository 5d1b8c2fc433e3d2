//! The tests of the web UI: its units, then its pages in a real browser against a fleet of their own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::fleet::{self, Fleet, Ready, Up, web_packages};
use crate::infra::test::Environment;
use crate::npm;
use crate::paths::Paths;
use crate::test::{Sum, counted};
use crate::tools;

/// Ports that a fleet needs from its base on, and where the search for them begins.
const PORTS: u16 = 40;
const FIRST_BASE: u16 = 22_500;

/// Runs both. `environment` names the programs to test.
pub(crate) fn run(paths: &Paths, environment: &Environment) -> Result<Sum> {
    let home = web_packages(paths)?;
    let npm = npm::npm("the tests of the web UI")?;
    let script = |name: &str| {
        let mut command = Command::new(&npm);
        command
            .current_dir(&home)
            .args(["run", "--silent", name])
            .env("CI", "true");
        command
    };
    let mut sum = counted(&mut script("test"))?;
    let bin = environment.iter().find(|(name, _)| *name == "ST_TEST_BIN");
    let bin = PathBuf::from(&bin.context("the programs were not built")?.1);
    fleet::build_web(paths)?;
    let browser = tools::chromium()?;
    let fleet = Fleet::at(&paths.local.join("test/web"));
    fleet::reset(&fleet, true)?;
    let options = Up {
        sample: true,
        bin: Some(bin),
        port: Some(free_base()?),
        ..Up::default()
    };
    let ran = fleet::up(paths, &fleet, &options).and_then(|ready| {
        let mut pages = script("e2e");
        pages.envs(described(&ready)).env("ST_CHROMIUM", &browser);
        counted(pages.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
    });
    fleet::down(&fleet)?;
    sum.add(ran?);
    Ok(sum)
}

/// The fleet as `e2e/fleet.ts` expects to be told of it.
fn described(ready: &Ready) -> Vec<(&'static str, String)> {
    let mut told = vec![("ST_URL", format!("http://localhost:{}", ready.gateway))];
    told.extend(
        ready
            .first_account
            .clone()
            .map(|link| ("ST_SETUP_URL", link)),
    );
    if let Some(sample) = &ready.sample {
        told.extend([
            ("ST_IMAP_HOST", "localhost".to_owned()),
            ("ST_IMAP_PORT", sample.imap.to_string()),
            ("ST_IMAP_TLS", "none".to_owned()),
            ("ST_IMAP_USER", sample.user.to_owned()),
            ("ST_IMAP_PASSWORD", sample.password.clone()),
            ("ST_SMTP_HOST", "localhost".to_owned()),
            ("ST_SMTP_PORT", sample.smtp.to_string()),
            ("ST_MAIL_TO", sample.user.to_owned()),
        ]);
        told.extend(
            sample
                .model
                .map(|port| ("ST_MODEL_URL", format!("http://127.0.0.1:{port}"))),
        );
    }
    told
}

/// A base whose ports are all free now.
fn free_base() -> Result<u16> {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let mut bases = (FIRST_BASE..60_000).step_by(usize::from(PORTS));
    bases
        .find(|base| (*base..base + PORTS).all(free))
        .context("no 40 free ports in a row")
}
