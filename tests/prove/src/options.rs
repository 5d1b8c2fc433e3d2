//! How a proof is run.

use std::{path::PathBuf, time::Duration};

/// Options of every proof.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How long faults are made; a promise without faults ignores it.
    pub minutes: Option<f64>,
    /// Fixes the schedule of faults, not their interleaving with the fleet's work.
    pub seed: u64,
    /// How many injections a hijacked model meets; a sample when not said.
    pub injections: Option<usize>,
    /// Makes no faults.
    pub calm: bool,
    /// How long healing may take; a minute when not said.
    pub patience: Option<Duration>,
    /// Of all planted bugs, only this one.
    pub bug: Option<String>,
    /// Programs with planted bugs, and the bug that is switched on in them.
    pub planted: Option<Planted>,
}

/// A bug on purpose.
#[derive(Debug, Clone)]
pub struct Planted {
    pub bin: PathBuf,
    pub bug: String,
}

impl Options {
    /// Whether this bug is on. For those that the proof commits itself.
    #[must_use]
    pub fn has_bug(&self, bug: &str) -> bool {
        self.planted
            .as_ref()
            .is_some_and(|planted| planted.bug == bug)
    }

    /// A fleet as these options want it.
    #[must_use]
    pub fn fleet(&self) -> fleet_tests::Options {
        let mut fleet = fleet_tests::Options::default();
        if let Some(Planted { bin, bug }) = &self.planted {
            fleet.bin = Some(bin.clone());
            fleet.env.push(("ST_PLANTED_BUG".to_owned(), bug.clone()));
        }
        fleet
    }
}
