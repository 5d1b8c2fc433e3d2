//! When people must agree, as the tenant says it for all its workflows.

use crate::{client::Client, command::read_json, output};
use reqwest::Method;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct ApprovalRules {
    /// Set the rules that this file holds, as the command prints them; `-` reads them from the standard input.
    #[arg(long)]
    set: Option<PathBuf>,
}

pub(crate) async fn run(client: &Client, wish: ApprovalRules) -> anyhow::Result<()> {
    let path = "/api/v1/approval-rules";
    let rules = match &wish.set {
        Some(file) => {
            let body = read_json(file)?;
            client.act(Method::PUT, path, Some(&body)).await?
        }
        None => client.get(path, &[]).await?,
    };
    output::value(&rules)
}
