//! Files that are enclosed with a mail.

use adapter::{Failed, fault, file_store_away, open_file};
use artifacts::Shelf;
use events::{Artifact, ArtifactValue, ErrorClass, RunError};
use ids::TenantId;
use lettre::message::{
    Attachment, Body, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};
use serde_json::Value;
use std::sync::Arc;
use tokio::{
    io::AsyncReadExt,
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// More than these are an archive's work.
const MAX_ATTACHMENTS: usize = 50;
/// What is called nothing.
const UNNAMED: &str = "attachment";

/// Where enclosed files come from, and how much of them is in memory: mails are built whole.
#[derive(Debug, Clone)]
pub struct Enclosing {
    shelf: Option<Shelf>,
    /// Of one mail, in bytes.
    most_bytes: u32,
    room: Arc<Semaphore>,
}

/// Files in memory, and the room that they take there.
pub(crate) struct Enclosed {
    pub(crate) parts: Vec<SinglePart>,
    _room: Option<OwnedSemaphorePermit>,
}

impl Enclosing {
    /// Files from `shelf`, at most `most_bytes` in one mail, and of all mails that are sent at the same time twice as much.
    #[must_use]
    pub fn new(shelf: Option<Shelf>, most_bytes: u32) -> Self {
        let room = usize::try_from(u64::from(most_bytes) * 2).unwrap_or(usize::MAX);
        Self {
            shelf,
            most_bytes,
            room: Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Reads the files of a mail, once there is room for them. Nothing is sent when one cannot be had.
    pub(crate) async fn enclose(
        &self,
        tenant: &TenantId,
        artifacts: &[Artifact],
    ) -> Result<Enclosed, Failed> {
        if artifacts.is_empty() {
            return Ok(Enclosed {
                parts: Vec::new(),
                _room: None,
            });
        }
        let mut opened = Vec::new();
        let mut total = 0_u64;
        for artifact in artifacts {
            let file = open_file(self.shelf.as_ref(), tenant, artifact).await;
            let file = file.map_err(Failed::before)?;
            total = total.saturating_add(file.size);
            opened.push((artifact, file));
        }
        let bytes = u32::try_from(total).ok();
        let Some(bytes) = bytes.filter(|bytes| *bytes <= self.most_bytes) else {
            return Err(Failed::before(self.too_large(total)));
        };
        // The semaphore is never closed.
        let room = Arc::clone(&self.room).acquire_many_owned(bytes).await.ok();
        let mut parts = Vec::new();
        for (artifact, file) in opened {
            let mut bytes = Vec::new();
            let read = file.bytes.take(file.size).read_to_end(&mut bytes).await;
            read.map_err(|cause| {
                let attempted = "read an artifact";
                let error = artifacts::Error::Store { attempted, cause };
                Failed::before(file_store_away(&error))
            })?;
            parts.push(part(artifact, bytes));
        }
        Ok(Enclosed { parts, _room: room })
    }

    fn too_large(&self, total: u64) -> RunError {
        fault(
            ErrorClass::Limit,
            "smtp.attachments_too_large",
            format!(
                "the attachments have {total} bytes; a mail may have {}",
                self.most_bytes
            ),
            Some("send a link, or raise SMTP_ATTACHMENT_BYTES"),
        )
    }
}

/// The files that an effect names. Pure.
pub(crate) fn read(attachments: &[Value]) -> Result<Vec<Artifact>, RunError> {
    if attachments.len() > MAX_ATTACHMENTS {
        let count = attachments.len();
        return Err(fault(
            ErrorClass::Limit,
            "smtp.too_many_attachments",
            format!("the mail has {count} attachments; the bound is {MAX_ATTACHMENTS}"),
            None,
        ));
    }
    let read = |(at, value): (usize, &Value)| {
        let file: Result<ArtifactValue, _> = serde_json::from_value(value.clone());
        file.map(|file| file.artifact).map_err(|_| {
            fault(
                ErrorClass::Schema,
                "smtp.attachment_invalid",
                format!("attachment {} is no file", at + 1),
                Some("an attachment is a value with `$artifact`, such as a node or a trigger puts out"),
            )
        })
    };
    attachments.iter().enumerate().map(read).collect()
}

/// Base64 whatever it is: other encodings may change the ends of lines.
fn part(artifact: &Artifact, bytes: Vec<u8>) -> SinglePart {
    let kind = ContentType::parse(&artifact.media_type);
    let kind = kind.unwrap_or_else(|_| anything());
    let name = artifact.name.as_deref().unwrap_or(UNNAMED);
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let attachment = Attachment::new(name);
    match Body::new_with_encoding(bytes, ContentTransferEncoding::Base64) {
        Ok(body) => attachment.body(body, kind),
        // Base64 takes anything.
        Err(bytes) => attachment.body(bytes, kind),
    }
}

fn anything() -> ContentType {
    ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use artifacts::Memory;
    use serde_json::json;

    fn enclosing(most_bytes: u32) -> Enclosing {
        let shelf = Shelf {
            artifacts: Arc::new(Memory::default()),
            most_bytes: 100,
        };
        Enclosing::new(Some(shelf), most_bytes)
    }

    async fn kept(enclosing: &Enclosing, bytes: &'static [u8], kind: &str) -> Artifact {
        let shelf = enclosing.shelf.as_ref().unwrap();
        let tenant = TenantId::default_tenant();
        let kept = shelf.keep(&tenant, Box::new(bytes), Some(kind), Some("a b.txt"));
        kept.await.unwrap()
    }

    #[tokio::test]
    async fn the_bytes_of_a_file_are_sent_as_they_are() {
        let enclosing = enclosing(10);
        let file = kept(&enclosing, b"a\nb\r\n\n", "text/plain").await;
        let tenant = TenantId::default_tenant();
        let enclosed = enclosing.enclose(&tenant, &[file]).await.ok().unwrap();
        let text = String::from_utf8(enclosed.parts[0].formatted()).unwrap();
        for line in [
            "Content-Disposition: attachment; filename=\"a b.txt\"\r\n",
            "Content-Type: text/plain\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "\r\n\r\nYQpiDQoK",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[tokio::test]
    async fn what_is_too_large_or_not_there_is_refused_before_anything_is_sent() {
        let enclosing = enclosing(5);
        let tenant = TenantId::default_tenant();
        let three = kept(&enclosing, b"abc", "a/b").await;
        let two = [three.clone(), three.clone()];
        let refused = enclosing.enclose(&tenant, &two).await.err().unwrap();
        assert_eq!(refused.error.code, "smtp.attachments_too_large");
        assert_eq!(refused.reach, adapter::Reach::Nothing);
        let hash = "0".repeat(64).parse().unwrap();
        let nobody = Artifact { hash, ..three };
        let refused = enclosing.enclose(&tenant, &[nobody]).await.err().unwrap();
        assert_eq!(refused.error.code, "artifact.not_found");
    }

    #[test]
    fn an_attachment_is_a_file() {
        let artifact = json!({ "hash": "0".repeat(64), "size": 1, "media_type": "a/b" });
        let file = json!({ "$artifact": artifact });
        assert_eq!(read(std::slice::from_ref(&file)).unwrap().len(), 1);
        let error = read(&[file.clone(), json!(null)]).unwrap_err();
        assert_eq!(error.code, "smtp.attachment_invalid");
        assert_eq!(error.message, "attachment 2 is no file");
        let error = read(&vec![file; 51]).unwrap_err();
        assert_eq!(error.code, "smtp.too_many_attachments");
    }
}
