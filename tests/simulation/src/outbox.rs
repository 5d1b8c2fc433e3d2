//! A service's outbox and inbox, as far as correctness rests on them.
//!
//! The statements are in `shared/store/src/outbox.rs`.

use std::collections::BTreeSet;

/// A staged event.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<E> {
    pub id: u128,
    pub event: E,
    /// Consumers that have not confirmed it.
    pub awaiting: Vec<&'static str>,
    pub attempts: u32,
    /// Milliseconds of the database's clock.
    pub publish_at: i64,
}

/// Events between their commit and the last consumer's receipt, in the order of their statements.
#[derive(Debug, Clone, PartialEq)]
pub struct Outbox<E> {
    rows: Vec<Row<E>>,
}

impl<E> Default for Outbox<E> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

/// Times an event is published again soon before the pauses grow.
const SOON: u32 = 9;
/// The first pause before an event is published again, in milliseconds.
const PAUSE_MS: i64 = 30_000;
/// The longest.
const LONGEST_MS: i64 = 3_600_000;

impl<E: Clone> Outbox<E> {
    /// Stages an event; one whose id is there already is left as it is.
    pub fn insert(&mut self, id: u128, event: E, awaiting: &[&'static str], now_ms: i64) {
        if self.rows.iter().all(|row| row.id != id) {
            self.rows.push(Row {
                id,
                event,
                awaiting: awaiting.to_vec(),
                attempts: 0,
                publish_at: now_ms,
            });
        }
    }

    /// Up to `limit` rows that are due, in order.
    #[must_use]
    pub fn due(&self, now_ms: i64, limit: usize) -> Vec<Row<E>> {
        let due = self.rows.iter().filter(|row| row.publish_at <= now_ms);
        due.take(limit).cloned().collect()
    }

    /// Forgets published rows nobody has to confirm, and sets the time to publish the others again.
    pub fn published(&mut self, ids: &[u128], now_ms: i64) {
        self.rows
            .retain(|row| !ids.contains(&row.id) || !row.awaiting.is_empty());
        for row in self.rows.iter_mut().filter(|row| ids.contains(&row.id)) {
            let doublings = row.attempts.saturating_sub(SOON).min(7);
            row.attempts += 1;
            row.publish_at = now_ms + (PAUSE_MS << doublings).min(LONGEST_MS);
        }
    }

    /// Notes that `consumer` has applied these events; forgets those that nobody waits for any more.
    pub fn confirm(&mut self, consumer: &str, ids: &[u128]) {
        self.rows.retain_mut(|row| {
            if ids.contains(&row.id) {
                let waited = !row.awaiting.is_empty();
                row.awaiting.retain(|waits| *waits != consumer);
                return !(waited && row.awaiting.is_empty());
            }
            true
        });
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> &[Row<E>] {
        &self.rows
    }

    /// When the first of them is to be published.
    #[must_use]
    pub fn next_ms(&self) -> Option<i64> {
        self.rows.iter().map(|row| row.publish_at).min()
    }

    /// Forgets a row whatever it waits for: what the bug does that leaves receipts out.
    pub fn forget(&mut self, ids: &[u128]) {
        self.rows.retain(|row| !ids.contains(&row.id));
    }
}

/// Events that a consumer has applied.
#[derive(Debug, Clone, Default)]
pub struct Inbox(BTreeSet<u128>);

impl Inbox {
    /// Notes an event as applied; false when it had been.
    pub fn admit(&mut self, id: u128) -> bool {
        self.0.insert(id)
    }
}
