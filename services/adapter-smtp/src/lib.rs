//! Sends mail for workflows.
//!
//! One effect, `smtp.send`. Its Message-ID is `<effect key>@st`, so that a mailbox that is given the same mail twice can tell.
//! SMTP itself cannot: once the content is on its way and no answer came, the effect is `unknown`.
//!
//! Files are enclosed from the artifact store, as many as a mail may carry; they are in memory while it is sent.
//!
//! Refuses to do: passwords without TLS (except to this machine), and queueing; the sender's own server does that.

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

mod attachments;
mod client;
mod config;
mod manifest;
mod session;
mod settings;
mod starttls;
mod translate;

pub use attachments::Enclosing;
pub use client::SmtpProtocol;
pub use config::Config;
pub use manifest::{MIGRATIONS, manifest};
pub use settings::SmtpAccounts;
