//! Prompts as files, one `NAME.md` each: what `pull` writes, people edit and keep under version control, and `push` sends back.
//!
//! Beside the files, an index says what was in production when each file was last the same, so that neither side's change is
//! overwritten unseen.

use crate::{
    client::Client,
    folder, output,
    prompt::{all, newest, path_of},
};
use anyhow::{Context, bail};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

const INDEX: &str = ".prompts.json";

/// The version of each prompt that its file last agreed with, by name.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Index(BTreeMap<String, u64>);

/// Writes every prompt as it is in production. A file that was changed since is left alone and named.
pub(crate) async fn pull(client: &Client, folder: &Path, force: bool) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let mut index = folder::read_index::<Index>(folder, INDEX)?;
    let mut left = Vec::new();
    for prompt in all(client).await? {
        let (name, text) = (word(&prompt, "name"), word(&prompt, "text"));
        let path = folder.join(format!("{name}.md"));
        let own = fs::read_to_string(&path).ok();
        let known = match index.0.get(name) {
            Some(version) => Some(text_of(client, &prompt, *version).await?),
            None => None,
        };
        let is_changed = own.is_some() && own != known && own.as_deref() != Some(text);
        if is_changed && !force {
            left.push(format!("{name}.md"));
            continue;
        }
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
        output::line(format!("{name}.md"))?;
        index.0.insert(name.to_owned(), production(&prompt));
        folder::write_index(folder, INDEX, &index)?;
    }
    folder::refuse(
        &left,
        "changed here and not written; push them, or pull with --force",
    )
}

/// Saves every file that was changed, and every new one.
pub(crate) async fn push(client: &Client, folder: &Path, draft: bool) -> anyhow::Result<()> {
    let mut index = folder::read_index::<Index>(folder, INDEX)?;
    let prompts = all(client).await?;
    let mut refused = Vec::new();
    for path in folder::files(folder, "md")? {
        let name = name_of(&path);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        let prompt = prompts.iter().find(|prompt| word(prompt, "name") == name);
        match save(client, &name, &text, prompt, index.0.get(&name), draft).await {
            Ok(None) => {}
            Ok(Some(saved)) => {
                let version = newest(&saved).unwrap_or_default();
                let in_use = production(&saved);
                let outcome = match word(&saved, "text") == text {
                    true => format!("{name}: version {in_use}, in production"),
                    false if draft => format!("{name}: version {version}"),
                    false => format!(
                        "{name}: version {version}, in production unless it does worse than version {in_use} on what people \
                         corrected; see `st eval list {name}`"
                    ),
                };
                output::line(outcome)?;
                index.0.insert(name, in_use);
                folder::write_index(folder, INDEX, &index)?;
            }
            Err(error) => refused.push(format!("{name}.md: {error:#}")),
        }
    }
    folder::refuse(&refused, "not saved")
}

/// Prints what the files say otherwise than what is in production.
pub(crate) async fn diff(client: &Client, folder: &Path) -> anyhow::Result<()> {
    let prompts = all(client).await?;
    for path in folder::files(folder, "md")? {
        let name = name_of(&path);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        let prompt = prompts.iter().find(|prompt| word(prompt, "name") == name);
        let before = prompt
            .map(|prompt| word(prompt, "text"))
            .unwrap_or_default();
        if before == text {
            continue;
        }
        let named = match prompt {
            Some(prompt) => format!("--- {name}, version {}", production(prompt)),
            None => format!("--- {name}, new"),
        };
        output::line(named)?;
        output::line(format!("+++ {}", path.display()))?;
        for line in ::diff::lines(before, &text) {
            let (sign, line) = match line {
                ::diff::Result::Left(line) => ('-', line),
                ::diff::Result::Both(line, _) => (' ', line),
                ::diff::Result::Right(line) => ('+', line),
            };
            output::line(format!("{sign}{line}"))?;
        }
    }
    Ok(())
}

/// Saves a file, unless it says what is there already.
async fn save(
    client: &Client,
    name: &str,
    text: &str,
    prompt: Option<&Value>,
    known: Option<&u64>,
    draft: bool,
) -> anyhow::Result<Option<Value>> {
    let Some(prompt) = prompt else {
        let body = json!({ "name": name, "text": text });
        let made = client.act(Method::POST, "/api/v1/prompts", Some(&body));
        return made.await.map(Some);
    };
    if word(prompt, "text") == text {
        return Ok(None);
    }
    if let Some(version) = known {
        let in_use = production(prompt);
        if text_of(client, prompt, *version).await? == text {
            return Ok(None);
        }
        if in_use != *version {
            bail!(
                "version {in_use} came into production since version {version} was pulled; pull it with --force, then change it"
            );
        }
    }
    let body = json!({ "text": text, "draft": draft });
    let path = path_of(prompt)?;
    client.act(Method::PUT, &path, Some(&body)).await.map(Some)
}

async fn text_of(client: &Client, prompt: &Value, version: u64) -> anyhow::Result<String> {
    let path = format!("{}/versions/{version}", path_of(prompt)?);
    let found = client.get(&path, &[]).await?;
    Ok(word(&found, "text").to_owned())
}

fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn production(prompt: &Value) -> u64 {
    prompt
        .get("version")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}
