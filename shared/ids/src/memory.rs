//! Whose memory is which.

use crate::{MemoryId, TenantId, UserId};
use sha2::{Digest, Sha256};

impl MemoryId {
    /// What the assistant of this person knows in this tenant: one memory, whose id anybody can work out.
    #[must_use]
    pub fn of(tenant: &TenantId, person: UserId) -> Self {
        let mut hash = Sha256::new();
        hash.update("memory");
        hash.update(tenant.as_str());
        hash.update(person.as_u128().to_be_bytes());
        let digest = hash.finalize();
        let bits = digest.iter().take(16);
        Self::from_u128(bits.fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
    }
}
