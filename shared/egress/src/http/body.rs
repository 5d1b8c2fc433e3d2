//! What a request carries.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use std::{fmt, io, sync::Arc};

/// Pieces of a body, in order.
pub type Pieces = BoxStream<'static, io::Result<Bytes>>;

/// The body of a request. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Body {
    /// In memory; empty for none.
    Whole(Bytes),
    /// Read while it is sent.
    Streamed(Streamed),
}

/// A body of known length that is opened anew each time it is sent: redirects may ask for it again.
#[derive(Clone)]
pub struct Streamed {
    length: u64,
    open: Arc<dyn Fn() -> Pieces + Send + Sync>,
}

impl Streamed {
    /// `length` bytes, which `open` gives from the first on. A stream that ends early, late or with an error breaks the exchange.
    #[must_use]
    pub fn new(length: u64, open: impl Fn() -> Pieces + Send + Sync + 'static) -> Self {
        let open = Arc::new(open);
        Self { length, open }
    }
}

impl Body {
    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Streamed(streamed) => streamed.length == 0,
        }
    }

    /// Its length, where hyper cannot know it.
    pub(super) const fn declared(&self) -> Option<u64> {
        match self {
            Self::Whole(_) => None,
            Self::Streamed(streamed) => Some(streamed.length),
        }
    }

    /// As hyper wants it.
    pub(super) fn to_http(&self) -> UnsyncBoxBody<Bytes, io::Error> {
        match self {
            Self::Whole(bytes) => Full::new(bytes.clone())
                .map_err(|never| match never {})
                .boxed_unsync(),
            Self::Streamed(streamed) => {
                let frames = (streamed.open)().map_ok(Frame::data).boxed();
                StreamBody::new(frames).boxed_unsync()
            }
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streamed")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
