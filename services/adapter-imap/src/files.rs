//! What comes with a mail, put where workflows find it.

use adapter::FileOptions;
use artifacts::{Error, Shelf};
use events::{ArtifactValue, EmailReceived};
use ids::TenantId;
use std::{io::Cursor, sync::Arc};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Large mails in memory at the same time, of all mailboxes.
const LARGE_AT_ONCE: usize = 2;

/// Where attachments go, and up to which size a mail is fetched for them.
#[derive(Debug, Clone)]
pub struct Files {
    shelf: Option<Shelf>,
    mail_bytes: u32,
    large: Arc<Semaphore>,
}

impl Files {
    /// Into the folder that `options` name, from mails of at most `mail_bytes`.
    ///
    /// # Errors
    /// The folder of files cannot be used.
    pub fn open(options: &FileOptions, mail_bytes: u32) -> anyhow::Result<Self> {
        Ok(Self {
            shelf: options.shelf()?,
            mail_bytes,
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
        })
    }

    /// The most that is fetched of a mail, in bytes.
    pub(crate) const fn mail_bytes(&self) -> u32 {
        self.mail_bytes
    }

    /// Whether a mail of `size` bytes, of which `fetched` are here, is to be fetched whole.
    pub(crate) fn wants(&self, size: u64, fetched: usize) -> bool {
        self.shelf.is_some() && size > fetched as u64 && size <= self.mail_bytes.into()
    }

    /// Room for one large mail; `None` never happens while the adapter runs.
    pub(crate) async fn room(&self) -> Option<SemaphorePermit<'_>> {
        self.large.acquire().await.ok()
    }

    /// Stores the files of a mail and lets its attachments name them. Storing them again changes nothing. One that is larger
    /// than a file may be stays in the mailbox.
    ///
    /// # Errors
    /// `Store`: the mail must not be told yet.
    pub(crate) async fn keep(
        &self,
        tenant: &TenantId,
        email: &mut EmailReceived,
        files: Vec<Vec<u8>>,
    ) -> Result<(), Error> {
        let Some(shelf) = &self.shelf else {
            return Ok(());
        };
        for (attachment, bytes) in email.attachments.iter_mut().zip(files) {
            let bytes = Box::new(Cursor::new(bytes));
            let (kind, name) = (&attachment.content_type, attachment.name.as_deref());
            attachment.artifact = match shelf.keep(tenant, bytes, Some(kind), name).await {
                Ok(artifact) => Some(ArtifactValue { artifact }),
                Err(Error::TooLarge { .. }) => None,
                Err(
                    error @ (Error::NotFound(_)
                    | Error::OutOfRange { .. }
                    | Error::Source(_)
                    | Error::Store { .. }),
                ) => return Err(error),
            };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use artifacts::Memory;

    fn files(shelf: bool) -> Files {
        let artifacts = Arc::new(Memory::default());
        Files {
            shelf: shelf.then_some(Shelf {
                artifacts,
                most_bytes: 1 << 20,
            }),
            mail_bytes: 100,
            large: Arc::new(Semaphore::new(1)),
        }
    }

    #[test]
    fn a_mail_is_fetched_whole_when_it_is_worth_it() {
        let files = files(true);
        assert!(files.wants(100, 10));
        assert!(!files.wants(10, 10), "it is here");
        assert!(!files.wants(101, 10), "it is too large");
        assert!(!self::files(false).wants(100, 10), "there is no place");
    }
}
