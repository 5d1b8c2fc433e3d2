//! Inputs of runs that are too large for an event: they travel as a file, and runs see what it says.
//!
//! Events, flow control and the log carry a [`JsonFile`]. The core is given the value itself, when a run starts and when one is
//! folded from its log, and knows of no files: a value remembers what is written in its place.

use crate::store::log::Logged;
use artifacts::Shelf;
use engine_core::limits::{INPUT_BYTES, VALUE_BYTES};
use events::{Artifact, ErrorClass, Json, JsonFile, RunError, RunEvent, TakenResult};
use ids::TenantId;
use serde::de::IgnoredAny;
use std::collections::HashMap;
use tokio::io::AsyncReadExt;

/// Why a value cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// And never will be.
    #[error("{}", .0.message)]
    Never(Box<RunError>),
    /// The store of files is away.
    #[error("could not read a value that lies in a file")]
    Away(#[source] artifacts::Error),
}

impl From<Error> for store::Error {
    fn from(error: Error) -> Self {
        let cause = match error {
            Error::Never(error) => error.message,
            Error::Away(source) => source.to_string(),
        };
        Self::Stored {
            what: "input",
            cause,
        }
    }
}

/// The input of a run as the run sees it.
///
/// # Errors
/// `Never` when a file is not there, no JSON, or too much; `Away` is retryable.
pub(crate) async fn whole(
    shelf: Option<&Shelf>,
    tenant: &TenantId,
    written: Json,
) -> Result<Json, Error> {
    let files = JsonFile::in_text(written.as_str());
    if files.is_empty() || written.as_str().len() > VALUE_BYTES {
        return Ok(written);
    }
    let text = written.as_str();
    let bytes = files.iter().map(|(_, artifact)| artifact.size);
    check(bytes.sum::<u64>() + text.len() as u64)?;
    let (mut whole, mut done) = (String::new(), 0);
    for (place, artifact) in files {
        let content = content(shelf, tenant, &artifact).await?;
        whole.push_str(text.get(done..place.start).unwrap_or_default());
        whole.push_str(&content);
        done = place.end;
    }
    whole.push_str(text.get(done..).unwrap_or_default());
    let whole = Json::parse(whole).map_err(|cause| no_json(&cause))?;
    Ok(whole.written_as(&written))
}

/// Makes the values of a log whole, before a run is folded from it.
///
/// # Errors
/// As [`whole`].
pub(crate) async fn restore(shelf: Option<&Shelf>, logged: &mut Logged) -> Result<(), Error> {
    let mut known: HashMap<String, Json> = HashMap::new();
    let frames = logged.frames.iter_mut();
    for event in frames.flat_map(|frame| frame.events.iter_mut()) {
        for value in values(event) {
            if let Some(same) = known.get(value.as_str()) {
                *value = same.clone();
            } else if !JsonFile::in_text(value.as_str()).is_empty() {
                let same = whole(shelf, &logged.tenant, value.clone()).await?;
                known.insert(same.as_written().to_owned(), same.clone());
                *value = same;
            }
        }
    }
    Ok(())
}

/// What a run can pass on unread.
fn values(event: &mut RunEvent) -> Vec<&mut Json> {
    if let RunEvent::RunStarted { input, .. } = event {
        return vec![input];
    }
    if let RunEvent::NodeCompleted { outputs, .. }
    | RunEvent::StandInGiven { outputs, .. }
    | RunEvent::ResultTaken {
        result: TakenResult::Completed { outputs },
        ..
    } = event
    {
        return outputs.values_mut().collect();
    }
    Vec::new()
}

/// One value of JSON, without space around it.
async fn content(
    shelf: Option<&Shelf>,
    tenant: &TenantId,
    artifact: &Artifact,
) -> Result<String, Error> {
    let shelf = shelf.ok_or_else(|| {
        let message = "the input lies in a file, and the engine has no place for files";
        never("artifacts.not_configured", message, "set ARTIFACTS_DIR")
    })?;
    let opened = shelf.artifacts.open(tenant, &artifact.hash, 0).await;
    let opened = opened.map_err(|error| match error {
        artifacts::Error::NotFound(hash) => {
            let message = format!("there is no file {hash}, which is part of the input");
            never("artifact.not_found", message, "send it again")
        }
        error @ (artifacts::Error::TooLarge { .. }
        | artifacts::Error::OutOfRange { .. }
        | artifacts::Error::Source(_)
        | artifacts::Error::Store { .. }) => Error::Away(error),
    })?;
    check(opened.size)?;
    let mut content = String::new();
    let mut bytes = opened.bytes;
    let read = bytes.read_to_string(&mut content).await;
    read.map_err(|source| {
        if source.kind() == std::io::ErrorKind::InvalidData {
            return no_json(&source);
        }
        Error::Away(artifacts::Error::Source(source))
    })?;
    serde_json::from_str::<IgnoredAny>(&content).map_err(|cause| no_json(&cause))?;
    Ok(content.trim().to_owned())
}

fn check(bytes: u64) -> Result<(), Error> {
    if usize::try_from(bytes).is_ok_and(|bytes| bytes <= INPUT_BYTES) {
        return Ok(());
    }
    let message = format!(
        "the input is larger than {} KiB of JSON",
        INPUT_BYTES / 1024
    );
    let error = RunError::new(ErrorClass::Limit, "value.too_large", message);
    let error = error.hinting("send it with another Content-Type, as a file");
    Err(Error::Never(Box::new(error)))
}

fn no_json(cause: &dyn std::fmt::Display) -> Error {
    let message = format!("a file that is part of the input is no JSON: {cause}");
    never("value.no_json", message, "send it again")
}

fn never(code: &str, message: impl Into<String>, hint: &str) -> Error {
    let error = RunError::new(ErrorClass::Schema, code, message);
    Error::Never(Box::new(error.hinting(hint)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use artifacts::Memory;
    use events::ArtifactValue;
    use serde_json::{Value, json};
    use std::{io::Cursor, sync::Arc};

    fn shelf() -> Shelf {
        Shelf {
            artifacts: Arc::new(Memory::default()),
            most_bytes: 10_000_000,
        }
    }

    async fn file(shelf: &Shelf, text: &str) -> JsonFile {
        let bytes = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let tenant = tenant();
        let kept = shelf.keep(&tenant, bytes, Some("application/json"), None);
        let artifact = kept.await.unwrap();
        JsonFile {
            file: ArtifactValue { artifact },
        }
    }

    fn tenant() -> TenantId {
        TenantId::default_tenant()
    }

    async fn read(shelf: Option<&Shelf>, written: Value) -> Result<Json, String> {
        match whole(shelf, &tenant(), written.into()).await {
            Ok(json) => Ok(json),
            Err(Error::Never(error)) => Err(error.code),
            Err(Error::Away(_)) => Err("away".to_owned()),
        }
    }

    #[tokio::test]
    async fn what_a_file_says_stands_where_its_reference_does() {
        let shelf = shelf();
        let (one, two) = (
            file(&shelf, " {\"n\": 1.50}\n").await,
            file(&shelf, "[2]").await,
        );
        let written = json!({ "a": one, "b": ["x", two], "c": true });
        let whole = read(Some(&shelf), written.clone()).await.unwrap();
        assert_eq!(
            whole.as_str(),
            r#"{"a":{"n": 1.50},"b":["x",[2]],"c":true}"#
        );
        assert_eq!(whole.as_written(), written.to_string());
        let plain = read(None, json!({ "a": 1 })).await.unwrap();
        assert_eq!(plain.as_str(), plain.as_written());
    }

    #[tokio::test]
    async fn what_cannot_be_had_says_why() {
        let shelf = shelf();
        let kept = json!(file(&shelf, "[1]").await);
        let why = async |at: Option<&Shelf>, what: Value| read(at, what).await.unwrap_err();
        assert_eq!(why(None, kept.clone()).await, "artifacts.not_configured");
        let elsewhere = self::shelf();
        assert_eq!(why(Some(&elsewhere), kept).await, "artifact.not_found");
        for bad in ["", "{", r#"1,"admin":true"#] {
            let bad = json!({ "body": file(&shelf, bad).await });
            assert_eq!(why(Some(&shelf), bad).await, "value.no_json");
        }
        let long = format!("[{}]", " ".repeat(INPUT_BYTES));
        let long = json!(file(&shelf, &long).await);
        assert_eq!(why(Some(&shelf), long).await, "value.too_large");
    }
}
