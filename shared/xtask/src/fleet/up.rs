//! From a clone to a running fleet.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::provision::Provisioner;
use super::sample::{self, Sample};
use super::settings::{Ports, handed_on};
use super::{Fleet, first_account, servers, services, web};
use crate::build;
use crate::paths::Paths;
use crate::schemas;
use crate::terminal::Step;
use crate::tools;

/// Options of `up`.
#[derive(Default, clap::Args)]
pub(crate) struct Up {
    /// Adds a local IMAP server with a sample mailbox, an SMTP server that keeps what it is sent, and, where no model is
    /// configured, a stand-in for one
    #[arg(long)]
    pub(crate) sample: bool,
    /// Builds with optimisation: slower to build, faster to run
    #[arg(long)]
    pub(crate) release: bool,
    /// First of the ports, 7800 when never chosen; the next start remembers it
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Programs that were built before, instead of building them (for tests)
    #[arg(long, hide = true)]
    pub(crate) bin: Option<PathBuf>,
    /// Copies of a service, such as `engine=2` (for tests)
    #[arg(long, hide = true)]
    pub(crate) replicas: Vec<String>,
}

/// A fleet that is ready.
pub(crate) struct Ready {
    /// Port of the gateway.
    pub(crate) gateway: u16,
    /// The one-time link for the first account, as long as nobody has one.
    pub(crate) first_account: Option<String>,
    pub(crate) sample: Option<Sample>,
}

/// Brings everything up and leaves it running. What already runs and has not changed is left alone.
pub(crate) fn up(paths: &Paths, fleet: &Fleet, options: &Up) -> Result<Ready> {
    let ports = Ports::choose(&fleet.state, options.port)?;
    let bin = match &options.bin {
        Some(bin) => bin
            .canonicalize()
            .with_context(|| format!("there is no {}", bin.display()))?,
        None => built(paths, fleet, options.release)?,
    };
    let manifests = schemas::committed(paths)?;
    let provisioner = Provisioner::new(fleet, &bin, schemas::manifests_file(paths), ports)?;
    provisioner.keys()?;
    let mut programs = servers::start_first(paths, fleet, ports)?;
    let done = provisioner.is_done()?;
    if !done {
        provisioner.databases()?;
    }
    programs.push(servers::start_spicedb(paths, fleet, ports)?);
    if !done {
        provisioner.streams_and_schema()?;
        provisioner.migrate(&manifests)?;
        provisioner.remember()?;
    }
    let mut settings = handed_on(&fleet.state);
    let mut sample = None;
    if options.sample {
        let (servers, shown) = sample::programs(paths, fleet, &bin, ports, &mut settings)?;
        programs.extend(servers);
        sample = Some(shown);
    }
    let fleet_of = services::Wanted {
        fleet,
        bin: &bin,
        manifests: &manifests,
        ports,
        embedding: &tools::embedding_model(paths)?,
        settings: &settings,
    };
    let own = fleet_of.programs(&options.replicas)?;
    programs.extend(own.clone());
    fleet.group.ensure(&programs)?;
    let step = Step::new("starting the services");
    services::wait_all_ready(fleet, &own)?;
    step.done();
    let gateway = ports.of("gateway", 0)?.0;
    Ok(Ready {
        gateway,
        first_account: first_account::link(fleet, gateway),
        sample,
    })
}

/// Builds the UI and the programs; when a service's manifest changed, writes the generated files and builds again.
fn built(paths: &Paths, fleet: &Fleet, release: bool) -> Result<PathBuf> {
    web::build(paths)?;
    let into = fleet.state.join("bin");
    let bin = build::programs(paths, release, &into)?;
    if schemas::write_manifests(paths, &bin)? {
        build::programs(paths, release, &into)?;
    }
    Ok(bin)
}

/// Tells a person where the fleet is and what to do next.
pub(crate) fn announce(ready: &Ready) {
    println!("\nsilver-telegram is at http://localhost:{}", ready.gateway);
    if let Some(link) = &ready.first_account {
        println!("Create the first account (this link works once): {link}");
    }
    if let Some(sample) = &ready.sample {
        println!("{}", sample::card(sample));
    }
    println!("`cargo xtask status` shows what runs, `cargo xtask down` stops it.");
}
