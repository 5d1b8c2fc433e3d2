//! Whether a call comes from whom it claims, from the raw bytes. Pure, but for the clock inside Standard Webhooks.
//!
//! Sources: Standard Webhooks 1.0.0 (id, timestamp within 5 min, signature over `id.timestamp.body`); GitHub's
//! `X-Hub-Signature-256` and its like (a hexadecimal HMAC-SHA256 of the body).

use axum::http::{HeaderMap, HeaderName};
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
        secret: Secret,
    },
    /// Signed, but nobody has set the secret yet: nothing is believed.
    Unset,
}

/// The caller's own id of a call, hashed; a repeat of it is the same event.
pub(super) type CallHash = [u8; 32];

/// Why a call is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Missing, malformed or wrong.
    Signature,
    /// More than five minutes old, or ahead.
    Timestamp,
    /// The trigger has no secret yet.
    Unset,
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const DEFAULT_HEADER: HeaderName = HeaderName::from_static("x-signature-256");

impl Verifier {
    pub(super) fn new(auth: &WebhookAuth, proof: Proof) -> Self {
        match (auth.kind, proof.0) {
            (WebhookAuthKind::None, _) => Self::Open,
            (WebhookAuthKind::StandardWebhooks, Some(secret)) => standard(&secret),
            (WebhookAuthKind::HmacSha256, Some(secret)) => {
                let header = auth.header.as_deref().map(str::parse);
                match header {
                    Some(Err(_)) => Self::Unset,
                    Some(Ok(header)) => Self::hmac(header, auth, secret),
                    None => Self::hmac(DEFAULT_HEADER, auth, secret),
                }
            }
            (WebhookAuthKind::StandardWebhooks | WebhookAuthKind::HmacSha256, None) => Self::Unset,
        }
    }

    fn hmac(header: HeaderName, auth: &WebhookAuth, secret: Secret) -> Self {
        Self::Hmac {
            header,
            prefix: auth.prefix.clone().unwrap_or_default(),
            secret,
        }
    }

    /// Whether the call is believed, and by which id the caller knows it.
    pub(super) fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Option<CallHash>, Refusal> {
        match self {
            Self::Open => {
                Ok(text(headers, IDEMPOTENCY_KEY).map(|key| call_hash(b"key", key.as_bytes())))
            }
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
                Ok(Some(call_hash(b"standard", id.as_bytes())))
            }
            Self::Hmac {
                header,
                prefix,
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
                Ok(Some(call_hash(b"hmac", &given)))
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

fn standard(secret: &Secret) -> Verifier {
    let made = match secret.expose_str() {
        Ok(text) if text.starts_with("whsec_") => Webhook::new(text),
        Ok(_) | Err(_) => Webhook::from_bytes(secret.expose().to_vec()),
    };
    made.map_or(Verifier::Unset, Verifier::Standard)
}

fn call_hash(scheme: &[u8], id: &[u8]) -> CallHash {
    let mut hash = Sha256::new();
    hash.update(scheme);
    hash.update([0]);
    hash.update(id);
    hash.finalize().into()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .filter(|text| !text.is_empty() && text.len() <= 255)
}
