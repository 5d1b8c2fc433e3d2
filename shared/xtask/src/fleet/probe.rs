//! Asking a service's admin port over plain HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer: status code and body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Asks `GET path` of a port on this machine; nothing when nobody answers within two seconds.
pub(crate) fn get(port: u16, path: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    stream
        .write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n").as_bytes())
        .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        body: body.to_owned(),
    })
}

/// What a service that answered `/readyz` still misses, in words.
pub(crate) fn missing(body: &str) -> String {
    let Ok(report) = serde_json::from_str::<serde_json::Value>(body) else {
        return body.to_owned();
    };
    let parts = report
        .get("parts")
        .map(ToString::to_string)
        .unwrap_or_default();
    if parts.is_empty() {
        body.to_owned()
    } else {
        parts
    }
}
