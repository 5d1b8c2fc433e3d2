//! Watches mailboxes over IMAP: every mail that arrives becomes one `integration.email.received`.
//!
//! Attachments of mails up to a bound are stored as files, which the event names; those of larger mails are listed, and stay in
//! the mailbox. A mail whose files cannot be stored is told later.
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
mod files;
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
pub use files::Files;
pub use manifest::manifest;
pub use roster::keep;
pub use session::Patience;
pub use settings::{Credentials, Imap, Settings};
pub use store::MIGRATIONS;
pub use watch::Surroundings;
