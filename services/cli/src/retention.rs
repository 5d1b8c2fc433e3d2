//! How long runs are kept.

use crate::{client::Client, output};
use reqwest::Method;
use serde_json::json;

#[derive(clap::Args)]
pub(crate) struct Retention {
    /// Of this workflow alone.
    #[arg(long)]
    workflow: Option<String>,
    /// Keep runs for so many days from their start; what is older is gone at once.
    #[arg(long, conflicts_with = "inherit", value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: Option<u32>,
    /// Keep runs as long as the tenant says, or else the installation.
    #[arg(long)]
    inherit: bool,
}

pub(crate) async fn run(client: &Client, wish: Retention) -> anyhow::Result<()> {
    let path = wish.workflow.as_ref().map_or_else(
        || "/api/v1/retention".to_owned(),
        |id| format!("/api/v1/workflows/{id}/retention"),
    );
    let retention = if wish.inherit || wish.days.is_some() {
        let body = json!({ "days": wish.days });
        client.act(Method::PUT, &path, Some(&body)).await?
    } else {
        client.get(&path, &[]).await?
    };
    output::value(&retention)
}
