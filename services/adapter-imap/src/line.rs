//! The line to a server: it counts what it hears, so that an exchange may take long while bytes arrive, and ends soon when
//! none do.

use crate::{session::Error, settings::Settings};
use async_imap::Client;
use egress::{Egress, TlsMode, Trust};
use std::{
    fmt,
    future::Future,
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

/// A connection that counts the bytes it reads.
#[derive(Debug)]
pub(crate) struct Counted {
    wire: Box<dyn Wire>,
    heard: Arc<AtomicU64>,
}

/// Whom a connection leads to, and how patient we are with it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    host: String,
    answer: Duration,
    heard: Arc<AtomicU64>,
}

impl Line {
    /// Connects; the server has greeted.
    ///
    /// # Errors
    /// `Connect`, `Refused`, `Broken` or `Silent`.
    pub(crate) async fn open(
        egress: &Egress,
        settings: &Settings,
        answer: Duration,
    ) -> Result<(Self, Client<Counted>), Error> {
        let Settings { host, port, .. } = settings;
        let line = Self {
            host: host.clone(),
            answer,
            heard: Arc::default(),
        };
        let failed = |source| Error::Connect {
            host: host.clone(),
            port: *port,
            source,
        };
        let (ca, certificate) = (&settings.ca_pem, &settings.certificate_sha256);
        let trust = Trust::new(ca.as_deref(), certificate.as_deref()).map_err(failed)?;
        let mut client = match settings.tls {
            TlsMode::Implicit => {
                let tls = egress.connect_tls(host, *port, &trust).await;
                line.client(tls.map_err(failed)?)
            }
            TlsMode::None => {
                let tcp = egress.connect_tcp(host, *port).await;
                line.client(tcp.map_err(failed)?)
            }
            TlsMode::Starttls => {
                let tcp = egress.connect_tcp(host, *port).await.map_err(failed)?;
                let mut clear = Client::new(tcp);
                line.greeted(&mut clear).await?;
                let start = clear.run_command_and_check_ok("STARTTLS", None);
                line.exchange("start TLS", start).await?;
                // What the server sent in clear after its yes is dropped with the client (STARTTLS injection).
                let tls = egress.start_tls(host, clear.into_inner(), &trust).await;
                return Ok((line.clone(), line.client(tls.map_err(failed)?)));
            }
        };
        line.greeted(&mut client).await?;
        Ok((line, client))
    }

    /// Waits for `work` as long as the other side says something.
    ///
    /// # Errors
    /// `Silent` when nothing was heard for a while; `Refused` or `Broken`.
    pub(crate) async fn exchange<T>(
        &self,
        attempted: &'static str,
        work: impl Future<Output = Result<T, async_imap::error::Error>>,
    ) -> Result<T, Error> {
        let mut work = pin!(work);
        let mut before = self.heard.load(Ordering::Relaxed);
        loop {
            if let Ok(done) = tokio::time::timeout(self.answer, &mut work).await {
                return done.map_err(|source| self.broken(attempted, source));
            }
            let heard = self.heard.load(Ordering::Relaxed);
            if heard == before {
                return Err(Error::Silent {
                    host: self.host.clone(),
                    attempted,
                    seconds: self.answer.as_secs(),
                });
            }
            before = heard;
        }
    }

    /// What a failed exchange means.
    pub(crate) fn broken(
        &self,
        attempted: &'static str,
        source: async_imap::error::Error,
    ) -> Error {
        use async_imap::error::Error::{Bad, No};
        let host = self.host.clone();
        if let No(answer) | Bad(answer) = &source {
            return Error::Refused {
                host,
                attempted,
                answer: said(answer).to_owned(),
            };
        }
        Error::Broken {
            host,
            attempted,
            source,
        }
    }

    fn client(&self, wire: impl Wire + 'static) -> Client<Counted> {
        Client::new(Counted {
            wire: Box::new(wire),
            heard: Arc::clone(&self.heard),
        })
    }

    async fn greeted<T: Wire>(&self, client: &mut Client<T>) -> Result<(), Error> {
        let hello = async {
            let response = client.read_response().await;
            let response = response.map_err(async_imap::error::Error::Io)?;
            response
                .map(drop)
                .ok_or(async_imap::error::Error::ConnectionLost)
        };
        self.exchange("be greeted", hello).await
    }
}

/// The server's own words, without the frame that the library puts around them.
fn said(answer: &str) -> &str {
    answer
        .split_once("info: Some(\"")
        .and_then(|(_, words)| words.strip_suffix("\")"))
        .unwrap_or(answer)
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.wire).poll_read(cx, buf);
        let heard = buf.filled().len() - before;
        self.heard.fetch_add(heard as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    const ANSWER: Duration = Duration::from_millis(50);

    fn line(seen: &Arc<AtomicU64>) -> Line {
        Line {
            host: "mail".to_owned(),
            answer: ANSWER,
            heard: Arc::clone(seen),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_exchange_lasts_as_long_as_bytes_arrive() {
        let (near, mut far) = tokio::io::duplex(64);
        let line = line(&Arc::default());
        let mut client = line.client(near);
        let slow = async move {
            for part in "* OK it takes a while\r\n".chars() {
                tokio::time::sleep(ANSWER * 2 / 3).await;
                far.write_all(&[part as u8]).await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let hello = async {
            client.read_response().await.unwrap();
            Ok(())
        };
        tokio::select! {
            said = line.exchange("be greeted", hello) => said.unwrap(),
            () = slow => {}
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_an_exchange() {
        let line = line(&Arc::default());
        let since = tokio::time::Instant::now();
        let told = line.exchange("fetch mail", std::future::pending::<Result<(), _>>());
        assert!(matches!(told.await, Err(Error::Silent { .. })));
        assert_eq!(since.elapsed().as_millis(), ANSWER.as_millis());
    }

    #[test]
    fn a_server_is_quoted_without_the_librarys_frame() {
        let framed = r#"code: None, info: Some("[UNAVAILABLE] Temporary failure.")"#;
        assert_eq!(said(framed), "[UNAVAILABLE] Temporary failure.");
        assert_eq!(said("anything"), "anything");
    }
}
