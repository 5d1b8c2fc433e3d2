//! Whether a call comes from whom it claims, from the raw bytes. Pure, but for the clock inside Standard Webhooks.
//!
//! Sources: Standard Webhooks 1.0.0 (id, timestamp within 5 min, signature over `id.timestamp.body`; each attempt to
//! deliver is signed anew under the same id); GitHub's `X-Hub-Signature-256` and its like (a hexadecimal HMAC-SHA256 of
//! the body). What a repeat is: DECISIONS 24.

use axum::http::{HeaderMap, HeaderName};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use seal::Secret;
use sha2::{Digest, Sha256};
use standardwebhooks::Webhook;
use workflow::config::{WebhookAuth, WebhookAuthKind};

/// What callers sign with.
pub(super) struct Proof(Option<Secret>);

impl From<Option<Secret>> for Proof {
    fn from(secret: Option<Secret>) -> Self {
        Self(secret)
    }
}

/// Checks calls of one route.
pub(super) enum Verifier {
    /// Everybody who knows the path may call.
    Open,
    Standard(Webhook),
    Hmac {
        header: HeaderName,
        prefix: String,
        /// The header with the caller's id of a delivery, which nothing proves.
        delivery: Option<HeaderName>,
        secret: Secret,
    },
    /// Signed, but nobody has set the secret yet: nothing is believed.
    Unset,
}

/// A call that its caller can repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// SHA-256 of what tells it from other calls.
    pub(super) hash: [u8; 32],
    pub(super) repeat: Repeat,
}

/// What a repeat of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// The same event: the caller chose a key, and nothing is proven.
    Same,
    /// The same event when it is signed later than what was seen, else a replay.
    SignedAt(DateTime<Utc>),
    /// A replay: the signature says no time.
    Refused,
}

/// Why a call is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Missing, malformed or wrong.
    Signature,
    /// More than five minutes old, or ahead.
    Timestamp,
    /// The trigger names a header with the caller's id of a delivery, and it is missing.
    Delivery,
    /// The trigger has no secret yet.
    Unset,
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const DEFAULT_HEADER: HeaderName = HeaderName::from_static("x-signature-256");

impl Verifier {
    pub(super) fn new(auth: &WebhookAuth, proof: Proof) -> Self {
        match (auth.kind, proof.0) {
            (WebhookAuthKind::None, _) => Self::Open,
            (WebhookAuthKind::StandardWebhooks, Some(secret)) => {
                webhook(&secret).map_or(Self::Unset, Self::Standard)
            }
            (WebhookAuthKind::HmacSha256, Some(secret)) => {
                Self::hmac(auth, secret).unwrap_or(Self::Unset)
            }
            (WebhookAuthKind::StandardWebhooks | WebhookAuthKind::HmacSha256, None) => Self::Unset,
        }
    }

    /// `None` when a name is no name of a header.
    fn hmac(auth: &WebhookAuth, secret: Secret) -> Option<Self> {
        let named = |name: &Option<String>| name.as_deref().map(str::parse).transpose().ok();
        Some(Self::Hmac {
            header: named(&auth.header)?.unwrap_or(DEFAULT_HEADER),
            prefix: auth.prefix.clone().unwrap_or_default(),
            delivery: named(&auth.delivery_header)?,
            secret,
        })
    }

    /// Whether the call is believed, and how a repeat of it is known.
    pub(super) fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Option<Call>, Refusal> {
        match self {
            Self::Open => Ok(text(headers, IDEMPOTENCY_KEY)
                .map(|key| call(Repeat::Same, [b"key", key.as_bytes()]))),
            Self::Standard(webhook) => {
                webhook.verify(body, headers).map_err(|error| {
                    use standardwebhooks::WebhookError::{
                        FutureTimestampError, TimestampTooOldError,
                    };
                    if matches!(error, TimestampTooOldError | FutureTimestampError) {
                        Refusal::Timestamp
                    } else {
                        Refusal::Signature
                    }
                })?;
                let id = text(headers, "webhook-id").ok_or(Refusal::Signature)?;
                let signed_at = text(headers, "webhook-timestamp")
                    .and_then(|seconds| seconds.parse().ok())
                    .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                    .ok_or(Refusal::Timestamp)?;
                let repeat = Repeat::SignedAt(signed_at);
                Ok(Some(call(repeat, [b"standard", id.as_bytes()])))
            }
            Self::Hmac {
                header,
                prefix,
                delivery,
                secret,
            } => {
                let given = headers
                    .get(header)
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| value.trim().strip_prefix(prefix.as_str()))
                    .and_then(|digits| hex::decode(digits).ok())
                    .ok_or(Refusal::Signature)?;
                let mut mac =
                    Hmac::<Sha256>::new_from_slice(secret.expose()).map_err(|_| Refusal::Unset)?;
                mac.update(body);
                mac.verify_slice(&given).map_err(|_| Refusal::Signature)?;
                // The scheme signs no id and no time, so the signature itself is what must not come twice.
                let Some(delivery) = delivery else {
                    return Ok(Some(call(Repeat::Refused, [b"hmac", &given])));
                };
                let id = text(headers, delivery.as_str()).ok_or(Refusal::Delivery)?;
                let named = [b"delivery", given.as_slice(), id.as_bytes()];
                Ok(Some(call(Repeat::Refused, named)))
            }
            Self::Unset => Err(Refusal::Unset),
        }
    }

    /// The header that carries the signature; it is not for workflows.
    pub(super) fn signature_header(&self) -> Option<&str> {
        match self {
            Self::Open | Self::Unset => None,
            Self::Standard(_) => Some("webhook-signature"),
            Self::Hmac { header, .. } => Some(header.as_str()),
        }
    }
}

/// Whether a secret that looks like one of Standard Webhooks is one.
pub(super) fn is_readable(secret: &Secret) -> bool {
    webhook(secret).is_some()
}

fn webhook(secret: &Secret) -> Option<Webhook> {
    let made = match secret.expose_str() {
        Ok(text) if text.starts_with("whsec_") => Webhook::new(text),
        Ok(_) | Err(_) => Webhook::from_bytes(secret.expose().to_vec()),
    };
    made.ok()
}

fn call<const N: usize>(repeat: Repeat, parts: [&[u8]; N]) -> Call {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash = hash.finalize().into();
    Call { hash, repeat }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .filter(|text| !text.is_empty() && text.len() <= 255)
}
