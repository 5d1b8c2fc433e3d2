//! Events that a consumer put aside: shown to operators, and released once their cause is gone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use async_nats::jetstream::{self, stream::LastRawMessageErrorKind};
use bus::{Bus, Nats, NatsOptions, dead_letter};
use events::{DeadLetter, Stream};
use serde_json::json;

use crate::secrets::Secrets;

/// Options of `provisioner dead-letters`.
#[derive(clap::Args)]
pub struct DeadLetters {
    /// Hands the letter with this sequence number to its consumers again; without it all letters are shown, one JSON object a line
    #[arg(long)]
    pub release: Option<u64>,
    /// File with the payload that takes the place of the letter's own
    #[arg(long, requires = "release")]
    pub payload: Option<PathBuf>,
    /// The directory that `provisioner keys` wrote.
    #[arg(long, env = "SECRETS_DIR")]
    pub secrets: PathBuf,
    /// Where NATS is.
    #[arg(long, env = "NATS_URL", default_value = "nats://127.0.0.1:4222")]
    pub nats_url: String,
}

/// Shows the letters on `out`, or releases one. Errors: NATS cannot be reached, no such letter, or a letter that holds no whole
/// event and no payload to take its place.
pub async fn dead_letters(wanted: &DeadLetters, out: &mut impl Write) -> Result<()> {
    let options = NatsOptions {
        url: wanted.nats_url.clone(),
        service: "provisioner".to_owned(),
        nkey_seed: Some(Secrets::at(&wanted.secrets).read("admin", "nats.seed")?),
    };
    let nats = Nats::connect(options).await?;
    let stream = jetstream::new(nats.client().clone())
        .get_stream(Stream::DeadLetter.name())
        .await
        .context("there is no stream of dead letters: run `provisioner apply`")?;
    match wanted.release {
        Some(seq) => {
            let letter = letter(&stream, seq)
                .await?
                .with_context(|| format!("there is no dead letter {seq}"))?;
            release(Arc::new(nats), &letter, wanted.payload.as_deref()).await
        }
        None => show(&stream, out).await,
    }
}

async fn show(stream: &jetstream::stream::Stream, out: &mut impl Write) -> Result<()> {
    let state = stream.get_info().await?.state;
    for seq in state.first_sequence.max(1)..=state.last_sequence {
        if let Some(letter) = letter(stream, seq).await? {
            writeln!(out, "{}", json!({ "seq": seq, "letter": letter }))?;
        }
    }
    Ok(())
}

/// `None` for a number whose letter is gone.
async fn letter(stream: &jetstream::stream::Stream, seq: u64) -> Result<Option<DeadLetter>> {
    match stream.get_raw_message(seq).await {
        Ok(message) => {
            let letter = serde_json::from_slice(&message.payload);
            Ok(Some(letter.with_context(|| {
                format!("dead letter {seq} cannot be read")
            })?))
        }
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => bail!("could not read dead letter {seq}: {error}"),
    }
}

async fn release(bus: Bus, letter: &DeadLetter, payload: Option<&Path>) -> Result<()> {
    let read = |file: &Path| {
        std::fs::read(file).with_context(|| format!("could not read {}", file.display()))
    };
    let payload = payload.map(read).transpose()?;
    dead_letter::release(&bus, letter, payload.map(Into::into)).await?;
    Ok(())
}
