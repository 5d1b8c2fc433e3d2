//! What was, again: forks, comparisons, searches, tests of single nodes.

use crate::{client::Client, columns, output};
use anyhow::Context;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(crate) enum OfRun {
    /// Runs again from a node on; what is not behind it is taken over, and none of its effects is sent again.
    Fork {
        id: String,
        /// The first node to run again.
        #[arg(long)]
        at: String,
        /// The version to run; that of the run when left out.
        #[arg(long)]
        wf_version: Option<u32>,
        /// What enters the node instead of what its edges deliver, as JSON.
        #[arg(long)]
        input: Option<String>,
        /// Lists effects instead of sending them; results of the run stand in.
        #[arg(long)]
        dry: bool,
    },
    /// Runs again from the start, with the recorded payload or another.
    Retry {
        id: String,
        #[arg(long)]
        wf_version: Option<u32>,
        /// What the trigger puts out, as JSON.
        #[arg(long)]
        input: Option<String>,
        #[arg(long)]
        dry: bool,
    },
    /// What the second run did otherwise than the first, node by node.
    Diff {
        left: String,
        right: String,
        /// Nodes that are the same, too.
        #[arg(long)]
        all: bool,
    },
    /// Runs with this text in what came in, went on or went out, newest first.
    Grep {
        text: String,
        #[arg(long)]
        workflow: Option<String>,
        #[arg(long)]
        status: Option<String>,
        /// Stops after so many runs.
        #[arg(long, default_value_t = 50)]
        most: usize,
    },
}

#[derive(Subcommand)]
pub(crate) enum OfWorkflow {
    /// Model calls, tokens and cost of a workflow's runs; the last 30 days when no period is given.
    Usage {
        id: String,
        /// As RFC 3339: `2026-01-01T00:00:00Z`.
        #[arg(long)]
        since: Option<String>,
        #[arg(long)]
        until: Option<String>,
    },
    /// What a version would have done with what reached the workflow: no run is made, nothing is sent.
    Backtest {
        id: String,
        /// The version to rehearse; the newest draft when left out.
        #[arg(long)]
        wf_version: Option<u32>,
        /// How many of the newest past runs, up to 100.
        #[arg(long)]
        last: Option<u32>,
        /// Only runs that began then or later, as RFC 3339.
        #[arg(long)]
        since: Option<String>,
        #[arg(long)]
        until: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Node {
    /// Runs one node by itself and shows its input, parameters and output.
    Test {
        workflow: String,
        node: String,
        /// The run whose recorded values it gets.
        #[arg(long)]
        from_run: Option<String>,
        /// What enters it, as JSON.
        #[arg(long)]
        input: Option<String>,
        #[arg(long)]
        wf_version: Option<u32>,
        /// Sends its effect.
        #[arg(long)]
        live: bool,
    },
}

pub(crate) async fn of_run(client: &Client, verb: OfRun, plain: bool) -> anyhow::Result<()> {
    match verb {
        OfRun::Fork {
            id,
            at,
            wf_version,
            input,
            dry,
        } => {
            let mut body = json!({ "at": at, "version": wf_version, "dry": dry });
            insert(&mut body, "input", json(input.as_deref())?);
            fork(client, &id, &body, plain).await
        }
        OfRun::Retry {
            id,
            wf_version,
            input,
            dry,
        } => {
            let mut body = json!({ "version": wf_version, "dry": dry });
            insert(&mut body, "input", json(input.as_deref())?);
            fork(client, &id, &body, plain).await
        }
        OfRun::Diff { left, right, all } => {
            let path = format!("/api/v1/runs/{left}/diff/{right}");
            let mut diff = client.get(&path, &[]).await?;
            let nodes = diff.get_mut("nodes").and_then(Value::as_array_mut);
            if let Some(nodes) = nodes.filter(|_| !all) {
                nodes.retain(|node| node.get("change").and_then(Value::as_str) != Some("same"));
            }
            output::value(&diff)
        }
        OfRun::Grep {
            text,
            workflow,
            status,
            most,
        } => {
            let filters = [("workflow_id", workflow), ("status", status)];
            grep(client, text, filters, most, plain).await
        }
    }
}

pub(crate) async fn of_workflow(client: &Client, verb: OfWorkflow) -> anyhow::Result<()> {
    let api = "/api/v1/workflows";
    match verb {
        OfWorkflow::Usage { id, since, until } => {
            let period = [("since", since), ("until", until)];
            let path = format!("{api}/{id}/usage");
            output::value(&client.get(&path, &present(period)).await?)
        }
        OfWorkflow::Backtest {
            id,
            wf_version,
            last,
            since,
            until,
        } => {
            let body =
                json!({ "version": wf_version, "last": last, "since": since, "until": until });
            let path = format!("{api}/{id}/backtest");
            output::value(&client.act(Method::POST, &path, Some(&body)).await?)
        }
    }
}

pub(crate) async fn node(client: &Client, verb: Node) -> anyhow::Result<()> {
    let Node::Test {
        workflow,
        node,
        from_run,
        input,
        wf_version,
        live,
    } = verb;
    let mut body = json!({ "from_run": from_run, "version": wf_version, "live": live });
    insert(&mut body, "input", json(input.as_deref())?);
    let path = format!("/api/v1/workflows/{workflow}/nodes/{node}/test");
    output::value(&client.act(Method::POST, &path, Some(&body)).await?)
}

/// An argument that holds JSON.
pub(crate) fn json(text: Option<&str>) -> anyhow::Result<Option<Value>> {
    let read = |text| serde_json::from_str(text).context("--input is not JSON");
    text.map(read).transpose()
}

async fn fork(client: &Client, id: &str, body: &Value, plain: bool) -> anyhow::Result<()> {
    let path = format!("/api/v1/runs/{id}/fork");
    let run = client.act(Method::POST, &path, Some(body)).await?;
    output::record(&run, columns::STARTED, plain)
}

/// Asks on and on, because an answer may end before its page is full.
async fn grep(
    client: &Client,
    text: String,
    filters: [(&str, Option<String>); 2],
    most: usize,
    plain: bool,
) -> anyhow::Result<()> {
    let mut query = present(filters);
    query.push(("q", text));
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = query.clone();
        asked.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let mut page = client.get("/api/v1/runs", &asked).await?;
        if let Some(Value::Array(found)) = page.get_mut("items").map(Value::take) {
            items.extend(found);
        }
        let next = page.get("next_cursor").and_then(Value::as_str);
        cursor = next.map(str::to_owned);
        if cursor.is_none() || items.len() >= most {
            break;
        }
    }
    items.truncate(most);
    let found = json!({ "items": items, "next_cursor": cursor });
    output::list(&found, columns::FOUND, plain)
}

fn present<const N: usize>(filters: [(&str, Option<String>); N]) -> Vec<(&str, String)> {
    let given = filters.into_iter();
    given
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn insert(body: &mut Value, name: &str, value: Option<Value>) {
    if let (Value::Object(fields), Some(value)) = (body, value) {
        fields.insert(name.to_owned(), value);
    }
}
