//! The verbs, each one call of the API.

use crate::{client::Client, output, tap};
use anyhow::Context;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::{io::Read, path::PathBuf};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Watch events live: `st tap 'workflow.>'`.
    Tap {
        /// Subject with NATS wildcards.
        #[arg(default_value = ">")]
        subject: String,
    },
    /// What is configured, and what is missing.
    Status,
    /// Who the key belongs to.
    Me,
    /// Workflows.
    #[command(subcommand)]
    Workflow(Workflow),
    /// Runs.
    #[command(subcommand)]
    Run(Run),
    /// Triggers with their webhook addresses and next fires.
    Triggers,
    /// The inbox, newest first.
    Inbox {
        /// Only this category.
        #[arg(long)]
        category: Option<String>,
    },
    /// Notifications, newest first.
    Notifications,
    /// Connected accounts and how they are.
    Accounts,
    /// Prompts and their versions.
    Prompts,
    /// Model calls: prompt version, model, tokens, cost.
    Invocations {
        /// Only those of this run.
        #[arg(long)]
        run: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Workflow {
    /// All workflows that you may see.
    List,
    /// A workflow's newest document.
    Get { id: String },
    /// Saves a document (a file, or `-`) as a new workflow, or as the next draft of `--id`.
    Put {
        file: PathBuf,
        /// The workflow to change.
        #[arg(long)]
        id: Option<String>,
    },
    /// Says what is wrong with a document, without saving it.
    Validate { file: PathBuf },
    /// Makes a version live: the newest draft, or `--version`.
    Publish {
        id: String,
        #[arg(long)]
        version: Option<u32>,
    },
    /// Removes a workflow and its triggers.
    Delete { id: String },
    /// Runs a workflow now.
    Run {
        id: String,
        /// What the trigger puts out, as JSON.
        #[arg(long, default_value = "{}")]
        input: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Run {
    /// Runs, newest first.
    List {
        #[arg(long)]
        workflow: Option<String>,
        #[arg(long)]
        status: Option<String>,
    },
    /// One run.
    Get { id: String },
    /// The run's log; `--follow` waits for more.
    Events {
        id: String,
        #[arg(long)]
        follow: bool,
    },
    /// Ends a run.
    Cancel { id: String },
}

pub(crate) async fn run(client: &Client, command: Command, json: bool) -> anyhow::Result<()> {
    let api = "/api/v1";
    match command {
        Command::Tap { subject } => {
            tap::follow(client, &format!("{api}/tap"), &[("subject", subject)], json).await
        }
        Command::Status => output::value(&client.get(&format!("{api}/system/status"), &[]).await?),
        Command::Me => output::value(&client.get(&format!("{api}/me"), &[]).await?),
        Command::Workflow(verb) => workflow(client, verb, json).await,
        Command::Run(verb) => run_verb(client, verb, json).await,
        Command::Triggers => {
            list(
                client,
                "triggers",
                &[],
                &[
                    "id",
                    "kind",
                    "node_id",
                    "enabled",
                    "webhook_url",
                    "next_fires",
                ],
                json,
            )
            .await
        }
        Command::Inbox { category } => {
            let columns = [
                "received_at",
                "from.address",
                "subject",
                "category",
                "confidence",
                "run_id",
            ];
            list(client, "inbox", &[("category", category)], &columns, json).await
        }
        Command::Notifications => {
            list(
                client,
                "notifications",
                &[],
                &["raised_at", "urgency", "title", "run_id"],
                json,
            )
            .await
        }
        Command::Accounts => {
            list(
                client,
                "accounts",
                &[],
                &["id", "adapter", "name", "status.state", "status.reason"],
                json,
            )
            .await
        }
        Command::Prompts => list(client, "prompts", &[], &["id", "name", "version"], json).await,
        Command::Invocations { run } => {
            let columns = [
                "id",
                "prompt",
                "model",
                "input_tokens",
                "output_tokens",
                "cost_micros",
                "latency_ms",
            ];
            list(client, "invocations", &[("run_id", run)], &columns, json).await
        }
    }
}

async fn workflow(client: &Client, verb: Workflow, json: bool) -> anyhow::Result<()> {
    let api = "/api/v1/workflows";
    match verb {
        Workflow::List => {
            let columns = [
                "id",
                "name",
                "draft_version",
                "published_version",
                "updated_at",
            ];
            list(client, "workflows", &[], &columns, json).await
        }
        Workflow::Get { id } => {
            let workflow = client.get(&format!("{api}/{id}"), &[]).await?;
            output::value(workflow.get("document").unwrap_or(&workflow))
        }
        Workflow::Put { file, id } => {
            let document = json!({ "document": read_json(&file)? });
            let saved = match id {
                None => client.act(Method::POST, api, Some(&document)).await?,
                Some(id) => {
                    let path = format!("{api}/{id}");
                    let current = client.get(&path, &[]).await?;
                    let version = current
                        .get("draft_version")
                        .and_then(Value::as_u64)
                        .unwrap_or_default();
                    client.replace(&path, version, &document).await?
                }
            };
            output::record(&saved, &["id", "name", "draft_version"], json)
        }
        Workflow::Validate { file } => {
            let document = json!({ "document": read_json(&file)? });
            let verdict = client
                .act(Method::POST, &format!("{api}/validate"), Some(&document))
                .await?;
            output::value(&verdict)?;
            anyhow::ensure!(
                verdict.get("valid") == Some(&Value::Bool(true)),
                "the document is not valid"
            );
            Ok(())
        }
        Workflow::Publish { id, version } => {
            let body = version.map_or_else(|| json!({}), |version| json!({ "version": version }));
            let published = client
                .act(Method::POST, &format!("{api}/{id}/publish"), Some(&body))
                .await?;
            output::record(&published, &["id", "name", "published_version"], json)
        }
        Workflow::Delete { id } => client
            .act(Method::DELETE, &format!("{api}/{id}"), None)
            .await
            .map(drop),
        Workflow::Run { id, input } => {
            let input: Value = serde_json::from_str(&input).context("--input is not JSON")?;
            let run = client
                .act(
                    Method::POST,
                    &format!("{api}/{id}/runs"),
                    Some(&json!({ "input": input })),
                )
                .await?;
            output::record(&run, &["id", "status", "started_at"], json)
        }
    }
}

async fn run_verb(client: &Client, verb: Run, json: bool) -> anyhow::Result<()> {
    match verb {
        Run::List { workflow, status } => {
            let filters = [("workflow_id", workflow), ("status", status)];
            let columns = [
                "id",
                "workflow_name",
                "status",
                "trigger.kind",
                "started_at",
                "ended_at",
            ];
            list(client, "runs", &filters, &columns, json).await
        }
        Run::Get { id } => output::value(&client.get(&format!("/api/v1/runs/{id}"), &[]).await?),
        Run::Events { id, follow: true } => {
            tap::follow(client, &format!("/api/v1/runs/{id}/events"), &[], json).await
        }
        Run::Events { id, follow: false } => output::value(
            &client
                .get(&format!("/api/v1/runs/{id}/events"), &[])
                .await?,
        ),
        Run::Cancel { id } => client
            .act(
                Method::POST,
                &format!("/api/v1/runs/{id}/cancel"),
                Some(&json!({})),
            )
            .await
            .map(drop),
    }
}

async fn list(
    client: &Client,
    resource: &str,
    filters: &[(&str, Option<String>)],
    columns: &[&str],
    json: bool,
) -> anyhow::Result<()> {
    let query: Vec<(&str, String)> = filters
        .iter()
        .filter_map(|(name, value)| Some((*name, value.clone()?)))
        .collect();
    let page = client.get(&format!("/api/v1/{resource}"), &query).await?;
    output::list(&page, columns, json)
}

fn read_json(file: &PathBuf) -> anyhow::Result<Value> {
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin()
            .read_to_string(&mut text)
            .context("could not read standard input")?;
    } else {
        text = std::fs::read_to_string(file)
            .with_context(|| format!("could not read {}", file.display()))?;
    }
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}
