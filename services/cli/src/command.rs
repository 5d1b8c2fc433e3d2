//! The verbs, each one call of the API.

use crate::{
    approval_rules, artifact,
    client::Client,
    columns,
    fact::{self, Fact},
    feedback, files, history,
    model::{self, Model},
    output,
    prompt::{self, Eval, Prompt},
    question::{self, Question},
    retention, tap,
};
use anyhow::Context;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

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
    /// Nodes of a workflow by themselves.
    #[command(subcommand)]
    Node(history::Node),
    /// Triggers with their webhook addresses and next fires.
    Triggers,
    /// One trigger.
    #[command(subcommand)]
    Trigger(Trigger),
    /// Files that runs carry.
    #[command(subcommand)]
    Artifact(artifact::Artifact),
    /// Why a trigger started a run, or none: `st why --trigger T --at 08:00`.
    Why {
        /// The trigger's id.
        #[arg(long)]
        trigger: String,
        /// A moment (RFC 3339), or the last such time of the day in the schedule's time zone (else UTC). Left out: now.
        #[arg(long)]
        at: Option<String>,
        /// Until when: a moment, or the first such time of the day after `--at`; a quarter of an hour after it when left out.
        #[arg(long)]
        until: Option<String>,
    },
    /// The inbox, newest first.
    Inbox {
        /// Only this category.
        #[arg(long)]
        category: Option<String>,
    },
    /// What the assistant knows of you.
    #[command(subcommand)]
    Fact(Fact),
    /// What runs ask people.
    #[command(subcommand)]
    Question(Question),
    /// Notifications, newest first.
    Notifications,
    /// Connected accounts and how they are.
    Accounts,
    /// How long runs are kept: of the tenant, or with `--workflow` of one workflow; `--days` or `--inherit` changes it.
    Retention(retention::Retention),
    /// When people must agree to what any workflow is about to do; `--set` changes it.
    ApprovalRules(approval_rules::ApprovalRules),
    /// Prompts: versions, labels, files.
    #[command(subcommand)]
    Prompt(Prompt),
    /// How versions of prompts do on the answers that people corrected.
    #[command(subcommand)]
    Eval(Eval),
    /// Says that an answer of a model is right or wrong.
    Feedback(feedback::Feedback),
    /// Language models.
    #[command(subcommand)]
    Model(Model),
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
    /// What one version says otherwise than another: nodes, fields, edges.
    Diff { id: String, from: u32, to: u32 },
    /// What a run may amount to before it starts: levels, width, model calls, operations, accounts.
    Plan {
        id: String,
        /// Left out, the newest draft.
        #[arg(long)]
        version: Option<u64>,
    },
    /// Makes a version live again: its triggers run it from the next event on.
    Rollback { id: String, version: u32 },
    /// Makes a version live: the newest draft, or `--version`.
    Publish {
        id: String,
        #[arg(long)]
        version: Option<u32>,
    },
    /// Writes all workflows as files, to edit and to keep under version control.
    Pull {
        #[arg(default_value = "workflows")]
        folder: PathBuf,
        /// Also over files that were changed.
        #[arg(long)]
        force: bool,
    },
    /// Saves files that were changed, and new ones, as drafts. A workflow that was changed elsewhere is refused.
    Push {
        #[arg(default_value = "workflows")]
        folder: PathBuf,
        /// And makes them live.
        #[arg(long)]
        publish: bool,
    },
    /// Removes a workflow and its triggers.
    Delete { id: String },
    /// Waits for one call of the draft's test address, for five minutes; prints the address.
    Listen { id: String },
    /// Runs a workflow now.
    Run {
        id: String,
        /// What the trigger puts out, as JSON; `{}` when left out, or what is pinned in a dry run.
        #[arg(long)]
        input: Option<String>,
        /// The version to run; the newest draft when left out.
        #[arg(long)]
        version: Option<u32>,
        /// Lists effects instead of sending them, and waits for nothing.
        #[arg(long)]
        dry: bool,
    },
    #[command(flatten)]
    History(history::OfWorkflow),
}

#[derive(Subcommand)]
pub(crate) enum Trigger {
    /// Sets what the callers of a webhook sign with, from a file or standard input; it replaces the one before.
    Secret {
        id: String,
        /// A line break at the end is left out.
        #[arg(default_value = "-")]
        file: PathBuf,
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
    #[command(flatten)]
    History(history::OfRun),
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
        Command::Node(verb) => history::node(client, verb).await,
        Command::Triggers => list(client, "triggers", &[], json).await,
        Command::Trigger(Trigger::Secret { id, file }) => trigger_secret(client, &id, &file).await,
        Command::Artifact(verb) => artifact::run(client, verb).await,
        Command::Why { trigger, at, until } => {
            why(client, &trigger, &[("at", at), ("until", until)], json).await
        }
        Command::Inbox { category } => list(client, "inbox", &[("category", category)], json).await,
        Command::Fact(verb) => fact::run(client, verb, json).await,
        Command::Question(verb) => question::run(client, verb, json).await,
        Command::Notifications => list(client, "notifications", &[], json).await,
        Command::Accounts => list(client, "accounts", &[], json).await,
        Command::Retention(wish) => retention::run(client, wish).await,
        Command::ApprovalRules(wish) => approval_rules::run(client, wish).await,
        Command::Prompt(verb) => prompt::run(client, verb, json).await,
        Command::Eval(verb) => prompt::eval(client, verb, json).await,
        Command::Feedback(said) => feedback::give(client, said, json).await,
        Command::Model(verb) => model::run(client, verb, json).await,
        Command::Invocations { run } => list(client, "invocations", &[("run_id", run)], json).await,
    }
}

async fn workflow(client: &Client, verb: Workflow, json: bool) -> anyhow::Result<()> {
    let api = "/api/v1/workflows";
    match verb {
        Workflow::List => list(client, "workflows", &[], json).await,
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
                    let version = draft_version(client, &path).await?;
                    client.replace(&path, version, &document).await?
                }
            };
            output::record(&saved, columns::SAVED, json)
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
        Workflow::Listen { id } => {
            let path = format!("{api}/{id}/test-calls");
            let listening = client.act(Method::POST, &path, None).await?;
            if json {
                return output::value(&listening);
            }
            output::rows(listening.get("webhooks"), columns::TEST_ADDRESSES)
        }
        Workflow::Diff { id, from, to } => {
            let path = format!("{api}/{id}/versions/{from}/diff/{to}");
            output::value(&client.get(&path, &[]).await?)
        }
        Workflow::Plan { id, version } => {
            let version = match version {
                Some(version) => version,
                None => draft_version(client, &format!("{api}/{id}")).await?,
            };
            let path = format!("{api}/{id}/versions/{version}/plan");
            output::value(&client.get(&path, &[]).await?)
        }
        Workflow::Publish { id, version } => publish(client, &id, version, json).await,
        Workflow::Rollback { id, version } => publish(client, &id, Some(version), json).await,
        Workflow::Pull { folder, force } => files::pull(client, &folder, force).await,
        Workflow::Push { folder, publish } => files::push(client, &folder, publish).await,
        Workflow::Delete { id } => client
            .act(Method::DELETE, &format!("{api}/{id}"), None)
            .await
            .map(drop),
        Workflow::Run {
            id,
            input,
            version,
            dry,
        } => {
            let given = history::json(input.as_deref())?;
            let input = given.or((!dry).then(|| json!({})));
            let body = json!({ "input": input, "version": version, "dry": dry });
            let path = format!("{api}/{id}/runs");
            let run = client.act(Method::POST, &path, Some(&body)).await?;
            output::record(&run, columns::STARTED, json)
        }
        Workflow::History(verb) => history::of_workflow(client, verb).await,
    }
}

async fn draft_version(client: &Client, workflow: &str) -> anyhow::Result<u64> {
    let current = client.get(workflow, &[]).await?;
    let version = current.get("draft_version").and_then(Value::as_u64);
    Ok(version.unwrap_or_default())
}

async fn publish(
    client: &Client,
    id: &str,
    version: Option<u32>,
    json: bool,
) -> anyhow::Result<()> {
    let body = version.map_or_else(|| json!({}), |version| json!({ "version": version }));
    let path = format!("/api/v1/workflows/{id}/publish");
    let published = client.act(Method::POST, &path, Some(&body)).await?;
    output::record(&published, columns::PUBLISHED, json)
}

async fn run_verb(client: &Client, verb: Run, json: bool) -> anyhow::Result<()> {
    match verb {
        Run::List { workflow, status } => {
            let filters = [("workflow_id", workflow), ("status", status)];
            list(client, "runs", &filters, json).await
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
        Run::History(verb) => history::of_run(client, verb, json).await,
    }
}

pub(crate) async fn list(
    client: &Client,
    resource: &str,
    filters: &[(&str, Option<String>)],
    json: bool,
) -> anyhow::Result<()> {
    let page = client
        .get(&format!("/api/v1/{resource}"), &given(filters))
        .await?;
    output::list(&page, columns::of_list(resource), json)
}

async fn why(
    client: &Client,
    trigger: &str,
    times: &[(&str, Option<String>)],
    json: bool,
) -> anyhow::Result<()> {
    let path = format!("/api/v1/triggers/{trigger}/why");
    let why = client.get(&path, &given(times)).await?;
    if json {
        return output::value(&why);
    }
    let text = |name: &str| why.get(name).and_then(Value::as_str).unwrap_or_default();
    output::line(format!("{}: {}", text("answer"), text("summary")))?;
    output::line(format!("from {} to {}", text("from"), text("until")))?;
    output::rows(why.get("findings"), columns::FINDINGS)
}

fn given<'a>(filters: &[(&'a str, Option<String>)]) -> Vec<(&'a str, String)> {
    let given = filters.iter().cloned();
    given
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

async fn trigger_secret(client: &Client, id: &str, file: &Path) -> anyhow::Result<()> {
    let text = read(file)?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    anyhow::ensure!(!secret.is_empty(), "{} holds no secret", file.display());
    let path = format!("/api/v1/triggers/{id}/secret");
    client
        .act(Method::PUT, &path, Some(&json!({ "secret": secret })))
        .await
        .map(drop)
}

pub(crate) fn read_json(file: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&read(file)?).with_context(|| format!("{} is not JSON", file.display()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file)
            .with_context(|| format!("could not read {}", file.display()));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("could not read standard input")?;
    Ok(text)
}
