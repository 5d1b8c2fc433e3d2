//! Prompts, by name: their versions, labels, and how versions do on what people corrected.

use crate::{client::Client, columns, command::list, output, prompt_files};
use anyhow::{Context, bail};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};

/// Between two looks for an evaluation.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Evaluations ask a model for each case, twice.
const PATIENCE: Duration = Duration::from_secs(1_800);

#[derive(Subcommand)]
pub(crate) enum Prompt {
    /// Prompts and their versions.
    List,
    /// The text of a prompt: the one in production, or `NAME@3`, or `NAME@label`.
    Get { name: String },
    /// Writes all prompts as files, to edit and to keep under version control.
    Pull {
        #[arg(default_value = "prompts")]
        folder: PathBuf,
        /// Also over files that were changed.
        #[arg(long)]
        force: bool,
    },
    /// Saves files that were changed, and new ones, as versions, and puts them into production unless they do worse on the
    /// answers that people corrected.
    Push {
        #[arg(default_value = "prompts")]
        folder: PathBuf,
        /// Only as versions; `label` puts them into production.
        #[arg(long)]
        draft: bool,
    },
    /// What files say otherwise than what is in production.
    Diff {
        #[arg(default_value = "prompts")]
        folder: PathBuf,
    },
    /// Moves a label to a version: `st prompt label classify production 3`. Fails when the version does worse on the answers
    /// that people corrected; a version that the label named before is taken back at once.
    Label {
        name: String,
        label: String,
        version: u32,
    },
    /// The answers that people found wrong: what a version is tried on.
    Cases { name: String },
}

#[derive(Subcommand)]
pub(crate) enum Eval {
    /// Tries a version on the answers that people corrected, beside the one in production. Fails when it does worse.
    Run {
        /// The prompt's name.
        prompt: String,
        /// The newest when left out.
        #[arg(long)]
        version: Option<u32>,
    },
    /// How versions of a prompt did, the newest first.
    List {
        /// The prompt's name.
        prompt: String,
    },
}

pub(crate) async fn run(client: &Client, verb: Prompt, json: bool) -> anyhow::Result<()> {
    match verb {
        Prompt::List => list(client, "prompts", &[], json).await,
        Prompt::Get { name } => get(client, &name).await,
        Prompt::Pull { folder, force } => prompt_files::pull(client, &folder, force).await,
        Prompt::Push { folder, draft } => prompt_files::push(client, &folder, draft).await,
        Prompt::Diff { folder } => prompt_files::diff(client, &folder).await,
        Prompt::Label {
            name,
            label,
            version,
        } => place(client, &name, &label, version, json).await,
        Prompt::Cases { name } => {
            let path = format!("{}/cases", path_of(&found(client, &name).await?)?);
            output::list(&client.get(&path, &[]).await?, columns::CASES, json)
        }
    }
}

pub(crate) async fn eval(client: &Client, verb: Eval, json: bool) -> anyhow::Result<()> {
    match verb {
        Eval::List { prompt } => {
            let path = format!("{}/evaluations", path_of(&found(client, &prompt).await?)?);
            output::list(&client.get(&path, &[]).await?, columns::EVALUATION, json)
        }
        Eval::Run { prompt, version } => {
            let prompt = found(client, &prompt).await?;
            let version = version.map_or_else(|| newest(&prompt), |version| Some(version.into()));
            let path = format!("{}/evaluations", path_of(&prompt)?);
            let seen = newest_evaluation(client, &path).await?;
            let body = json!({ "version": version });
            let answer = client.act(Method::POST, &path, Some(&body)).await?;
            let evaluation = match answer.get("id") {
                Some(_) => answer,
                None => awaited(client, &path, seen.as_ref()).await?,
            };
            output::record(&evaluation, columns::EVALUATION, json)?;
            if let Some(problem) = evaluation.get("problem").and_then(Value::as_str) {
                bail!("{problem}");
            }
            let count = |key: &str| evaluation.get(key).and_then(Value::as_u64);
            anyhow::ensure!(
                count("passed") >= count("passed_before"),
                "the version does worse than the one in production"
            );
            Ok(())
        }
    }
}

async fn get(client: &Client, name: &str) -> anyhow::Result<()> {
    let (name, reference) = name.split_once('@').unwrap_or((name, "production"));
    let prompt = found(client, name).await?;
    let label = prompt.pointer(&format!("/labels/{reference}"));
    let version = match label.and_then(Value::as_u64) {
        Some(version) => version,
        None => reference
            .parse()
            .with_context(|| format!("{name} has no version or label {reference}"))?,
    };
    let path = format!("{}/versions/{version}", path_of(&prompt)?);
    let found = client.get(&path, &[]).await?;
    output::line(
        found
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    )
}

async fn place(
    client: &Client,
    name: &str,
    label: &str,
    version: u32,
    json: bool,
) -> anyhow::Result<()> {
    let prompt = found(client, name).await?;
    let evaluations = format!("{}/evaluations", path_of(&prompt)?);
    let seen = newest_evaluation(client, &evaluations).await?;
    let path = format!("{}/labels/{label}", path_of(&prompt)?);
    let body = json!({ "version": version });
    let answer = client.act(Method::PUT, &path, Some(&body)).await?;
    if answer.get("id").is_some() {
        return output::record(&answer, columns::of_list("prompts"), json);
    }
    let evaluation = awaited(client, &evaluations, seen.as_ref()).await?;
    output::record(&evaluation, columns::EVALUATION, json)?;
    match evaluation.get("problem").and_then(Value::as_str) {
        Some(problem) => bail!("{problem}"),
        None => Ok(()),
    }
}

async fn newest_evaluation(client: &Client, path: &str) -> anyhow::Result<Option<Value>> {
    let page = client.get(path, &[("limit", "1".to_owned())]).await?;
    Ok(page.pointer("/items/0").cloned())
}

/// The evaluation that comes after `seen`.
async fn awaited(client: &Client, path: &str, seen: Option<&Value>) -> anyhow::Result<Value> {
    let id = |evaluation: Option<&Value>| evaluation.and_then(|one| one.get("id").cloned());
    let look = async {
        loop {
            let newest = newest_evaluation(client, path).await?;
            if id(newest.as_ref()) != id(seen)
                && let Some(newest) = newest
            {
                return Ok(newest);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, look)
        .await
        .context("it is still being tried; see `st eval list`")?
}

/// The prompt of this name.
pub(crate) async fn found(client: &Client, name: &str) -> anyhow::Result<Value> {
    let mut all = all(client).await?;
    let at = all
        .iter()
        .position(|prompt| prompt.get("name").and_then(Value::as_str) == Some(name));
    match at {
        Some(at) => Ok(all.swap_remove(at)),
        None => bail!("there is no prompt `{name}`"),
    }
}

/// All prompts that the key may see.
pub(crate) async fn all(client: &Client) -> anyhow::Result<Vec<Value>> {
    let (mut all, mut query) = (Vec::new(), Vec::new());
    loop {
        let page = client.get("/api/v1/prompts", &query).await?;
        let items = page.get("items").and_then(Value::as_array);
        all.extend(items.into_iter().flatten().cloned());
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(cursor) => query = vec![("cursor", cursor.to_owned())],
            None => return Ok(all),
        }
    }
}

pub(crate) fn path_of(prompt: &Value) -> anyhow::Result<String> {
    let id = prompt.get("id").and_then(Value::as_str);
    Ok(format!(
        "/api/v1/prompts/{}",
        id.context("the gateway answered with a prompt without an id")?
    ))
}

/// The number of a prompt's newest version.
pub(crate) fn newest(prompt: &Value) -> Option<u64> {
    prompt.get("versions")?.as_array()?.last()?.as_u64()
}
