//! Where a run lives, and how its id follows from what caused it.

use crate::{EventId, InvalidId, RunId, TriggerId};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// How many shards the runs of an installation are spread over. Fixed: a run's shard never changes.
pub const SHARDS: u8 = 16;

/// The part of all runs that one owner writes at a time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct Shard(u8);

impl Shard {
    /// The shard of a run.
    #[must_use]
    pub fn of(run: RunId) -> Self {
        // The low byte of a run id is random or a hash, so it spreads evenly.
        let low = run.as_u128().to_le_bytes()[0];
        Self(low % SHARDS)
    }

    /// All shards, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHARDS).map(Self)
    }

    /// From 0 to `SHARDS - 1`.
    #[must_use]
    pub const fn index(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{:02}", self.0)
    }
}

impl TryFrom<u8> for Shard {
    type Error = InvalidId;

    fn try_from(index: u8) -> Result<Self, InvalidId> {
        if index < SHARDS {
            Ok(Self(index))
        } else {
            Err(InvalidId {
                kind: "Shard",
                given: index.to_string(),
                expected: "0 to 15",
            })
        }
    }
}

impl From<Shard> for u8 {
    fn from(shard: Shard) -> Self {
        shard.0
    }
}

impl FromStr for Shard {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let refused = || InvalidId {
            kind: "Shard",
            given: text.to_owned(),
            expected: "s00 to s15",
        };
        let index: u8 = text
            .strip_prefix('s')
            .and_then(|n| n.parse().ok())
            .ok_or_else(refused)?;
        Self::try_from(index).map_err(|_| refused())
    }
}

impl schemars::JsonSchema for Shard {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Shard".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": SHARDS - 1 })
    }
}

impl RunId {
    /// The run that `trigger` starts for `event`: always the same one, so that a redelivered event finds it.
    ///
    /// Time-ordered like the event's id (48 bits of milliseconds), the rest a hash of both.
    #[must_use]
    pub fn derive(trigger: TriggerId, event: EventId) -> Self {
        let mut hash = Sha256::new();
        hash.update(trigger.as_u128().to_be_bytes());
        hash.update(event.as_u128().to_be_bytes());
        let digest = hash.finalize();
        let mut bits = [0_u8; 16];
        bits.iter_mut()
            .zip(digest.iter())
            .for_each(|(to, from)| *to = *from);
        let random = u128::from_be_bytes(bits) >> 48;
        Self::from_u128((u128::from(event.timestamp_ms()) << 80) | random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_trigger_and_event_give_the_same_run() {
        let (trigger, event) = (TriggerId::generate(), EventId::generate());
        assert_eq!(RunId::derive(trigger, event), RunId::derive(trigger, event));
        assert_ne!(
            RunId::derive(trigger, event),
            RunId::derive(TriggerId::generate(), event)
        );
        assert_eq!(
            RunId::derive(trigger, event).timestamp_ms(),
            event.timestamp_ms()
        );
    }

    #[test]
    fn runs_spread_over_all_shards() {
        let trigger = TriggerId::generate();
        let used: std::collections::BTreeSet<_> = (0..2_000_u32)
            .map(|n| Shard::of(RunId::derive(trigger, EventId::from_u128(u128::from(n)))))
            .collect();
        assert_eq!(used.len(), usize::from(SHARDS));
    }

    #[test]
    fn a_shard_reads_its_own_token() {
        for shard in Shard::all() {
            assert_eq!(shard.to_string().parse::<Shard>().unwrap(), shard);
        }
        assert!("s16".parse::<Shard>().is_err());
        assert!("7".parse::<Shard>().is_err());
    }
}
