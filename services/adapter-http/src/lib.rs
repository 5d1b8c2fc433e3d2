//! Outbound HTTP calls of workflow nodes.
//!
//! One effect, `http.request`. Any public host may be called without an account; an account adds a credential, for the hosts
//! it was given for. A call other than GET, HEAD and OPTIONS carries the effect key as `Idempotency-Key`.
//!
//! An answer that is no text, or too long for an event, is streamed into the artifact store and told as a value that stands for
//! it; a body that is such a value is streamed from there. Neither is ever whole in memory.
//!
//! Refuses to do: retries of what an API has answered (the workflow decides that).

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

mod answer;
mod client;
mod config;
mod manifest;
mod name;
mod reading;
mod settings;
mod translate;

pub use client::HttpProtocol;
pub use config::Config;
pub use manifest::{MIGRATIONS, manifest};
pub use reading::Reading;
pub use settings::HttpAccounts;
