//! The door for bridges: programs in any language that connect a chat network, over gRPC (`proto/bridge/v1/bridge.proto`).
//!
//! A bridge proves its account by the account's token. What it pushes becomes `integration.message.received`, once per
//! external id, with a receipt after the commit. Effects `bridge.send` go to the bridge that is connected for the account; the
//! contract makes it recognise a repeat, so an interrupted effect is given again.
//!
//! One replica: an effect is done by the process that the bridge is connected to.

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
mod hub;
mod manifest;
mod protocol;
mod server;
mod settings;
mod store;
mod translate;

/// The contract's messages and service.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated from the contract"
)]
mod wire {
    tonic::include_proto!("silver_telegram.bridge.v1");
}

pub use config::Config;
pub use hub::Hub;
pub use manifest::manifest;
pub use protocol::{BridgeProtocol, keep_health};
pub use server::{BridgeServer, serve};
pub use settings::BridgeAccounts;
pub use store::{MIGRATIONS, forget_old_messages};
