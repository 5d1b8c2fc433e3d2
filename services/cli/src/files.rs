//! Workflows as files: what `pull` writes, people edit and keep under version control, and `push` sends back.
//!
//! Beside the files, an index says which workflow each is, of which draft, and what was in it then: so neither side's
//! change is overwritten unseen.

use crate::{client::Client, folder, output};
use anyhow::Context;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path};

const INDEX: &str = ".workflows.json";
const API: &str = "/api/v1/workflows";

/// What is known of a folder's files, by name.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Index(BTreeMap<String, Known>);

#[derive(Clone, Serialize, Deserialize)]
struct Known {
    id: String,
    /// The draft that the file was when it was last the same as the server's.
    version: u64,
    /// SHA-256 of the file then, hex.
    digest: String,
}

/// Writes every workflow that the key may see as a file. A file that was changed since is left alone and named.
pub(crate) async fn pull(client: &Client, folder: &Path, force: bool) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let mut index = folder::read_index::<Index>(folder, INDEX)?;
    let mut left = Vec::new();
    for id in all(client).await? {
        let workflow = client.get(&format!("{API}/{id}"), &[]).await?;
        let name = index.name_of(&id, &workflow);
        let path = folder.join(&name);
        let known = index.0.get(&name).cloned();
        let own = fs::read_to_string(&path).ok();
        let is_changed = match (&own, &known) {
            (Some(text), Some(known)) => digest(text) != known.digest,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let text = pretty(workflow.get("document").unwrap_or(&Value::Null))?;
        if is_changed && !force && own.as_deref() != Some(&text) {
            left.push(name);
            continue;
        }
        fs::write(&path, &text).with_context(|| format!("could not write {}", path.display()))?;
        output::line(&name)?;
        index.0.insert(name, Known::of(id, &workflow, &text));
        folder::write_index(folder, INDEX, &index)?;
    }
    folder::refuse(
        &left,
        "changed here and not written; push them, or pull with --force",
    )
}

/// Saves every file that was changed, and every new one, as a draft; publishes them when asked to.
pub(crate) async fn push(client: &Client, folder: &Path, publish: bool) -> anyhow::Result<()> {
    let mut index = folder::read_index::<Index>(folder, INDEX)?;
    let mut refused = Vec::new();
    for path in folder::files(folder, "json")? {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        let known = index.0.get(&name).cloned();
        if known
            .as_ref()
            .is_some_and(|known| known.digest == digest(&text))
        {
            continue;
        }
        match save(client, &text, known.as_ref(), publish).await {
            Ok(saved) => {
                output::line(format!("{name}: draft {}", version(&saved)))?;
                let id = saved.get("id").and_then(Value::as_str).unwrap_or_default();
                index
                    .0
                    .insert(name, Known::of(id.to_owned(), &saved, &text));
                folder::write_index(folder, INDEX, &index)?;
            }
            Err(error) => refused.push(format!("{name}: {error:#}")),
        }
    }
    folder::refuse(&refused, "not saved")
}

async fn save(
    client: &Client,
    text: &str,
    known: Option<&Known>,
    publish: bool,
) -> anyhow::Result<Value> {
    let document: Value = serde_json::from_str(text).context("it is not JSON")?;
    let body = json!({ "document": document });
    let saved = match known {
        Some(Known { id, version, .. }) => {
            let path = format!("{API}/{id}");
            client.replace(&path, *version, &body).await?
        }
        None => client.act(Method::POST, API, Some(&body)).await?,
    };
    if publish && let Some(id) = saved.get("id").and_then(Value::as_str) {
        let body = json!({ "version": version(&saved) });
        let path = format!("{API}/{id}/publish");
        client.act(Method::POST, &path, Some(&body)).await?;
    }
    Ok(saved)
}

/// The ids of all workflows that the key may see.
async fn all(client: &Client) -> anyhow::Result<Vec<String>> {
    let (mut ids, mut query) = (Vec::new(), Vec::new());
    loop {
        let page = client.get(API, &query).await?;
        let items = page.get("items").and_then(Value::as_array);
        let found = items.into_iter().flatten();
        ids.extend(found.filter_map(|item| Some(item.get("id")?.as_str()?.to_owned())));
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(cursor) => query = vec![("cursor", cursor.to_owned())],
            None => return Ok(ids),
        }
    }
}

impl Known {
    fn of(id: String, workflow: &Value, text: &str) -> Self {
        Self {
            id,
            version: version(workflow),
            digest: digest(text),
        }
    }
}

impl Index {
    /// The file of a workflow: the one it has, else one named after it.
    fn name_of(&self, id: &str, workflow: &Value) -> String {
        let own = self.0.iter().find(|(_, known)| known.id == id);
        if let Some((name, _)) = own {
            return name.clone();
        }
        let name = workflow
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let slug = slug(name);
        let plain = format!("{slug}.json");
        match self.0.contains_key(&plain) {
            true => format!("{slug}-{}.json", id.to_lowercase()),
            false => plain,
        }
    }
}

/// Letters, digits and hyphens.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    match words.is_empty() {
        true => "workflow".to_owned(),
        false => words.join("-"),
    }
}

fn version(workflow: &Value) -> u64 {
    let version = workflow.get("draft_version").and_then(Value::as_u64);
    version.unwrap_or_default()
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn pretty(document: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_workflows_of_one_name_have_two_files() {
        let mut index = Index::default();
        let workflow = json!({ "name": "Invoices: März!", "draft_version": 3 });
        let name = index.name_of("01A", &workflow);
        assert_eq!(name, "invoices-märz.json");
        index
            .0
            .insert(name.clone(), Known::of("01A".to_owned(), &workflow, "{}"));
        assert_eq!(index.name_of("01A", &workflow), name);
        assert_eq!(index.name_of("01B", &workflow), "invoices-märz-01b.json");
        assert_eq!(slug("…"), "workflow");
    }
}
