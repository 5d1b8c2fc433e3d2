//! What is asked.

use super::Body;
use crate::Error;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Uri,
    header::{
        ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, PROXY_AUTHORIZATION, TE,
        TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
    },
};
use http_body_util::combinators::UnsyncBoxBody;
use std::{io, time::Duration};
use url::Url;

/// What would let a caller confuse the framing, the host or the connection.
const TRANSPORT_ONLY: [HeaderName; 9] = [
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    CONNECTION,
    UPGRADE,
    TE,
    TRAILER,
    EXPECT,
    PROXY_AUTHORIZATION,
];

/// An HTTP request to a host that somebody chose.
#[derive(Clone)]
pub struct Request {
    /// GET, POST and so on.
    pub method: Method,
    /// `http` or `https`, without credentials.
    pub url: Url,
    /// Without those that the transport sets (`Host`, `Content-Length` and so on). Only a harmless few cross to another origin.
    pub headers: HeaderMap,
    /// Empty for none. Never crosses to another origin.
    pub body: Body,
    /// For the whole exchange; streaming: until the answer begins. `None`: as the policy says.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::default(),
            timeout: None,
        }
    }

    /// A GET.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST of `body`.
    #[must_use]
    pub fn post(url: Url, body: impl Into<Bytes>) -> Self {
        Self {
            body: Body::Whole(body.into()),
            ..Self::new(Method::POST, url)
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// With its own time limit.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(super) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// As hyper wants it, or why it cannot be sent.
    pub(super) fn to_http(&self) -> Result<http::Request<UnsyncBoxBody<Bytes, io::Error>>, Error> {
        let refused = |reason| Error::Url {
            url: shown(&self.url),
            reason,
        };
        if !matches!(self.url.scheme(), "http" | "https") {
            return Err(refused("only http and https are spoken"));
        }
        if !self.url.username().is_empty() || self.url.password().is_some() {
            return Err(refused(
                "credentials belong into an account, not into the URL",
            ));
        }
        if let Some(name) = TRANSPORT_ONLY
            .iter()
            .find(|name| self.headers.contains_key(*name))
        {
            return Err(Error::Header(name.clone()));
        }
        let mut url = self.url.clone();
        url.set_fragment(None);
        let uri: Uri = url
            .as_str()
            .parse()
            .map_err(|_| refused("it has characters that must be escaped"))?;
        let mut request = http::Request::new(self.body.to_http());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        let headers = request.headers_mut();
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "silver-telegram/",
                env!("CARGO_PKG_VERSION")
            )));
        if let Some(length) = self.body.declared() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        // What is not compressed cannot explode.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Ok(request)
    }
}

fn shown(url: &Url) -> String {
    format!(
        "{}://{}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.path()
    )
}
