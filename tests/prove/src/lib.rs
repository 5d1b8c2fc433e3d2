//! Proofs of what the fleet promises: each starts real processes, disturbs or watches them, and checks from outside.
//!
//! `cargo xtask prove <promise>` runs one. A proof gives one [`Statement`] for each thing it checked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: a failed set-up fails the proof"
)]

pub mod bus;
pub mod chaos;
pub mod hijacked_model;
pub mod leader;
mod options;
pub mod planted_bugs;
pub mod secrets;
mod statement;
mod until;

pub use options::{Options, Planted};
pub use statement::Statement;

use clap::ValueEnum;

/// What can be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Promise {
    /// Nothing accepted is lost or doubled while every process is killed and frozen and the bus forgets everything
    Chaos,
    /// Losing the whole store of the bus loses nothing that was accepted
    Amnesia,
    /// What was accepted survives the loss of everything that was not synced
    PowerCut,
    /// Between services there are only events of the catalogue
    Bus,
    /// Schedules miss nothing and double nothing while their leaders are killed and frozen
    Leader,
    /// Planted credentials lie nowhere but where they belong
    Secrets,
    /// A model that obeys every instruction in what it reads does nothing to anybody
    HijackedModel,
    /// Each checker has a bug that turns it red
    PlantedBugs,
}

impl Promise {
    /// Runs the proof.
    pub async fn prove(self, options: Options) -> Vec<Statement> {
        match self {
            Self::Chaos => chaos::prove(options).await,
            Self::Amnesia => chaos::amnesia::prove(options).await,
            Self::PowerCut => chaos::power_cut::prove(options).await,
            Self::Bus => bus::prove(options).await,
            Self::Leader => leader::prove(options).await,
            Self::Secrets => secrets::prove(options).await,
            Self::HijackedModel => hijacked_model::prove(options).await,
            // A proof of proofs: it comes back here.
            Self::PlantedBugs => Box::pin(planted_bugs::prove(options)).await,
        }
    }
}
