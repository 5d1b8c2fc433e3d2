//! Everything that is derived instead of drawn: keys, ids, seeds.

use events::Json;
use ids::{NodeId, NotificationId, QuestionId, RunId};
use sha2::{Digest, Sha256};

/// The name under which an adapter records an effect's result: 32 hexadecimal characters. However often the same try is
/// asked for, it keeps its key and gets the recorded result; after a recorded failure the next try has another.
pub(crate) fn effect_key(run: RunId, node: &NodeId, path: &[u32], tries: u32) -> String {
    let digest = digest("effect", run, node, path, tries);
    hex::encode(digest.get(..16).unwrap_or(&digest))
}

/// The run that an effect asks for: a repeat asks for the same one.
pub(crate) fn child(run: RunId, effect_key: &str, at_ms: i64) -> RunId {
    let mut hash = Sha256::new();
    hash.update("child");
    hash.update(run.as_u128().to_be_bytes());
    hash.update(effect_key);
    RunId::from_u128(at(at_ms) | low_bits(&hash.finalize().into(), 80))
}

/// The question that a node asks: a repeat is the same one.
pub(crate) fn question(run: RunId, node: &NodeId, path: &[u32], at_ms: i64) -> QuestionId {
    let digest = digest("question", run, node, path, 0);
    QuestionId::from_u128(at(at_ms) | low_bits(&digest, 80))
}

/// What a decision is bound to: SHA-256 of what people are shown, hex.
pub(crate) fn subject_hash(parts: &[&str], value: &Json) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(value.as_str());
    hex::encode(hash.finalize())
}

/// The notification that a node raises: a repeat is the same one.
pub(crate) fn notification(run: RunId, node: &NodeId, path: &[u32], at_ms: i64) -> NotificationId {
    let digest = digest("notification", run, node, path, 0);
    let random = low_bits(&digest, 80);
    NotificationId::from_u128(at(at_ms) | random)
}

/// The time of a ULID: its first 48 bits.
fn at(at_ms: i64) -> u128 {
    let time = u128::from(u64::try_from(at_ms).unwrap_or_default()) & 0xFFFF_FFFF_FFFF;
    time << 80
}

/// Where an expression's random numbers start: another place for each node and turn, the same on replay.
pub(crate) fn expression_seed(seed: u64, node: &NodeId, path: &[u32]) -> u64 {
    // FNV-1a, 64 bits: spreads well enough for dice and is the same on every machine.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    let bytes = node.as_str().bytes();
    for byte in bytes.chain(path.iter().flat_map(|turn| turn.to_le_bytes())) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// How many thousandths of the random part of a pause are taken before the next try; the same on replay.
pub(crate) fn jitter(seed: u64, node: &NodeId, path: &[u32], tries: u32) -> u64 {
    let drawn = expression_seed(seed ^ u64::from(tries), node, path);
    // The high bits of FNV spread best.
    (drawn >> 32) % 1_000
}

fn digest(domain: &str, run: RunId, node: &NodeId, path: &[u32], tries: u32) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(domain);
    hash.update(run.as_u128().to_be_bytes());
    hash.update(node.as_str());
    for turn in path {
        hash.update([b'/']);
        hash.update(turn.to_be_bytes());
    }
    hash.update([b'#']);
    hash.update(tries.to_be_bytes());
    hash.finalize().into()
}

fn low_bits(digest: &[u8; 32], bits: u32) -> u128 {
    let value = digest
        .iter()
        .take(16)
        .fold(0_u128, |value, byte| (value << 8) | u128::from(*byte));
    value & ((1_u128 << bits) - 1)
}
