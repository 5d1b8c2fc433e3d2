//! Gives hyper connections that were checked.

use crate::{Egress, Error, Trust};
use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite};

/// hyper's way to a socket.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    egress: Egress,
    trust: Trust,
}

impl Connector {
    pub(super) const fn new(egress: Egress, trust: Trust) -> Self {
        Self { egress, trust }
    }

    async fn connect(self, uri: Uri) -> Result<Checked, Error> {
        let host = uri.host().unwrap_or_default();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = self.egress.connect_tcp(host, port).await?;
        if !secure {
            return Ok(Checked {
                io: TokioIo::new(Box::new(stream)),
                h2: false,
            });
        }
        let mut config = Arc::unwrap_or_clone(self.trust.config()?);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let stream = self
            .egress
            .handshake(host, stream, Arc::new(config))
            .await?;
        let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Checked {
            io: TokioIo::new(Box::new(stream)),
            h2,
        })
    }
}

impl tower::Service<Uri> for Connector {
    type Response = Checked;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Checked, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// A connection to a checked address.
pub(super) struct Checked {
    io: TokioIo<Box<dyn Socket>>,
    h2: bool,
}

impl Connection for Checked {
    fn connected(&self) -> Connected {
        if self.h2 {
            Connected::new().negotiated_h2()
        } else {
            Connected::new()
        }
    }
}

impl Read for Checked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl Write for Checked {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
