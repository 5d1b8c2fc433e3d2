//! What the person thinks of a model's answer.

use crate::{client::Client, columns, output};
use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

/// What the person thinks of an answer, or of a part of it.
#[derive(Args)]
pub(crate) struct Feedback {
    /// The model call, as `st invocations` lists it.
    invocation: String,
    /// right or wrong.
    #[arg(value_parser = ["right", "wrong"])]
    verdict: String,
    /// JSON Pointer of the part, such as `/category`; the whole answer when left out.
    #[arg(long, default_value = "")]
    path: String,
    /// What should be there, as JSON; what is no JSON is a text.
    #[arg(long)]
    expected: Option<String>,
    #[arg(long, default_value = "")]
    comment: String,
}

pub(crate) async fn give(client: &Client, said: Feedback, json: bool) -> anyhow::Result<()> {
    let expected = said
        .expected
        .map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
    let body = json!({
        "verdict": said.verdict,
        "path": said.path,
        "expected": expected,
        "comment": said.comment,
    });
    let path = format!("/api/v1/invocations/{}/feedback", said.invocation);
    let given = client.act(Method::POST, &path, Some(&body)).await?;
    output::record(&given, columns::CASES, json)
}
