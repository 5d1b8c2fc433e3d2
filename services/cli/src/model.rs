//! Language models: what is known of them, and calls that measure one.

use crate::{client::Client, command, output};
use anyhow::{Context, bail};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const WORKFLOWS: &str = "/api/v1/workflows";
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// For one call with all that the adapter tries.
const PATIENCE: Duration = Duration::from_secs(900);

#[derive(Subcommand)]
pub(crate) enum Model {
    /// All that can be asked, in the order in which they are, with prices per million tokens and what was measured in the last
    /// seven days.
    List,
    /// Asks a model several times, one call after the other, by runs of a workflow that is made for it and deleted at the end.
    Bench {
        /// The model; the default one when left out.
        name: Option<String>,
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=200))]
        calls: u32,
        /// What it is asked.
        #[arg(long, default_value = "Count from one to twenty, in words.")]
        prompt: String,
    },
}

pub(crate) async fn run(client: &Client, verb: Model, plain: bool) -> anyhow::Result<()> {
    match verb {
        Model::List => command::list(client, "models", &[], plain).await,
        Model::Bench {
            name,
            calls,
            prompt,
        } => {
            let document = json!({ "document": asking(name.as_deref(), &prompt) });
            let made = client.act(Method::POST, WORKFLOWS, Some(&document)).await?;
            let id = text(&made, "id").context("the workflow has no id")?;
            let path = format!("{WORKFLOWS}/{id}");
            let measured = measure(client, &path, calls).await;
            client.act(Method::DELETE, &path, None).await?;
            output::record(&summary(&measured?), COLUMNS, plain)
        }
    }
}

const COLUMNS: &[&str] = &[
    "model",
    "calls",
    "failures",
    "p50_ms",
    "p95_ms",
    "tokens_per_second",
    "cost_cents_per_call",
];

fn asking(model: Option<&str>, prompt: &str) -> Value {
    let config = match model {
        Some(model) => json!({ "prompt": prompt, "model": model }),
        None => json!({ "prompt": prompt }),
    };
    json!({
        "name": format!("Measure {}", model.unwrap_or("the default model")),
        "nodes": [
            { "id": "go", "node_type": "trigger.manual" },
            { "id": "ask", "node_type": "llm_call", "config": config },
        ],
        "edges": [{ "source": "go", "source_port": "out", "destination": "ask", "destination_port": "in" }],
    })
}

/// The calls as the API shows them.
async fn measure(client: &Client, workflow: &str, calls: u32) -> anyhow::Result<Vec<Value>> {
    let mut made = Vec::new();
    for _ in 0..calls {
        let body = json!({ "input": {} });
        let runs = format!("{workflow}/runs");
        let run = client.act(Method::POST, &runs, Some(&body)).await?;
        let id = text(&run, "id").context("the run has no id")?;
        made.push(call_of(client, &id).await?);
    }
    Ok(made)
}

async fn call_of(client: &Client, run: &str) -> anyhow::Result<Value> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let of_run = [("run_id", run.to_owned())];
        let page = client.get("/api/v1/invocations", &of_run).await?;
        if let Some(call) = page.pointer("/items/0") {
            return Ok(call.clone());
        }
        sleep(LOOK_EVERY).await;
    }
    bail!("run {run} shows no model call: see `st run events {run}`")
}

/// The figures of these calls; times and tokens are those of answers.
fn summary(calls: &[Value]) -> Value {
    let answers = || {
        let completed = calls.iter();
        completed.filter(|call| text(call, "status").as_deref() == Some("completed"))
    };
    let number = |call: &Value, name: &str| call.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    let mut times: Vec<f64> = answers().map(|call| number(call, "latency_ms")).collect();
    times.sort_by(f64::total_cmp);
    let spent: f64 = times.iter().sum();
    let tokens: f64 = answers().map(|call| number(call, "output_tokens")).sum();
    let cost: f64 = calls.iter().map(|call| number(call, "cost_cents")).sum();
    let rounded = |value: f64, unit: f64| (value * unit).round() / unit;
    let models = answers()
        .chain(calls)
        .filter_map(|call| text(call, "model"));
    json!({
        "model": models.into_iter().next(),
        "calls": calls.len(),
        "failures": calls.len() - times.len(),
        "p50_ms": share(&times, 50),
        "p95_ms": share(&times, 95),
        "tokens_per_second": (spent > 0.0).then(|| rounded(1_000.0 * tokens / spent, 10.0)),
        "cost_cents_per_call": rounded(cost / f64::from(u32::try_from(calls.len().max(1)).unwrap_or(u32::MAX)), 10_000.0),
    })
}

/// The shortest time that so many of a hundred did not exceed.
fn share(sorted: &[f64], of_hundred: usize) -> Option<f64> {
    let rank = (sorted.len() * of_hundred).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_not_named_is_left_out_of_the_document() {
        let config = |model| asking(model, "?").pointer("/nodes/1/config").cloned();
        assert_eq!(config(None), Some(json!({ "prompt": "?" })));
        let named = json!({ "prompt": "?", "model": "m" });
        assert_eq!(config(Some("m")), Some(named));
    }

    #[test]
    fn calls_come_to_their_figures() {
        let call = |latency: u64| json!({ "status": "completed", "model": "m", "latency_ms": latency, "output_tokens": 10, "cost_cents": 0.5 });
        let mut calls: Vec<Value> = (1..=20).rev().map(|at| call(at * 100)).collect();
        calls.push(
            json!({ "status": "failed", "model": "m", "latency_ms": 60_000, "cost_cents": null }),
        );
        let expected = json!({
            "model": "m", "calls": 21, "failures": 1, "p50_ms": 1_000.0, "p95_ms": 1_900.0, "tokens_per_second": 9.5,
            "cost_cents_per_call": 0.4762,
        });
        assert_eq!(summary(&calls), expected);
        let none = summary(&calls[20..]);
        assert_eq!(
            (&none["p95_ms"], &none["failures"]),
            (&Value::Null, &json!(1))
        );
    }
}
