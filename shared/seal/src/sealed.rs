//! Sealing and opening.

use crate::{Error, Kem, KeyId, KeyPair, KeyRing, PublicKey, SealContext, Secret};
use base64::{Engine, engine::general_purpose::STANDARD};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable,
    aead::{AeadTag, ChaCha20Poly1305},
    inout::InOutBuf,
    kdf::HkdfSha256,
    single_shot_open_inout_detached, single_shot_seal,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// HPKE's `info`: separates this use of the keys from every other.
const INFO: &[u8] = b"silver-telegram/seal/1";
/// Bytes of the Poly1305 tag at the end of a ciphertext.
const TAG: usize = 16;

/// A secret that only the holder of one private key can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The key it is sealed to.
    pub recipient: KeyId,
    /// The key that sealed it.
    pub sender: KeyId,
    /// The encapsulated key, base64.
    pub enc: String,
    /// Ciphertext and tag, base64.
    pub ciphertext: String,
    /// What the secret is good for.
    pub context: SealContext,
}

/// Seals `plaintext` to `recipient`, for `context` and nothing else; `sender` is provable to the recipient.
///
/// # Errors
/// `Seal` when the recipient's key is unfit.
pub fn seal(
    sender: &KeyPair,
    recipient: &PublicKey,
    context: &SealContext,
    plaintext: &[u8],
) -> Result<Sealed, Error> {
    let mode = OpModeS::<Kem>::Auth((sender.private.clone(), sender.public().key.clone()));
    let (enc, ciphertext) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &mode,
        &recipient.key,
        INFO,
        plaintext,
        &context.associated_data(),
    )
    .map_err(|_| Error::Seal(recipient.id().clone()))?;
    Ok(Sealed {
        recipient: recipient.id().clone(),
        sender: sender.public().id().clone(),
        enc: STANDARD.encode(enc.to_bytes()),
        ciphertext: STANDARD.encode(ciphertext),
        context: context.clone(),
    })
}

/// Opens what one of `senders` sealed to `recipient` for the `expected` context.
///
/// # Errors
/// `OtherContext`, `UnknownRecipient`, `UnknownSender`: not meant for this use. `Tampered`: changed, or forged.
pub fn open(
    recipient: &KeyRing,
    senders: &[PublicKey],
    sealed: &Sealed,
    expected: &SealContext,
) -> Result<Secret, Error> {
    if let Some(part) = sealed.context.difference(expected) {
        return Err(Error::OtherContext(part));
    }
    let pair = recipient
        .get(&sealed.recipient)
        .ok_or_else(|| Error::UnknownRecipient(sealed.recipient.clone()))?;
    let sender = senders
        .iter()
        .find(|key| *key.id() == sealed.sender)
        .ok_or_else(|| Error::UnknownSender(sealed.sender.clone()))?;
    decrypt(pair, sender, sealed, &expected.associated_data()).ok_or(Error::Tampered)
}

fn decrypt(
    pair: &KeyPair,
    sender: &PublicKey,
    sealed: &Sealed,
    associated_data: &[u8],
) -> Option<Secret> {
    let enc =
        <Kem as hpke::Kem>::EncappedKey::from_bytes(&STANDARD.decode(&sealed.enc).ok()?).ok()?;
    let ciphertext = STANDARD.decode(&sealed.ciphertext).ok()?;
    let (body, tag) = ciphertext.split_at_checked(ciphertext.len().checked_sub(TAG)?)?;
    let tag = AeadTag::<ChaCha20Poly1305>::from_bytes(tag).ok()?;
    let mut body = body.to_vec();
    single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeR::Auth(sender.key.clone()),
        &pair.private,
        &enc,
        INFO,
        InOutBuf::from(body.as_mut_slice()),
        associated_data,
        &tag,
    )
    .ok()?;
    Some(Secret::from(body))
}
