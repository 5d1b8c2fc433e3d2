//! Credentials sealed to the one service that may use them.
//!
//! The gateway seals a secret to an adapter's public key in the request that brings it, and forgets it. From there on only
//! ciphertext travels and rests: [`Sealed`] is safe in an event, a table, a dead letter and a log.
//!
//! HPKE (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305 in **Auth mode**: opening proves who sealed, so nobody but
//! the gateway can plant an account. The [`SealContext`] is associated data: what was sealed for one tenant, account, adapter,
//! version and set of hosts opens for nothing else, and a row that was swapped does not open.
//!
//! A service may also seal to itself ([`KeyRing::seal_own`]): the gateway its webhook secrets, an adapter a refreshed token.
//!
//! Refuses to do: key storage (a key is a file that the provisioner wrote), and any key that came over the bus.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod context;
mod error;
mod key;
mod ring;
mod sealed;
mod secret;

pub use context::SealContext;
pub use error::Error;
pub use key::{KeyId, KeyPair, PublicKey};
pub use ring::{KeyRing, PublicKeys};
pub use sealed::{Sealed, open, seal};
pub use secret::Secret;

/// The one key encapsulation in use: X25519 with HKDF-SHA256 (RFC 9180 §7.1).
type Kem = hpke::kem::X25519HkdfSha256;
