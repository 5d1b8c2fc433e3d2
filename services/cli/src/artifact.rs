//! Files to and from the gateway, streamed.

use crate::{client::Client, output};
use anyhow::Context;
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

#[derive(clap::Subcommand)]
pub(crate) enum Artifact {
    /// Sends a file; prints the value that stands for it, for the input of a run.
    Put {
        file: PathBuf,
        /// What it is, such as `application/pdf`.
        #[arg(long, default_value = "application/octet-stream")]
        media_type: String,
    },
    /// Writes a file that a run refers to, or that you sent, to `--output` or standard output.
    Get {
        /// Its SHA-256, as the value says.
        hash: String,
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
}

pub(crate) async fn run(client: &Client, verb: Artifact) -> anyhow::Result<()> {
    match verb {
        Artifact::Put { file, media_type } => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let opened = tokio::fs::File::open(&file).await;
            let opened = opened.with_context(|| format!("could not read {}", file.display()))?;
            let query = [("name", name.into_owned())];
            let sent = client.upload("/api/v1/artifacts", &query, &media_type, opened);
            output::value(&sent.await?)
        }
        Artifact::Get { hash, output: None } => {
            fetch(client, &hash, &mut std::io::stdout().lock()).await
        }
        Artifact::Get {
            hash,
            output: Some(path),
        } => save(client, &hash, &path).await,
    }
}

/// A file that breaks off leaves what was there before.
async fn save(client: &Client, hash: &str, path: &Path) -> anyhow::Result<()> {
    let part = path.with_added_extension("part");
    let unwritten = || format!("could not write {}", part.display());
    let mut file = File::create(&part).with_context(unwritten)?;
    match fetch(client, hash, &mut file).await {
        Ok(()) => {
            fs::rename(&part, path).with_context(|| format!("could not write {}", path.display()))
        }
        Err(error) => {
            fs::remove_file(&part).with_context(unwritten)?;
            Err(error)
        }
    }
}

async fn fetch(client: &Client, hash: &str, to: &mut dyn Write) -> anyhow::Result<()> {
    let path = format!("/api/v1/artifacts/{hash}");
    let mut response = client.download(&path).await?;
    while let Some(bytes) = response.chunk().await.context("the file broke off")? {
        to.write_all(&bytes).context("could not write the file")?;
    }
    to.flush().context("could not write the file")
}
