//! Keys and their text forms: `x25519:<key id>:<base64>` and `x25519-private:<key id>:<base64>`.

use crate::{Error, Kem, Secret};
use base64::{Engine, engine::general_purpose::STANDARD};
use hpke::{Deserializable, Kem as _, Serializable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// Names a key: the first 8 bytes of the SHA-256 of its public half, as 16 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct KeyId(String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The half that everybody may know: seals to its owner, and proves what its owner sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    id: KeyId,
    pub(crate) key: <Kem as hpke::Kem>::PublicKey,
}

/// Both halves. Neither printed nor serialized; [`KeyPair::to_text`] is for the file that the provisioner writes.
pub struct KeyPair {
    public: PublicKey,
    pub(crate) private: <Kem as hpke::Kem>::PrivateKey,
}

impl PublicKey {
    /// The key's name.
    #[must_use]
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    fn new(key: <Kem as hpke::Kem>::PublicKey) -> Self {
        let digest: String = hex::encode(Sha256::digest(key.to_bytes()))
            .chars()
            .take(16)
            .collect();
        Self {
            id: KeyId(digest),
            key,
        }
    }
}

impl KeyPair {
    /// A new pair from the system's randomness.
    #[must_use]
    pub fn generate() -> Self {
        let (private, public) = Kem::gen_keypair();
        Self {
            public: PublicKey::new(public),
            private,
        }
    }

    /// The half to hand out.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The text that a private key file holds on one line.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        self.private.write_exact(bytes.as_mut_slice());
        let encoded = Zeroizing::new(STANDARD.encode(*bytes));
        Secret::from(format!("x25519-private:{}:{}", self.public.id, *encoded))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "x25519:{}:{}",
            self.id,
            STANDARD.encode(self.key.to_bytes())
        )
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id)
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public.id)
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (id, bytes) = parts(text, "x25519", "public")?;
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(&bytes)
            .map_err(|cause| unfit("public", &cause))?;
        matching(id, Self::new(key), "public")
    }
}

impl FromStr for KeyPair {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (id, bytes) = parts(text, "x25519-private", "private")?;
        let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(&bytes)
            .map_err(|cause| unfit("private", &cause))?;
        let public = matching(id, PublicKey::new(Kem::sk_to_pk(&private)), "private")?;
        Ok(Self { public, private })
    }
}

impl TryFrom<String> for PublicKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

fn parts<'a>(
    text: &'a str,
    prefix: &str,
    expected: &'static str,
) -> Result<(&'a str, Zeroizing<Vec<u8>>), Error> {
    let refused = |reason: &str| Error::Key {
        expected,
        reason: reason.to_owned(),
    };
    let mut parts = text.trim().splitn(3, ':');
    let (Some(kind), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(refused(&format!("expected `{prefix}:<key id>:<base64>`")));
    };
    if kind != prefix {
        return Err(refused(&format!("it does not begin with `{prefix}:`")));
    }
    let bytes = STANDARD
        .decode(encoded)
        .map_err(|_| refused("its last part is not base64"))?;
    Ok((id, Zeroizing::new(bytes)))
}

fn matching(id: &str, key: PublicKey, expected: &'static str) -> Result<PublicKey, Error> {
    if key.id.0 == id {
        return Ok(key);
    }
    Err(Error::Key {
        expected,
        reason: format!(
            "it is named {id}, but its id is {}: the text is damaged",
            key.id
        ),
    })
}

fn unfit(expected: &'static str, cause: &hpke::HpkeError) -> Error {
    Error::Key {
        expected,
        reason: cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_read_their_own_text() {
        let pair = KeyPair::generate();
        let read: KeyPair = pair.to_text().expose_str().unwrap().parse().unwrap();
        assert_eq!(read.public(), pair.public());
        assert_eq!(
            pair.public().to_string().parse::<PublicKey>().unwrap(),
            *pair.public()
        );
    }

    #[test]
    fn a_refused_key_is_explained_but_never_repeated() {
        let pair = KeyPair::generate();
        let secret = pair.to_text();
        let private = secret.expose_str().unwrap();
        let renamed = private.replacen(pair.public().id().0.as_str(), "0123456789abcdef", 1);
        for bad in [
            private.replacen("-private", "", 1).as_str(),
            &renamed,
            &private[..40],
            "x25519-private",
            "",
        ] {
            let error = bad.parse::<KeyPair>().unwrap_err().to_string();
            let body = private.rsplit(':').next().unwrap();
            assert!(!error.contains(&body[..12]), "{error}");
        }
        assert!(
            renamed
                .parse::<KeyPair>()
                .unwrap_err()
                .to_string()
                .contains("damaged")
        );
        assert!(
            private.parse::<PublicKey>().is_err(),
            "a private key is not taken for a public one"
        );
    }

    #[test]
    fn debug_shows_the_id_alone() {
        let pair = KeyPair::generate();
        assert_eq!(
            format!("{pair:?}"),
            format!("KeyPair({})", pair.public().id())
        );
    }
}
