//! From a mail's bytes to `integration.email.received`. Pure.
//!
//! Source: RFC 5322, RFC 2045 (by `mail-parser`).

use events::{Attachment, EmailReceived, Mailbox, Timestamp};
use ids::AccountId;
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

/// Text beyond this is cut; the whole mail stays in the mailbox.
const MAX_TEXT_BYTES: usize = 32 * 1024;
/// Parts beyond these are not listed.
const MAX_ADDRESSES: usize = 100;
const MAX_ATTACHMENTS: usize = 100;
const MAX_REFERENCES: usize = 50;
/// The width at which HTML is broken into lines.
const TEXT_WIDTH: usize = 100;

/// Where a mail was found.
#[derive(Debug, Clone)]
pub(crate) struct Found<'a> {
    pub(crate) account_id: AccountId,
    pub(crate) folder: &'a str,
    pub(crate) uid: u32,
    pub(crate) uid_validity: u32,
    /// When it arrived at the server.
    pub(crate) arrived_at: Timestamp,
    /// All of it, or its first part where it is too large.
    pub(crate) bytes: &'a [u8],
    /// In bytes, as the server counts.
    pub(crate) size: u64,
}

/// What is told of a mail, and what came with it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) email: EmailReceived,
    /// The bytes of the attachments, in their order; none where the mail is not all here.
    pub(crate) files: Vec<Vec<u8>>,
}

/// Reads a mail. One that cannot be parsed is told as it is, as text.
#[must_use]
pub(crate) fn email(found: &Found<'_>) -> Read {
    let parsed = MessageParser::default().parse(found.bytes);
    let mut email = EmailReceived {
        account_id: found.account_id,
        folder: found.folder.to_owned(),
        uid: found.uid,
        uid_validity: found.uid_validity,
        message_id: None,
        in_reply_to: None,
        references: Vec::new(),
        from: Mailbox {
            name: None,
            address: String::new(),
        },
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        sent_at: None,
        received_at: found.arrived_at,
        text: String::new(),
        truncated: found.size > found.bytes.len() as u64,
        attachments: Vec::new(),
    };
    let mut files = Vec::new();
    match &parsed {
        Some(message) => {
            fill(&mut email, message);
            if !email.truncated {
                let parts = message.attachments().take(MAX_ATTACHMENTS);
                files = parts.map(|part| part.contents().to_vec()).collect();
            }
        }
        None => email.text = String::from_utf8_lossy(found.bytes).into_owned(),
    }
    if email.text.len() > MAX_TEXT_BYTES {
        email
            .text
            .truncate(email.text.floor_char_boundary(MAX_TEXT_BYTES));
        email.truncated = true;
    }
    Read { email, files }
}

fn fill(email: &mut EmailReceived, message: &Message<'_>) {
    email.message_id = message.message_id().map(str::to_owned);
    email.in_reply_to = message.in_reply_to().as_text().map(str::to_owned);
    email.references = texts(message.references());
    email.from = mailboxes(message.from())
        .into_iter()
        .next()
        .unwrap_or_else(|| email.from.clone());
    email.to = mailboxes(message.to());
    email.cc = mailboxes(message.cc());
    email.subject = message.subject().unwrap_or_default().to_owned();
    email.sent_at = message
        .date()
        .and_then(|date| chrono::DateTime::from_timestamp(date.to_timestamp(), 0));
    email.text = text(message);
    email.attachments = message
        .attachments()
        .take(MAX_ATTACHMENTS)
        .map(attachment)
        .collect();
}

/// The plain part; where there is none, the HTML part as text.
fn text(message: &Message<'_>) -> String {
    let has_plain_part = message.text_body.iter().any(|part| {
        usize::try_from(*part)
            .ok()
            .and_then(|part| message.parts.get(part))
            .is_some_and(mail_parser::MessagePart::is_text)
            && !message.html_body.contains(part)
    });
    match (has_plain_part, message.body_html(0)) {
        (false, Some(html)) => html2text::from_read(html.as_bytes(), TEXT_WIDTH)
            .unwrap_or_else(|_| message.body_text(0).unwrap_or_default().into_owned()),
        (true, _) | (_, None) => message.body_text(0).unwrap_or_default().into_owned(),
    }
}

fn texts(header: &mail_parser::HeaderValue<'_>) -> Vec<String> {
    let list = header.as_text_list().unwrap_or_default();
    list.iter()
        .take(MAX_REFERENCES)
        .map(std::string::ToString::to_string)
        .collect()
}

fn mailboxes(addresses: Option<&Address<'_>>) -> Vec<Mailbox> {
    let Some(addresses) = addresses else {
        return Vec::new();
    };
    let known = addresses.iter().filter_map(|address| {
        Some(Mailbox {
            name: address.name().map(str::to_owned),
            address: address.address()?.to_owned(),
        })
    });
    known.take(MAX_ADDRESSES).collect()
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        },
    );
    Attachment {
        name: part.attachment_name().map(str::to_owned),
        content_type,
        size_bytes: part.len() as u64,
        artifact: None,
    }
}

/// The same for the same mail, whatever number the server gives it: a hash of its identifying headers and its text.
#[must_use]
pub(crate) fn fingerprint(email: &EmailReceived) -> [u8; 32] {
    let mut hash = Sha256::new();
    let parts = [
        email.message_id.as_deref().unwrap_or_default(),
        &email.sent_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        &email.from.address,
        &email.subject,
        &email.text,
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mail: &str) -> EmailReceived {
        found(mail, mail.len()).email
    }

    /// A mail that the server says to have `size` bytes.
    fn found(mail: &str, size: usize) -> Read {
        email(&Found {
            account_id: AccountId::from_u128(1),
            folder: "INBOX",
            uid: 7,
            uid_validity: 3,
            arrived_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            bytes: mail.as_bytes(),
            size: size as u64,
        })
    }

    #[test]
    fn headers_and_text_are_read() {
        let mail = "From: Ada Lovelace <ada@example.org>\r\nTo: b@example.org, \"C, D\" <c@example.org>\r\n\
            Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <x@example.org>\r\nIn-Reply-To: <w@example.org>\r\n\
            References: <u@example.org> <w@example.org>\r\nDate: Fri, 2 Jan 2026 04:00:00 +0100\r\n\r\nHello\r\n";
        let email = read(mail);
        assert_eq!(
            email.from,
            Mailbox {
                name: Some("Ada Lovelace".into()),
                address: "ada@example.org".into()
            }
        );
        assert_eq!(email.to.len(), 2);
        assert_eq!(email.subject, "Grüße");
        assert_eq!(email.message_id.as_deref(), Some("x@example.org"));
        assert_eq!(email.in_reply_to.as_deref(), Some("w@example.org"));
        assert_eq!(email.references, ["u@example.org", "w@example.org"]);
        assert_eq!(
            email.sent_at.unwrap().to_rfc3339(),
            "2026-01-02T03:00:00+00:00"
        );
        assert_eq!(email.text.trim(), "Hello");
    }

    #[test]
    fn a_mail_of_html_alone_becomes_text() {
        let email = read(
            "From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>you</b></p>",
        );
        assert!(email.text.contains("Hello"), "{}", email.text);
        assert!(!email.text.contains('<'), "{}", email.text);
    }

    #[test]
    fn attachments_are_listed_and_their_bytes_read_where_the_mail_is_all_here() {
        let mail = "From: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\
            Content-Type: text/plain\r\n\r\nSee file\r\n--x\r\nContent-Type: application/pdf\r\n\
            Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--x--\r\n";
        let Read { email, files } = found(mail, mail.len());
        assert_eq!(email.text.trim(), "See file");
        assert_eq!(email.attachments[0].name.as_deref(), Some("a.pdf"));
        assert_eq!(
            (
                email.attachments[0].content_type.as_str(),
                email.attachments[0].size_bytes
            ),
            ("application/pdf", 5)
        );
        assert_eq!(files, [b"Hello"]);
        let Read { email, files } = found(mail, mail.len() + 1);
        assert!(email.truncated && email.attachments.len() == 1 && files.is_empty());
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let email = read(&format!(
            "From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}",
            "ü".repeat(40_000)
        ));
        assert!(email.truncated && email.text.len() <= MAX_TEXT_BYTES);
    }

    #[test]
    fn anything_at_all_is_told_as_something() {
        for mail in [
            "",
            "\0\0\0",
            "no headers",
            "Subject:",
            "Content-Type: multipart/mixed; boundary=\r\n\r\n----",
        ] {
            let _ = read(mail);
        }
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_the_number() {
        let one = read("From: a@b.c\r\nMessage-ID: <1@b.c>\r\n\r\nx");
        let mut other = one.clone();
        (other.uid, other.uid_validity) = (99, 4);
        assert_eq!(fingerprint(&one), fingerprint(&other));
        other.subject.push('!');
        assert_ne!(fingerprint(&one), fingerprint(&other));
    }
}
