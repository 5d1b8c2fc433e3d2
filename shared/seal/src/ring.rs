//! The keys that one service holds, and the public keys it knows of others.

use crate::{Error, KeyId, KeyPair, PublicKey, SealContext, Sealed, Secret, open, seal};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, str::FromStr};

/// A service's own keys: the first is current, the others still open what was sealed before a rotation.
///
/// As text (the private key file): one key a line; empty lines and lines that begin with `#` are skipped.
#[derive(Debug)]
pub struct KeyRing {
    current: KeyPair,
    older: Vec<KeyPair>,
}

impl KeyRing {
    /// The key that others should seal to, and that this service seals with.
    #[must_use]
    pub const fn current(&self) -> &KeyPair {
        &self.current
    }

    /// Seals to oneself, for what only this service may read back.
    ///
    /// # Errors
    /// `Seal` when the key is unfit.
    pub fn seal_own(&self, context: &SealContext, plaintext: &[u8]) -> Result<Sealed, Error> {
        seal(&self.current, self.current.public(), context, plaintext)
    }

    /// Opens what [`KeyRing::seal_own`] sealed, with any of the keys.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open_own(&self, sealed: &Sealed, expected: &SealContext) -> Result<Secret, Error> {
        let own: Vec<_> = self.pairs().map(|pair| pair.public().clone()).collect();
        open(self, &own, sealed, expected)
    }

    pub(crate) fn get(&self, id: &KeyId) -> Option<&KeyPair> {
        self.pairs().find(|pair| pair.public().id() == id)
    }

    fn pairs(&self) -> impl Iterator<Item = &KeyPair> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

impl From<KeyPair> for KeyRing {
    fn from(current: KeyPair) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }
}

impl FromStr for KeyRing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut pairs = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::parse::<KeyPair>)
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        let current = pairs
            .next()
            .ok_or_else(|| Error::Keys("the private key file holds no key".to_owned()))?;
        Ok(Self {
            current,
            older: pairs.collect(),
        })
    }
}

/// The public keys of all services by name, as the provisioner writes them:
/// `{"gateway": ["x25519:…"], "adapter-imap": ["x25519:…"]}`, the current key of each first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKeys(BTreeMap<String, Vec<PublicKey>>);

impl PublicKeys {
    /// Makes `key` the current key of `service`; earlier ones stay trusted.
    pub fn add(&mut self, service: &str, key: PublicKey) {
        let keys = self.0.entry(service.to_owned()).or_default();
        keys.retain(|known| *known != key);
        keys.insert(0, key);
    }

    /// The key to seal to for `service`.
    #[must_use]
    pub fn current(&self, service: &str) -> Option<&PublicKey> {
        self.of(service).first()
    }

    /// All keys of `service` that are trusted as sender, the current one first.
    #[must_use]
    pub fn of(&self, service: &str) -> &[PublicKey] {
        self.0.get(service).map_or(&[], Vec::as_slice)
    }
}

impl FromStr for PublicKeys {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|cause| Error::Keys(cause.to_string()))
    }
}
