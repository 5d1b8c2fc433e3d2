//! A file is read along with a message.

use super::{away, download::readable, shelf};
use crate::{App, access::Access, edge::Problem};
use ::artifacts::Error;
use events::{Artifact, ArtifactHash, AttachedFile};
use tokio::io::AsyncReadExt;

/// A file that the person may read, with at most `room` bytes of what is written in it; `None` when there is no such file.
///
/// # Errors
/// 503 when the store is away or not configured.
pub(crate) async fn read_along(
    app: &App,
    access: &Access,
    hash: &ArtifactHash,
    room: u64,
) -> Result<Option<AttachedFile>, Problem> {
    let Some(known) = readable(app, access, hash).await? else {
        return Ok(None);
    };
    let opened = shelf(app)?.artifacts.open(&access.tenant, hash, 0).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(away(&error)),
    };
    let mut bytes = Vec::new();
    let read = opened.bytes.take(room).read_to_end(&mut bytes).await;
    read.map_err(|error| away(&Error::Source(error)))?;
    let text = text(&bytes, known.size > room);
    let artifact = Artifact {
        hash: hash.clone(),
        size: known.size,
        media_type: known.media_type,
        name: known.name,
    };
    Ok(Some(AttachedFile {
        is_cut: text.is_some() && known.size > room,
        artifact,
        text,
    }))
}

/// The text that bytes are, whatever somebody said they are; `None` when they are none. Of a file that goes on, the last character may
/// be cut off.
fn text(bytes: &[u8], goes_on: bool) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if goes_on && error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to())?;
            std::str::from_utf8(whole).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_is_utf_8_is_text() {
        assert_eq!(text("grün".as_bytes(), false).as_deref(), Some("grün"));
        assert_eq!(text(b"", false).as_deref(), Some(""));
        assert_eq!(text(b"gr\xc3", true).as_deref(), Some("gr"));
        assert_eq!(text(b"gr\xc3", false), None, "it ends there");
        assert_eq!(text(b"\x89PNG\r\n", true), None);
        assert_eq!(text(b"a\0b", false), None);
    }
}
