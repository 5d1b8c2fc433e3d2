//! What the assistant knows of a person.

use crate::{client::Client, columns, command::list, output};
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(crate) enum Fact {
    /// What the assistant knows of you, newest first.
    List {
        /// Only proposed, held or superseded ones.
        #[arg(long)]
        state: Option<String>,
        /// Only those with this text.
        #[arg(long)]
        search: Option<String>,
    },
    /// Tells it something.
    Add {
        text: String,
        /// Always in the context of an answer.
        #[arg(long)]
        pin: bool,
        /// The fact that it takes the place of; both are kept.
        #[arg(long)]
        replaces: Option<String>,
    },
    /// A fact with all that it took the place of, and what took its place.
    History { id: String },
    /// It is so.
    Confirm { id: String },
    /// Always in the context of an answer.
    Pin { id: String },
    /// No longer always in the context of an answer.
    Unpin { id: String },
    /// Forgets it, with what was only supposed because of it; prints what is left, which is nothing.
    Forget { id: String },
    /// That it was forgotten, and what is left of it.
    Forgetting { id: String },
}

pub(crate) async fn run(client: &Client, verb: Fact, json: bool) -> anyhow::Result<()> {
    match verb {
        Fact::List { state, search } => {
            list(client, "facts", &[("state", state), ("q", search)], json).await
        }
        Fact::Add {
            text,
            pin,
            replaces,
        } => {
            let body = json!({ "text": text, "pinned": pin, "replaces": replaces });
            let fact = client
                .act(Method::POST, "/api/v1/facts", Some(&body))
                .await?;
            output::record(&fact, columns::FACT, json)
        }
        Fact::History { id } => {
            let history = client.get(&format!("{}/history", path(&id)), &[]).await?;
            match json {
                true => output::value(&history),
                false => output::rows(history.get("items"), columns::of_list("facts")),
            }
        }
        Fact::Confirm { id } => change(client, &id, &json!({ "state": "held" }), json).await,
        Fact::Pin { id } => change(client, &id, &json!({ "pinned": true }), json).await,
        Fact::Unpin { id } => change(client, &id, &json!({ "pinned": false }), json).await,
        Fact::Forget { id } => {
            let gone = client.act(Method::DELETE, &path(&id), None).await?;
            output::record(&gone, columns::FORGETTING, json)
        }
        Fact::Forgetting { id } => {
            let gone = client
                .get(&format!("{}/forgetting", path(&id)), &[])
                .await?;
            output::record(&gone, columns::FORGETTING, json)
        }
    }
}

async fn change(client: &Client, id: &str, change: &Value, json: bool) -> anyhow::Result<()> {
    let fact = client.act(Method::PATCH, &path(id), Some(change)).await?;
    output::record(&fact, columns::FACT, json)
}

fn path(id: &str) -> String {
    format!("/api/v1/facts/{id}")
}
