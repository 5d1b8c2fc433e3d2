//! The keys that open credentials.

use anyhow::Context;
use seal::{KeyRing, PublicKey, PublicKeys, SealContext, Sealed, Secret};
use std::path::Path;

/// Only the gateway seals credentials.
const SENDER: &str = "gateway";

/// This adapter's private keys, and the public keys of whoever may seal to it.
pub struct Keys {
    ring: KeyRing,
    senders: Vec<PublicKey>,
}

impl Keys {
    /// Keys as they are.
    #[must_use]
    pub const fn new(ring: KeyRing, senders: Vec<PublicKey>) -> Self {
        Self { ring, senders }
    }

    /// Reads the files that the provisioner wrote.
    ///
    /// # Errors
    /// Names the file that cannot be read, or that holds no keys.
    pub fn read(private: &Path, public: &Path) -> anyhow::Result<Self> {
        let text = |path: &Path| {
            std::fs::read_to_string(path)
                .with_context(|| format!("could not read {}", path.display()))
        };
        let ring = seal::Secret::from(text(private)?)
            .expose_str()?
            .parse()
            .with_context(|| format!("SEAL_KEY_FILE {} cannot be used", private.display()))?;
        let known: PublicKeys = text(public)?.parse().with_context(|| {
            format!("SEAL_PUBLIC_KEYS_FILE {} cannot be used", public.display())
        })?;
        let senders = known.of(SENDER).to_vec();
        anyhow::ensure!(
            !senders.is_empty(),
            "SEAL_PUBLIC_KEYS_FILE {} has no key of the {SENDER}",
            public.display()
        );
        Ok(Self { ring, senders })
    }

    pub(crate) fn open(
        &self,
        sealed: &Sealed,
        expected: &SealContext,
    ) -> Result<Secret, seal::Error> {
        seal::open(&self.ring, &self.senders, sealed, expected)
    }
}
