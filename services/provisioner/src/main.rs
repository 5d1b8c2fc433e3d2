//! Makes what must exist before the fleet runs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use provisioner::{
    Apply, DeadLetters, Document, Keys, apply, dead_letters, describe, read_manifests, write_keys,
};

#[derive(Parser)]
#[command(
    version,
    about = "Makes what must exist before the fleet runs: keys, databases, streams, permissions"
)]
struct Arguments {
    /// Manifests of the services, when not those this program was built with.
    #[arg(long, env = "MANIFESTS_FILE", global = true)]
    manifests: Option<PathBuf>,
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Writes keys, passwords and the NATS server's configuration; what exists is kept
    Keys(Keys),
    /// Creates databases, streams and the permission schema, or brings them up to date
    Apply(Apply),
    /// Shows the events that consumers put aside, or releases one
    DeadLetters(DeadLetters),
    /// Prints a document that is generated from the manifests
    Describe {
        #[arg(value_enum)]
        document: Document,
    },
}

fn main() -> ExitCode {
    // Chosen before anything uses TLS; already chosen is fine.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = std::io::Write::write_fmt(
                &mut std::io::stderr(),
                format_args!("error: {error:#}\n"),
            );
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let manifests = read_manifests(arguments.manifests.as_deref())?;
    match arguments.step {
        Step::Keys(keys) => write_keys(&keys, &manifests),
        Step::Describe { document } => {
            let text = describe(document, &manifests)?;
            Ok(std::io::Write::write_all(
                &mut std::io::stdout(),
                text.as_bytes(),
            )?)
        }
        Step::Apply(wanted) => runtime()?.block_on(apply(&wanted, &manifests)),
        Step::DeadLetters(wanted) => {
            runtime()?.block_on(dead_letters(&wanted, &mut std::io::stdout()))
        }
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
