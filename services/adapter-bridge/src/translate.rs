//! Between the contract's messages and ours. Pure.

use crate::wire::{ConfirmRequest, PushRequest, SendEffect, confirm_request};
use adapter::{Done, Failed, fault};
use events::{ErrorClass, MessageReceived, MessageSendRequested, Timestamp};
use ids::AccountId;
use serde_json::json;

const EXTERNAL_ID_BYTES: usize = 256;
const ADDRESS_BYTES: usize = 1024;
const TEXT_BYTES: usize = 64 * 1024;

/// What a bridge pushed, or the field that is wrong and why.
pub(crate) fn received(
    account_id: AccountId,
    push: PushRequest,
) -> Result<MessageReceived, String> {
    let bounded = |field: &str, text: &str, bytes: usize| match text.len() {
        0 => Err(format!("{field} is empty")),
        len if len > bytes => Err(format!("{field} has {len} bytes; the bound is {bytes}")),
        _ => Ok(()),
    };
    bounded("external_id", &push.external_id, EXTERNAL_ID_BYTES)?;
    bounded("from", &push.from, ADDRESS_BYTES)?;
    bounded("to", &push.to, ADDRESS_BYTES)?;
    bounded("text", &push.text, TEXT_BYTES)?;
    if push.external_id.contains('\0') {
        return Err("external_id has a zero byte".to_owned());
    }
    let sent_at = push.sent_at.ok_or("sent_at is missing")?;
    let sent_at = u32::try_from(sent_at.nanos)
        .ok()
        .and_then(|nanos| Timestamp::from_timestamp(sent_at.seconds, nanos))
        .ok_or("sent_at is no moment")?;
    Ok(MessageReceived {
        account_id,
        external_id: push.external_id,
        from: push.from,
        to: push.to,
        text: push.text,
        sent_at,
    })
}

/// What a bridge is given to send.
pub(crate) fn effect(request: &MessageSendRequested) -> SendEffect {
    SendEffect {
        effect_key: request.origin.effect_key.clone(),
        to: request.to.clone(),
        text: request.text.clone(),
    }
}

/// What a bridge's word means. `Err` when it said neither.
pub(crate) fn outcome(confirm: ConfirmRequest) -> Result<Result<Done, Failed>, &'static str> {
    match confirm.outcome {
        Some(confirm_request::Outcome::MessageId(id)) => Ok(Ok(json!({ "message_id": id }).into())),
        Some(confirm_request::Outcome::Error(reason)) => Ok(Err(Failed::answered(fault(
            ErrorClass::Rejected,
            "bridge.refused",
            format!("the bridge could not send the message: {reason}"),
            None,
        )))),
        None => Err("say message_id or error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push() -> PushRequest {
        PushRequest {
            external_id: "1".to_owned(),
            from: "ada".to_owned(),
            to: "bob".to_owned(),
            text: "hi".to_owned(),
            sent_at: Some(prost_types::Timestamp {
                seconds: 1_788_256_800,
                nanos: 5,
            }),
        }
    }

    #[test]
    fn a_pushed_message_keeps_its_words_and_its_time() {
        let account = AccountId::generate();
        let message = received(account, push()).unwrap();
        assert_eq!(
            (message.account_id, message.external_id.as_str()),
            (account, "1")
        );
        assert_eq!(message.sent_at.timestamp(), 1_788_256_800);
    }

    #[test]
    fn a_bad_message_names_its_field() {
        for (field, bad) in [
            (
                "external_id",
                PushRequest {
                    external_id: String::new(),
                    ..push()
                },
            ),
            (
                "external_id",
                PushRequest {
                    external_id: "\0".to_owned(),
                    ..push()
                },
            ),
            (
                "text",
                PushRequest {
                    text: "x".repeat(TEXT_BYTES + 1),
                    ..push()
                },
            ),
            (
                "sent_at",
                PushRequest {
                    sent_at: None,
                    ..push()
                },
            ),
            (
                "sent_at",
                PushRequest {
                    sent_at: Some(prost_types::Timestamp {
                        seconds: i64::MAX,
                        nanos: 0,
                    }),
                    ..push()
                },
            ),
        ] {
            let error = received(AccountId::generate(), bad).unwrap_err();
            assert!(error.starts_with(field), "{error}");
        }
    }
}
