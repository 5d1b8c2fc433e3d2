//! A store with a bound, and how what it keeps is described.

use crate::{Artifacts, Error, Source};
use events::Artifact;
use ids::TenantId;
use std::{fmt, sync::Arc};

/// The longest media type, and the longest name, in characters.
const MOST_CHARACTERS: usize = 255;
/// The type of bytes of which nobody says what they are.
const ANYTHING: &str = "application/octet-stream";

/// Where artifacts lie, and how large they may be. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    pub artifacts: Arc<dyn Artifacts>,
    /// In bytes.
    pub most_bytes: u64,
}

impl Shelf {
    /// Stores all that `bytes` give under what somebody says of it: `media_type` and `name` are taken as far as they can be
    /// repeated in a header and as a file's name.
    ///
    /// # Errors
    /// `TooLarge`, `Source`, `Store`; then nothing is stored.
    pub async fn keep(
        &self,
        tenant: &TenantId,
        bytes: Source,
        media_type: Option<&str>,
        name: Option<&str>,
    ) -> Result<Artifact, Error> {
        let put = self.artifacts.put(tenant, bytes, self.most_bytes).await?;
        Ok(Artifact {
            hash: put.hash,
            size: put.size,
            media_type: media_type.and_then(said).unwrap_or(ANYTHING).to_owned(),
            name: name.and_then(plain),
        })
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf")
            .field("most_bytes", &self.most_bytes)
            .finish_non_exhaustive()
    }
}

fn said(media_type: &str) -> Option<&str> {
    let media_type = media_type.trim();
    let fits = media_type.contains('/')
        && media_type.len() <= MOST_CHARACTERS
        && media_type.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    fits.then_some(media_type)
}

/// The last part of a path, without what no file is called.
fn plain(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let letters = last.chars().filter(|letter| !letter.is_control());
    let name: String = letters.take(MOST_CHARACTERS).collect();
    let name = name.trim();
    (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[tokio::test]
    async fn what_is_said_of_a_file_can_be_repeated() {
        let shelf = Shelf {
            artifacts: Arc::new(Memory::default()),
            most_bytes: 3,
        };
        let tenant = TenantId::default_tenant();
        for (said, media_type, called, name) in [
            (
                "text/csv; charset=utf-8",
                "text/csv; charset=utf-8",
                "a.csv",
                Some("a.csv"),
            ),
            (
                "a/b\r\nx: y",
                ANYTHING,
                "../../etc/pass\r\nwd",
                Some("passwd"),
            ),
            ("", ANYTHING, "C:\\x\\..", None),
            ("html", ANYTHING, " Grüße.pdf ", Some("Grüße.pdf")),
        ] {
            let bytes = Box::new(&b"abc"[..]);
            let kept = shelf.keep(&tenant, bytes, Some(said), Some(called)).await;
            let kept = kept.unwrap();
            assert_eq!(
                (kept.media_type.as_str(), kept.name.as_deref()),
                (media_type, name)
            );
            assert_eq!(kept.size, 3);
        }
        let four = Box::new(&b"abcd"[..]);
        let refused = shelf.keep(&tenant, four, None, None).await;
        assert!(matches!(refused, Err(Error::TooLarge { most: 3 })));
    }
}
