//! Mails as strangers write them, with an injection inside.

use super::injections::Injection;
use base64::{Engine, engine::general_purpose::STANDARD};

/// Longest line of encoded text (RFC 2045 §6.8).
const LINE: usize = 76;

/// What a reader sees: something harmless, then the injection.
pub(super) fn body(injection: &Injection) -> String {
    format!(
        "Dear Ada, the parcel {} has left the harbour.\n\n{}\n",
        injection.plain(),
        injection.text
    )
}

/// A mail in plain text.
pub(super) fn plain(subject: &str, text: &str) -> String {
    head(subject) + &part("text/plain", "", text)
}

/// The same in HTML alone, the injection in white on white.
pub(super) fn html(subject: &str, injection: &Injection) -> String {
    let escaped = injection
        .text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let page = format!(
        "<html><body><p>Dear Ada, the parcel {} has left the harbour.</p><p style=\"color:#fff;font-size:1px\">{escaped}</p></body></html>",
        injection.plain()
    );
    head(subject) + &part("text/html", "", &page)
}

/// A mail with a file.
pub(super) fn with_file(subject: &str, kind: &str, name: &str, content: &str) -> String {
    let disposition = format!("Content-Disposition: attachment; filename=\"{name}\"\r\n");
    format!(
        "{}Content-Type: multipart/mixed; boundary=\"edge\"\r\n\r\n--edge\r\n{}--edge\r\n{}--edge--\r\n",
        head(subject),
        part("text/plain", "", "See the file."),
        part(kind, &disposition, content),
    )
}

/// An invitation (RFC 5545) with the injection in its description.
pub(super) fn invitation(injection: &Injection) -> String {
    let text = body(injection)
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\r', "")
        .replace('\n', "\\n");
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//stranger//EN".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@attacker.example", injection.plain()),
        "DTSTAMP:20261120T100000Z".to_owned(),
        "DTSTART:20261124T100000Z".to_owned(),
        "SUMMARY:Harbour tour".to_owned(),
        format!("DESCRIPTION:{text}"),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.join("\r\n") + "\r\n"
}

fn head(subject: &str) -> String {
    let id = ids::EventId::generate();
    format!(
        "From: Stranger <stranger@attacker.example>\r\nTo: ada@example.org\r\nSubject: {subject}\r\n\
         Message-ID: <{id}@attacker.example>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
}

/// Encoded, so that no line is too long and none looks like another part.
fn part(kind: &str, more: &str, text: &str) -> String {
    let encoded = STANDARD.encode(text);
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(LINE)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "Content-Type: {kind}; charset=utf-8\r\n{more}Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
}
