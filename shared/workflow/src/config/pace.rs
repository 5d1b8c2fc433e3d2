//! How many runs a trigger starts of the events that reach it, when, and of what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Flow control of a trigger. Events of one key are counted together; those of different keys know nothing of each other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowControl {
    /// What is counted together: an expression over the event, whose payload is `trigger` and `input`. Left out: all
    /// events of the trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// At most so many runs of one key at a time; further events wait in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub concurrency: Option<u32>,
    /// One run of a key at a time, without waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub singleton: Option<Singleton>,
    /// At most so many starts of one key in so many seconds; further events wait in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
    /// One run, of the last event, once nothing came for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debounce: Option<Debounce>,
    /// One run for many events, whose payload is `{events: […]}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// Among events that wait, the higher goes first: a number, or an expression over the event. Left out: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
}

/// What becomes of an event while a run of its key is under way or waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Singleton {
    /// It starts nothing.
    Skip,
    /// The run is cancelled, and the event starts another once that one has ended.
    Replace,
}

/// So many starts in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// Starts.
    #[schemars(range(min = 1, max = 1000))]
    pub count: u32,
    /// In any stretch of so many seconds.
    #[schemars(range(min = 1, max = 86400))]
    pub seconds: u32,
}

/// A pause that must come before the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Debounce {
    /// How long nothing may come.
    #[schemars(range(min = 1, max = 86400))]
    pub seconds: u32,
    /// The run starts this long after the first event at the latest, pause or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 604_800))]
    pub longest_seconds: Option<u32>,
}

/// How many events one run takes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// So many at most; fewer when together they are too large for one payload.
    #[schemars(range(min = 2, max = 100))]
    pub size: u32,
    /// The run starts this long after the first event at the latest.
    #[schemars(range(min = 1, max = 86400))]
    pub seconds: u32,
}

/// Where an event stands among those that wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Priority {
    /// The same for every event.
    Number(f64),
    /// Worked out for each.
    Expression(String),
}

impl FlowControl {
    /// Whether it matters when a run ends.
    #[must_use]
    pub const fn counts_runs(&self) -> bool {
        self.concurrency.is_some() || self.singleton.is_some()
    }

    /// How many runs of a key there may be at a time.
    #[must_use]
    pub fn at_a_time(&self) -> Option<usize> {
        let concurrency = self.concurrency.and_then(|most| usize::try_from(most).ok());
        self.singleton.map(|_| 1).or(concurrency)
    }

    /// The field that gathers events before a run, when one does.
    #[must_use]
    pub const fn gathers(&self) -> Option<&'static str> {
        match (&self.debounce, &self.batch) {
            (Some(_), _) => Some("debounce"),
            (None, Some(_)) => Some("batch"),
            (None, None) => None,
        }
    }
}
