//! What is missing, and since when.

use chrono::{DateTime, Utc};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

/// The readiness of a service: a part is missing until it reports otherwise.
#[derive(Clone, Default)]
pub struct Health(Arc<RwLock<BTreeMap<String, Part>>>);

#[derive(Clone)]
struct Part {
    missing: Option<String>,
    since: DateTime<Utc>,
}

/// One line of `/readyz`.
#[derive(Serialize)]
pub(crate) struct PartReport {
    part: String,
    ready: bool,
    /// Why it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    since: DateTime<Utc>,
}

impl Health {
    /// The part works.
    pub fn ready(&self, part: &str) {
        self.set(part, None);
    }

    /// The part is missing, and why.
    pub fn missing(&self, part: &str, why: impl std::fmt::Display) {
        self.set(part, Some(why.to_string()));
    }

    fn set(&self, part: &str, missing: Option<String>) {
        let mut parts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let since = match parts.get(part) {
            // `since` tells when the part changed sides, not when it was last looked at.
            Some(old) if old.missing.is_some() == missing.is_some() => old.since,
            Some(_) | None => Utc::now(),
        };
        parts.insert(part.to_owned(), Part { missing, since });
    }

    pub(crate) fn report(&self) -> (bool, Vec<PartReport>) {
        let parts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let reports = parts.iter().map(|(name, part)| PartReport {
            part: name.clone(),
            ready: part.missing.is_none(),
            missing: part.missing.clone(),
            since: part.since,
        });
        let reports: Vec<_> = reports.collect();
        (reports.iter().all(|report| report.ready), reports)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_when_the_part_went_missing() {
        let health = Health::default();
        health.missing("database", "refused");
        let first = health.report().1[0].since;
        health.missing("database", "still refused");
        let (ready, parts) = health.report();
        assert!(!ready);
        assert_eq!(
            (parts[0].since, parts[0].missing.as_deref()),
            (first, Some("still refused"))
        );
        health.ready("database");
        assert!(health.report().0);
    }
}
