//! One logged-in IMAP session on one folder.
//!
//! Source: RFC 9051 (`IMAP4rev2`), RFC 2177 (IDLE), RFC 5530 (response codes).

use crate::{
    line::{Counted, Line},
    settings::{Credentials, Settings},
};
use async_imap::types::{Fetch, UnsolicitedResponse};
use egress::Egress;
use futures::TryStreamExt;
use std::time::Duration;

/// Response codes by which a login fails now, whatever the password (RFC 5530 §3).
const PASSING: [&str; 4] = ["[UNAVAILABLE]", "[SERVERBUG]", "[LIMIT]", "[INUSE]"];

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a server that should say something.
    pub answer: Duration,
    /// Before asking a server that tells of changes whether it is still there.
    pub idle: Duration,
    /// Between two looks into a mailbox whose server does not tell of changes.
    pub poll: Duration,
}

/// What can go wrong in a session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The host cannot be reached, or may not be.
    #[error("could not connect to {host}:{port}")]
    Connect {
        host: String,
        port: u16,
        source: egress::Error,
    },
    /// The server refuses the credentials.
    #[error("{host} refuses the user name or the password: {answer}")]
    Login { host: String, answer: String },
    /// The server says no.
    #[error("{host} refused to {attempted}: {answer}")]
    Refused {
        host: String,
        attempted: &'static str,
        answer: String,
    },
    /// The connection broke.
    #[error("connection to {host} broke while trying to {attempted}")]
    Broken {
        host: String,
        attempted: &'static str,
        source: async_imap::error::Error,
    },
    /// No answer.
    #[error("{host} said nothing for {seconds} s while trying to {attempted}")]
    Silent {
        host: String,
        attempted: &'static str,
        seconds: u64,
    },
    /// The server does not number its mails.
    #[error("folder {folder} has no UIDVALIDITY, so mails in it cannot be told apart")]
    Unnumbered { folder: String },
}

/// A session with the watched folder open for reading.
pub(crate) struct Session {
    line: Line,
    inner: async_imap::Session<Counted>,
    can_idle: bool,
    patience: Patience,
    /// How many mails the folder had when the server last said.
    exists: u32,
}

/// The numbering of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbering {
    pub(crate) uid_validity: u32,
    /// Every mail has a lower number.
    pub(crate) uid_next: u32,
}

impl Session {
    /// Connects and logs in.
    ///
    /// # Errors
    /// `Connect`, `Login`, `Refused`, `Broken` or `Silent`.
    pub(crate) async fn open(
        egress: &Egress,
        settings: &Settings,
        credentials: &Credentials,
        patience: Patience,
    ) -> Result<Self, Error> {
        let (line, client) = Line::open(egress, settings, patience.answer).await?;
        let refused = |answer: String| Error::Login {
            host: settings.host.clone(),
            answer,
        };
        let password = credentials.password.expose_str();
        let password = password.map_err(|_| refused("the password is not text".to_owned()))?;
        let login = async {
            let login = client.login(&settings.username, password).await;
            login.map_err(|(error, _)| error)
        };
        let mut inner = match line.exchange("log in", login).await {
            Err(Error::Refused { answer, .. }) if !is_passing(&answer) => {
                return Err(refused(answer));
            }
            other => other?,
        };
        let capabilities = line
            .exchange("ask what it can do", inner.capabilities())
            .await?;
        Ok(Self {
            can_idle: capabilities.has_str("IDLE"),
            line,
            inner,
            patience,
            exists: 0,
        })
    }

    /// Opens a folder for reading; mails stay unread.
    ///
    /// # Errors
    /// `Refused` when there is no such folder, `Unnumbered`, `Broken` or `Silent`.
    pub(crate) async fn examine(&mut self, folder: &str) -> Result<Numbering, Error> {
        let examine = self.inner.examine(folder);
        let mailbox = self.line.exchange("open the folder", examine).await?;
        self.exists = mailbox.exists;
        let unnumbered = || Error::Unnumbered {
            folder: folder.to_owned(),
        };
        let uid_validity = mailbox.uid_validity.ok_or_else(unnumbered)?;
        let uid_next = match mailbox.uid_next {
            Some(next) => next,
            // Old servers do not say: the highest number is asked for instead.
            None => self
                .uids_from(1)
                .await?
                .last()
                .map_or(1, |last| last.saturating_add(1)),
        };
        Ok(Numbering {
            uid_validity,
            uid_next,
        })
    }

    /// The numbers of all mails from `first` on, ascending.
    ///
    /// # Errors
    /// `Refused`, `Broken` or `Silent`.
    pub(crate) async fn uids_from(&mut self, first: u32) -> Result<Vec<u32>, Error> {
        let query = format!("UID {first}:*");
        let search = self.inner.uid_search(query);
        let found = self.line.exchange("look for new mail", search).await?;
        // `n:*` names the last mail even when its number is below n (RFC 9051 §9, seq-range).
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid >= first).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Fetches mails with their arrival time and size, at most `most` bytes of each; those that are gone by now are missing.
    ///
    /// # Errors
    /// `Refused`, `Broken` or `Silent`.
    pub(crate) async fn fetch(&mut self, uids: &[u32], most: u32) -> Result<Vec<Fetch>, Error> {
        let set = uids
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(",");
        let items = format!("(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{most}>)");
        let fetched = async {
            self.inner
                .uid_fetch(set, items)
                .await?
                .try_collect::<Vec<_>>()
                .await
        };
        let mut mails = self.line.exchange("fetch mail", fetched).await?;
        mails.retain(|mail| mail.uid.is_some());
        mails.sort_unstable_by_key(|mail| mail.uid);
        Ok(mails)
    }

    /// Waits until something may have changed: the server says so, or a while is over.
    ///
    /// # Errors
    /// `Broken` or `Silent`: the connection is dead.
    pub(crate) async fn wait(mut self) -> Result<Self, Error> {
        if self.has_grown() {
            return Ok(self);
        }
        if !self.can_idle {
            tokio::time::sleep(self.patience.poll).await;
            // Servers look at the folder at the end of a command: without this one, a search would find what was there before.
            let noop = self.inner.noop();
            self.line.exchange("ask for news", noop).await?;
            return Ok(self);
        }
        let mut idle = self.inner.idle();
        self.line.exchange("idle", idle.init()).await?;
        // The guard ends the wait when it is dropped.
        let (waiting, _interrupt) = idle.wait_with_timeout(self.patience.idle);
        let waited = waiting.await;
        waited.map_err(|source| self.line.broken("idle", source))?;
        let inner = self.line.exchange("stop idling", idle.done()).await?;
        Ok(Self { inner, ..self })
    }

    /// Whether mail arrived while we asked for something else: the server says so once, and would not repeat it when idle.
    fn has_grown(&mut self) -> bool {
        let before = self.exists;
        let mut most = before;
        while let Ok(said) = self.inner.unsolicited_responses.try_recv() {
            match said {
                UnsolicitedResponse::Exists(count) => {
                    self.exists = count;
                    most = most.max(count);
                }
                UnsolicitedResponse::Expunge(_) => self.exists = self.exists.saturating_sub(1),
                UnsolicitedResponse::Status { .. }
                | UnsolicitedResponse::Recent(_)
                | UnsolicitedResponse::Other(_) => {}
            }
        }
        most > before
    }
}

/// Whether a refused login may work later as it is.
fn is_passing(answer: &str) -> bool {
    let code = answer.trim_start().to_ascii_uppercase();
    PASSING.iter().any(|passing| code.starts_with(passing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refused_password_is_the_persons_affair() {
        assert!(is_passing(
            "[UNAVAILABLE] Temporary authentication failure."
        ));
        assert!(!is_passing("[AUTHENTICATIONFAILED] Authentication failed."));
        assert!(!is_passing("Invalid login"));
    }
}
