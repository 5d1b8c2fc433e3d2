//! What all adapters share: accounts, and effects that happen once.
//!
//! An adapter speaks one protocol. It names what an account of it looks like ([`AccountKind`]) and how an effect becomes a call
//! ([`Protocol`]: `translate` is pure, `call` does the talking); everything around that is here.
//!
//! - **Accounts** ([`Accounts`]): credentials arrive sealed, are opened once to check what they were sealed for, and rest
//!   sealed. A change that is not newer changes nothing. Health is told only when it changes.
//! - **Effects** ([`Effects`]): the durable intent comes first (`intent`), then, where the other side does not recognise a
//!   repeat, the decision to call (`dispatched`), then the call, then its result together with the event that tells it
//!   (`confirmed`, `failed`, `unknown`). A repeat of a key gets the recorded result. A call that was interrupted is repeated
//!   only where the other side recognises the repeat; otherwise it is `unknown`, and a person decides.
//! - A credential is used only for a workflow whose every editor may use the account, and only towards the hosts it was
//!   sealed for.
//!
//! Refuses to do: any protocol, any socket (that is `egress`), and any store of plain credentials.

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

mod account;
mod accounts;
#[cfg(feature = "conformance")]
pub mod conformance;
mod connect;
mod desk;
mod dispatch;
mod effect;
mod effects;
mod files;
mod keys;
mod lanes;
mod manifest;
mod perform;
mod protocol;
mod redact;
mod serve;
mod settle;
mod store;
mod verify;

pub use account::{Account, AccountKind, Health, Problem, State, Status};
pub use accounts::{Accounts, OpenError};
pub use artifacts::FileOptions;
pub use effect::Effect;
pub use effects::{Effects, Limits};
pub use files::{file_store_away, open_file};
pub use keys::Keys;
pub use manifest::{account_events, effect_events};
pub use protocol::{Call, Done, Failed, Protocol, Reach, fault};
pub use serve::{Adapter, Options};

use sqlx::migrate::{Migration, Migrator};

/// Numbers of a service's own migrations come after these.
const SHARED: i64 = 1_000;

/// Tables of every adapter, then the service's own (`0001_…` becomes 1001). Keep it in a `LazyLock`.
#[must_use]
pub fn migrations(own: &Migrator) -> Migrator {
    let shared = sqlx::migrate!("./migrations");
    let own = own.iter().map(|migration| Migration {
        version: SHARED + migration.version,
        ..migration.clone()
    });
    Migrator::with_migrations(shared.iter().cloned().chain(own).collect())
}

/// Tables of every adapter, for a service without tables of its own. Keep it in a `LazyLock`.
#[must_use]
pub fn shared_migrations() -> Migrator {
    migrations(&Migrator::DEFAULT)
}
