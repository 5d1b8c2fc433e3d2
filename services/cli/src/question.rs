//! Questions of runs to people.

use crate::{
    client::Client,
    columns,
    command::{list, read_json},
    output,
};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Question {
    /// Questions, newest first.
    List {
        /// Those that have been decided as well.
        #[arg(long)]
        all: bool,
    },
    /// One question, with all that it is about.
    Get { id: String },
    /// It happens as it is shown.
    Approve {
        id: String,
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// It happens as the file says instead.
    Edit {
        id: String,
        /// JSON: the request, or the value; `-` for standard input.
        file: PathBuf,
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Answers, or says what the node puts out instead of acting.
    Respond {
        id: String,
        /// JSON; `-` for standard input.
        file: PathBuf,
    },
    /// It does not happen, and the node fails.
    Reject {
        id: String,
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// It does not happen, and the node is skipped.
    Ignore { id: String },
    /// Asks other people instead.
    Delegate {
        id: String,
        /// Ids of people.
        #[arg(required = true)]
        to: Vec<String>,
    },
}

pub(crate) async fn run(client: &Client, verb: Question, json: bool) -> anyhow::Result<()> {
    match verb {
        Question::List { all } => {
            let state = (!all).then(|| "open".to_owned());
            list(client, "questions", &[("state", state)], json).await
        }
        Question::Get { id } => output::value(&client.get(&path(&id), &[]).await?),
        Question::Approve { id, comment } => {
            let decision = json!({ "decision": "approve", "comment": comment });
            decide(client, &id, decision, json).await
        }
        Question::Edit { id, file, comment } => {
            let value = read_json(&file)?;
            let decision = json!({ "decision": "edit", "value": value, "comment": comment });
            decide(client, &id, decision, json).await
        }
        Question::Respond { id, file } => {
            let decision = json!({ "decision": "respond", "value": read_json(&file)? });
            decide(client, &id, decision, json).await
        }
        Question::Reject { id, comment } => {
            let decision = json!({ "decision": "reject", "comment": comment });
            decide(client, &id, decision, json).await
        }
        Question::Ignore { id } => decide(client, &id, json!({ "decision": "ignore" }), json).await,
        Question::Delegate { id, to } => client
            .act(
                Method::POST,
                &format!("{}/delegation", path(&id)),
                Some(&json!({ "to": to })),
            )
            .await
            .map(drop),
    }
}

/// Decides on what the question is about now.
async fn decide(client: &Client, id: &str, mut decision: Value, json: bool) -> anyhow::Result<()> {
    let question = client.get(&path(id), &[]).await?;
    if let (Some(hash), Some(decision)) =
        (question.pointer("/about/hash"), decision.as_object_mut())
    {
        decision.insert("hash".to_owned(), hash.clone());
    }
    let path = format!("{}/decision", path(id));
    let decided = client.act(Method::POST, &path, Some(&decision)).await?;
    output::record(&decided, columns::DECIDED, json)
}

fn path(id: &str) -> String {
    format!("/api/v1/questions/{id}")
}
