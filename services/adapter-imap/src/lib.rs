//! Watches mailboxes over IMAP: every mail that arrives becomes one `integration.email.received`.
//!
//! Invariants: a watermark only moves in the transaction that tells the mails below it; a mailbox is watched by one replica;
//! a folder that is numbered anew loses and doubles no mail; a connection that died without a word is noticed within two
//! minutes.

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

mod config;
mod line;
mod manifest;
mod roster;
mod session;
mod settings;
mod store;
mod sync;
mod translate;
mod watch;

pub use config::Config;
pub use manifest::manifest;
pub use roster::keep;
pub use session::Patience;
pub use settings::{Credentials, Imap, Settings};
pub use store::MIGRATIONS;
pub use watch::Surroundings;
