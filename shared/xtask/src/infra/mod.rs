//! The servers that the fleet runs on, and the same servers for tests.

pub(crate) mod postgres;
pub(crate) mod test;

use std::net::TcpListener;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A port of the loopback interface that is free now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// A secret of 32 random bytes, as hexadecimal digits.
pub(crate) fn random_secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut bytes)?;
    Ok(hex::encode(bytes))
}

/// First sixteen hex digits of the checksum over these parts.
pub(crate) fn fingerprint_of(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize()).chars().take(16).collect()
}
