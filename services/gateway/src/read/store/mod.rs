//! The statements behind reads. All of them run as the reader, bound to one tenant.

pub(crate) mod accounts;
pub(crate) mod backtests;
pub(crate) mod branches;
pub(crate) mod conversations;
pub(crate) mod evaluations;
pub(crate) mod facts;
pub(crate) mod feedback;
pub(crate) mod guarded;
pub(crate) mod inbox;
pub(crate) mod invocations;
pub(crate) mod models;
pub(crate) mod notifications;
pub(crate) mod prompts;
pub(crate) mod questions;
pub(crate) mod retention;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod sources;
pub(crate) mod status;
pub(crate) mod triggers;
pub(crate) mod usage;
pub(crate) mod why;
pub(crate) mod workflows;

use sqlx::types::Uuid;

/// Where a page begins in a list that is sorted by time and id; both absent on the first page.
pub(crate) type After = Option<(events::Timestamp, Uuid)>;

/// Hundredths of a dollar in so many millionths.
#[expect(
    clippy::cast_precision_loss,
    reason = "a cost beyond 2^53 millionths of a dollar is none"
)]
fn cents(micros: i64) -> f64 {
    micros as f64 / 10_000.0
}

/// The parts of a key, each absent on the first page.
fn split(after: After) -> (Option<events::Timestamp>, Option<Uuid>) {
    after.unzip()
}
