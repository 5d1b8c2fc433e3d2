//! The wire: one logged-in IMAP session on one folder. Every exchange has a deadline, so that a dead connection is noticed.
//!
//! Source: RFC 9051 (`IMAP4rev2`), RFC 2177 (IDLE).

use crate::settings::{Credentials, Settings};
use async_imap::{Client, types::Fetch};
use egress::{Egress, TlsMode, Trust};
use futures::TryStreamExt;
use std::{fmt, future::Future, time::Duration};
use tokio::io::{AsyncRead, AsyncWrite};

/// How long any single exchange may take.
const EXCHANGE: Duration = Duration::from_secs(20);
/// How long to idle before asking whether the other side is still there. With two deadlines on top, a connection that died
/// without a word is noticed within two minutes.
const IDLE: Duration = Duration::from_secs(60);
/// The part of a mail that is fetched, in bytes; larger mails are told by their beginning.
const FETCHED_BYTES: u32 = 1 << 20;

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
    #[error("{host} did not answer within {} s while trying to {attempted}", EXCHANGE.as_secs())]
    Silent {
        host: String,
        attempted: &'static str,
    },
    /// The server does not number its mails.
    #[error("folder {folder} has no UIDVALIDITY, so mails in it cannot be told apart")]
    Unnumbered { folder: String },
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

/// A session with the watched folder open for reading.
pub(crate) struct Session {
    host: String,
    inner: async_imap::Session<Box<dyn Wire>>,
    can_idle: bool,
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
    /// `Connect`, `Login`, `Broken` or `Silent`.
    pub(crate) async fn open(
        egress: &Egress,
        settings: &Settings,
        credentials: &Credentials,
    ) -> Result<Self, Error> {
        let host = settings.host.clone();
        let client = connect(egress, settings).await?;
        let password = credentials
            .password
            .expose_str()
            .map_err(|_| Error::Login {
                host: host.clone(),
                answer: "the password is not text".to_owned(),
            })?;
        let login = async {
            client
                .login(&settings.username, password)
                .await
                .map_err(|(error, _)| error)
        };
        let inner = match tokio::time::timeout(EXCHANGE, login).await {
            Ok(Ok(session)) => session,
            Ok(Err(
                async_imap::error::Error::No(answer) | async_imap::error::Error::Bad(answer),
            )) => {
                return Err(Error::Login { host, answer });
            }
            Ok(Err(source)) => {
                return Err(Error::Broken {
                    host,
                    attempted: "log in",
                    source,
                });
            }
            Err(_) => {
                return Err(Error::Silent {
                    host,
                    attempted: "log in",
                });
            }
        };
        let mut session = Self {
            host,
            inner,
            can_idle: false,
        };
        let host = session.host.clone();
        let capabilities =
            exchange(&host, "ask what it can do", session.inner.capabilities()).await?;
        session.can_idle = capabilities.has_str("IDLE");
        Ok(session)
    }

    /// Opens a folder for reading; mails stay unread.
    ///
    /// # Errors
    /// `Refused` when there is no such folder, `Unnumbered`, `Broken` or `Silent`.
    pub(crate) async fn examine(&mut self, folder: &str) -> Result<Numbering, Error> {
        let mailbox = exchange(&self.host, "open the folder", self.inner.examine(folder)).await?;
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
        let found = exchange(
            &self.host,
            "look for new mail",
            self.inner.uid_search(query),
        )
        .await?;
        // `n:*` names the last mail even when its number is below n (RFC 9051 §9, seq-range).
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid >= first).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Fetches mails with their arrival time and size; those that are gone by now are missing.
    ///
    /// # Errors
    /// `Refused`, `Broken` or `Silent`.
    pub(crate) async fn fetch(&mut self, uids: &[u32]) -> Result<Vec<Fetch>, Error> {
        let set = uids
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(",");
        let items = format!("(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{FETCHED_BYTES}>)");
        let fetched = async {
            self.inner
                .uid_fetch(set, items)
                .await?
                .try_collect::<Vec<_>>()
                .await
        };
        let mut mails = exchange(&self.host, "fetch mail", fetched).await?;
        mails.retain(|mail| mail.uid.is_some());
        mails.sort_unstable_by_key(|mail| mail.uid);
        Ok(mails)
    }

    /// Waits until something may have changed: the server says so, or a while is over (`poll` where it cannot idle).
    ///
    /// # Errors
    /// `Broken` or `Silent`: the connection is dead.
    pub(crate) async fn wait(self, poll: Duration) -> Result<Self, Error> {
        if !self.can_idle {
            tokio::time::sleep(poll).await;
            return Ok(self);
        }
        let Self {
            host,
            inner,
            can_idle,
        } = self;
        let mut idle = inner.idle();
        exchange(&host, "idle", idle.init()).await?;
        // The guard ends the wait when it is dropped.
        let (waiting, _interrupt) = idle.wait_with_timeout(IDLE);
        waiting
            .await
            .map_err(|source| broken(&host, "idle", source))?;
        let inner = exchange(&host, "stop idling", idle.done()).await?;
        Ok(Self {
            host,
            inner,
            can_idle,
        })
    }
}

async fn connect(egress: &Egress, settings: &Settings) -> Result<Client<Box<dyn Wire>>, Error> {
    let Settings { host, port, .. } = settings;
    let failed = |source| Error::Connect {
        host: host.clone(),
        port: *port,
        source,
    };
    let trust = Trust::new(
        settings.ca_pem.as_deref(),
        settings.certificate_sha256.as_deref(),
    )
    .map_err(failed)?;
    let stream: Box<dyn Wire> = match settings.tls {
        TlsMode::Implicit => Box::new(
            egress
                .connect_tls(host, *port, &trust)
                .await
                .map_err(failed)?,
        ),
        TlsMode::None => Box::new(egress.connect_tcp(host, *port).await.map_err(failed)?),
        TlsMode::Starttls => {
            let tcp = egress.connect_tcp(host, *port).await.map_err(failed)?;
            let mut clear = Client::new(tcp);
            greeting(host, &mut clear).await?;
            exchange(
                host,
                "start TLS",
                clear.run_command_and_check_ok("STARTTLS", None),
            )
            .await?;
            // What the server sent in clear after its yes is dropped with the client (STARTTLS injection).
            let tls = egress
                .start_tls(host, clear.into_inner(), &trust)
                .await
                .map_err(failed)?;
            return Ok(Client::new(Box::new(tls)));
        }
    };
    let mut client = Client::new(stream);
    greeting(host, &mut client).await?;
    Ok(client)
}

async fn greeting<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug>(
    host: &str,
    client: &mut Client<T>,
) -> Result<(), Error> {
    let hello = async {
        let response = client
            .read_response()
            .await
            .map_err(async_imap::error::Error::Io)?;
        response
            .map(drop)
            .ok_or(async_imap::error::Error::ConnectionLost)
    };
    exchange(host, "be greeted", hello).await
}

async fn exchange<T>(
    host: &str,
    attempted: &'static str,
    work: impl Future<Output = Result<T, async_imap::error::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(EXCHANGE, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(broken(host, attempted, source)),
        Err(_) => Err(Error::Silent {
            host: host.to_owned(),
            attempted,
        }),
    }
}

fn broken(host: &str, attempted: &'static str, source: async_imap::error::Error) -> Error {
    use async_imap::error::Error::{Bad, No};
    let host = host.to_owned();
    if let No(answer) | Bad(answer) = source {
        return Error::Refused {
            host,
            attempted,
            answer,
        };
    }
    Error::Broken {
        host,
        attempted,
        source,
    }
}
