//! A conversation with a mail server, up to where mail can be sent.

use crate::{
    settings::{Credentials, Settings},
    starttls,
};
use egress::{Egress, TlsMode};
use lettre::{
    message::Mailbox,
    transport::smtp::{
        self,
        authentication::{Credentials as Login, Mechanism},
        client::{AsyncSmtpConnection, AsyncTokioStream},
        extension::ClientId,
    },
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Says nothing of the network that this machine is in (RFC 5321 §4.1.3).
const HELLO: ClientId = ClientId::Ipv4(Ipv4Addr::LOCALHOST);
/// What a server says at first; said again after STARTTLS, where it does not repeat it.
const GREETING: &[u8] = b"220 ready\r\n";

/// Why there is no conversation.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The way there.
    Egress(egress::Error),
    /// STARTTLS failed.
    Starttls(io::Error),
    /// The server said so, or fell silent.
    Smtp(smtp::Error),
    /// The login was refused.
    Refused(smtp::Error),
}

/// Connects, secures and logs in.
pub(crate) async fn open(
    egress: &Egress,
    settings: &Settings,
    credentials: Option<&Credentials>,
) -> Result<AsyncSmtpConnection, Trouble> {
    let (host, port) = (settings.host.as_str(), settings.port);
    let trust = settings.trust().map_err(Trouble::Egress)?;
    let stream: Box<dyn AsyncTokioStream> = match settings.tls {
        TlsMode::None => Box::new(
            egress
                .connect_tcp(host, port)
                .await
                .map_err(Trouble::Egress)?,
        ),
        TlsMode::Implicit => {
            let stream = egress
                .connect_tls(host, port, &trust)
                .await
                .map_err(Trouble::Egress)?;
            Box::new(Wire { said: &[], stream })
        }
        TlsMode::Starttls => {
            let mut clear = egress
                .connect_tcp(host, port)
                .await
                .map_err(Trouble::Egress)?;
            starttls::ask(&mut clear, &HELLO.to_string())
                .await
                .map_err(Trouble::Starttls)?;
            let stream = egress
                .start_tls(host, clear, &trust)
                .await
                .map_err(Trouble::Egress)?;
            Box::new(Wire {
                said: GREETING,
                stream,
            })
        }
    };
    let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &HELLO)
        .await
        .map_err(Trouble::Smtp)?;
    if let Some(login) = credentials.and_then(|credentials| login(settings, credentials)) {
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], &login)
            .await
            .map_err(|error| match error.is_permanent() || error.is_client() {
                true => Trouble::Refused(error),
                false => Trouble::Smtp(error),
            })?;
    }
    Ok(connection)
}

fn login(settings: &Settings, credentials: &Credentials) -> Option<Login> {
    let user = match &settings.user {
        Some(user) => user.clone(),
        None => settings.from.parse::<Mailbox>().ok()?.email.to_string(),
    };
    let password = credentials.password.expose_str().ok()?.to_owned();
    Some(Login::new(user, password))
}

/// A stream that lettre takes, before which something was said already.
#[derive(Debug)]
struct Wire<S> {
    said: &'static [u8],
    stream: S,
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.said.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let (now, later) = self.said.split_at(self.said.len().min(into.remaining()));
        into.put_slice(now);
        self.said = later;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> AsyncTokioStream
    for Wire<S>
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
