//! From an effect to a mail. Pure.

use crate::attachments;
use adapter::fault;
use events::{Artifact, EmailSendRequested, ErrorClass, RunError, Timestamp};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, MultiPartBuilder, MultiPartKind, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

/// More recipients than this are a mailing list's work.
const MAX_RECIPIENTS: usize = 100;
const TRACEPARENT: HeaderName = HeaderName::new_from_ascii_str("traceparent");

/// A mail without what only the call may know: its id, its date and its trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    pub host: String,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    subject: String,
    text: String,
    html: Option<String>,
    in_reply_to: Option<String>,
    references: Vec<String>,
    pub attachments: Vec<Artifact>,
}

/// The mail that an effect describes, from the account's sender.
pub(crate) fn translate(
    effect: &EmailSendRequested,
    host: &str,
    from: &str,
) -> Result<Outgoing, RunError> {
    let mailbox = |text: &str| {
        text.parse::<Mailbox>().map_err(|error| {
            invalid(
                "smtp.address_invalid",
                format!("`{text}` is not a mail address: {error}"),
            )
        })
    };
    let to: Vec<Mailbox> = effect
        .to
        .iter()
        .map(|text| mailbox(text))
        .collect::<Result<_, _>>()?;
    if to.is_empty() {
        return Err(invalid(
            "smtp.no_recipient",
            "the mail has no recipient".to_owned(),
        ));
    }
    if to.len() > MAX_RECIPIENTS {
        let message = format!(
            "the mail has {} recipients; the bound is {MAX_RECIPIENTS}",
            to.len()
        );
        return Err(fault(
            ErrorClass::Limit,
            "smtp.too_many_recipients",
            message,
            None,
        ));
    }
    Ok(Outgoing {
        host: host.to_owned(),
        from: mailbox(from)?,
        to,
        subject: one_line(&effect.subject),
        text: effect.text.clone(),
        html: effect.html.clone(),
        in_reply_to: effect.in_reply_to.as_deref().map(message_id).transpose()?,
        references: effect
            .references
            .iter()
            .map(|id| message_id(id))
            .collect::<Result<_, _>>()?,
        attachments: attachments::read(&effect.attachments)?,
    })
}

impl Outgoing {
    /// Who gets it, as the envelope says.
    pub fn recipients(&self) -> impl Iterator<Item = &Address> {
        self.to.iter().map(|mailbox| &mailbox.email)
    }

    /// The mail itself, with the files that are enclosed. A repeat differs in its date at most.
    pub fn message(
        &self,
        effect_key: &str,
        now: Timestamp,
        traceparent: Option<&str>,
        files: &[SinglePart],
    ) -> Result<Vec<u8>, RunError> {
        let mut mail = Message::builder()
            .message_id(Some(format!("<{}>", own_id(effect_key))))
            .date(now.into())
            .from(self.from.clone())
            .subject(self.subject.clone());
        for to in &self.to {
            mail = mail.to(to.clone());
        }
        if let Some(id) = &self.in_reply_to {
            mail = mail.in_reply_to(id.clone());
        }
        if !self.references.is_empty() {
            mail = mail.references(self.references.join(" "));
        }
        if let Some(trace) = traceparent {
            mail = mail.raw_header(HeaderValue::new(TRACEPARENT, trace.to_owned()));
        }
        let plain = SinglePart::plain(self.text.clone());
        let both = self.html.as_ref().map(|html| {
            multipart(MultiPartKind::Alternative, "", effect_key)
                .singlepart(plain.clone())
                .singlepart(SinglePart::html(html.clone()))
        });
        let built = match (both, files) {
            (None, []) => mail.singlepart(plain),
            (Some(both), []) => mail.multipart(both),
            (both, files) => {
                let mixed = multipart(MultiPartKind::Mixed, "files-", effect_key);
                let mixed = match both {
                    None => mixed.singlepart(plain),
                    Some(both) => mixed.multipart(both),
                };
                let add = |mail: MultiPart, file: &SinglePart| mail.singlepart(file.clone());
                mail.multipart(files.iter().fold(mixed, add))
            }
        };
        built.map(|message| message.formatted()).map_err(|error| {
            invalid(
                "smtp.mail_invalid",
                format!("the mail cannot be written: {error}"),
            )
        })
    }
}

/// The mail's id without angle brackets.
pub(crate) fn own_id(effect_key: &str) -> String {
    format!("{effect_key}@st")
}

/// Parts of a mail, between lines that the key makes.
fn multipart(kind: MultiPartKind, part: &str, effect_key: &str) -> MultiPartBuilder {
    let letters = effect_key
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(60 - part.len());
    let boundary = format!("st-{part}{}", letters.collect::<String>());
    MultiPart::builder().kind(kind).boundary(boundary)
}

/// An id of another mail, in angle brackets. It must be one word, or it could add headers.
fn message_id(text: &str) -> Result<String, RunError> {
    let id = text.trim().trim_start_matches('<').trim_end_matches('>');
    let one_word = !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_graphic() && c != '<' && c != '>');
    if one_word {
        return Ok(format!("<{id}>"));
    }
    Err(invalid(
        "smtp.message_id_invalid",
        format!("`{text}` is not the id of a mail"),
    ))
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn invalid(code: &str, message: String) -> RunError {
    fault(
        ErrorClass::Schema,
        code,
        message,
        Some("correct the node's configuration"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn effect(more: Value) -> EmailSendRequested {
        let mut all = json!({
            "run_id": ids::RunId::generate(), "workflow_id": ids::WorkflowId::generate(), "node": "send", "effect_key": "k",
            "account_id": ids::AccountId::generate(), "to": ["Bob <bob@example.org>"], "subject": "Hi", "text": "Hello",
        });
        all.as_object_mut()
            .unwrap()
            .extend(serde_json::from_value::<serde_json::Map<_, _>>(more).unwrap());
        serde_json::from_value(all).unwrap()
    }

    fn written(more: Value) -> String {
        let outgoing = translate(&effect(more), "h", "Ada <ada@example.org>").unwrap();
        let now = "2026-09-01T10:00:00Z".parse().unwrap();
        let mail = outgoing
            .message("abc", now, Some("00-t-s-01"), &[])
            .unwrap();
        String::from_utf8(mail).unwrap()
    }

    #[test]
    fn the_mail_names_its_key_its_trace_and_what_it_answers() {
        let mail = written(json!({ "in_reply_to": "1@b", "references": ["<0@b>", "1@b"] }));
        for line in [
            "Message-ID: <abc@st>",
            "Date: Tue, 01 Sep 2026 10:00:00 +0000",
            "From: Ada <ada@example.org>",
            "To: Bob <bob@example.org>",
            "Subject: Hi",
            "In-Reply-To: <1@b>",
            "References: <0@b> <1@b>",
            "traceparent: 00-t-s-01",
        ] {
            assert!(mail.contains(&format!("{line}\r\n")), "{line} in {mail}");
        }
        assert!(mail.trim_end().ends_with("\r\n\r\nHello"), "{mail}");
    }

    #[test]
    fn html_goes_beside_the_text_and_a_repeat_is_the_same() {
        let mail = written(json!({ "html": "<b>Hello</b>" }));
        assert!(
            mail.contains("multipart/alternative; boundary=\"st-abc\""),
            "{mail}"
        );
        assert!(mail.contains("text/html") && mail.contains("text/plain"));
        assert_eq!(mail, written(json!({ "html": "<b>Hello</b>" })));
    }

    #[test]
    fn no_text_becomes_a_header() {
        let mail = written(json!({ "subject": "Hi\r\nBcc: eve@example.org" }));
        assert!(
            mail.contains("Subject: Hi Bcc: eve@example.org\r\n"),
            "{mail}"
        );
        for bad in [
            json!({ "in_reply_to": "1@b\r\nBcc: eve@example.org" }),
            json!({ "references": ["a b"] }),
            json!({ "to": ["bob@example.org\r\nBcc: eve@example.org"] }),
        ] {
            assert_eq!(
                translate(&effect(bad), "h", "a@b.c").unwrap_err().class,
                ErrorClass::Schema
            );
        }
    }

    #[test]
    fn a_mail_without_a_usable_recipient_is_refused() {
        for (to, code) in [
            (json!([]), "smtp.no_recipient"),
            (json!(["nobody"]), "smtp.address_invalid"),
            (json!(vec!["a@b.c"; 101]), "smtp.too_many_recipients"),
        ] {
            let error = translate(&effect(json!({ "to": to })), "h", "a@b.c").unwrap_err();
            assert_eq!(error.code, code);
        }
    }
}
