//! `st`: silver-telegram from the command line, over the gateway's public API only.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

mod approval_rules;
mod artifact;
mod client;
mod columns;
mod command;
mod fact;
mod feedback;
mod files;
mod folder;
mod history;
mod model;
mod output;
mod prompt;
mod prompt_files;
mod question;
mod retention;
mod tap;

use clap::Parser;
use std::process::ExitCode;

/// Talks to a silver-telegram gateway.
#[derive(Parser)]
#[command(name = "st", version)]
struct Cli {
    /// Address of the gateway.
    #[arg(
        long,
        env = "ST_URL",
        default_value = "http://localhost:7800",
        global = true
    )]
    url: url::Url,
    /// API key, made in the UI under Settings.
    #[arg(
        long,
        env = "ST_API_KEY",
        hide_env_values = true,
        global = true,
        default_value = ""
    )]
    api_key: String,
    /// Print JSON as the gateway answered it.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: command::Command,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let cli = Cli::parse();
    let result = match client::Client::new(&cli.url, &cli.api_key) {
        Ok(client) => command::run(&client, cli.command, cli.json).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
