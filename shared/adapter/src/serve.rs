//! From the configuration to running loops.

use crate::{
    AccountKind, Accounts, Effects, Keys, Limits, Protocol,
    manifest::{ACCOUNTS, EFFECTS},
    verify,
};
use anyhow::Context;
use authz::Authz;
use bus::Bus;
use chassis::Boot;
use egress::{Egress, Policy};
use events::{AccountConnectRequested, AccountRemoveRequested};
use std::{path::PathBuf, sync::Arc};
use store::{Database, Router};

/// Options that all adapters share: `#[command(flatten)]` them into the service's own.
#[derive(clap::Args, Debug, Clone)]
pub struct Options {
    /// File with this adapter's private keys, as the provisioner wrote it.
    #[arg(long, env = "SEAL_KEY_FILE")]
    seal_key_file: Option<PathBuf>,
    /// File with everybody's public keys; the gateway's are trusted as sender.
    #[arg(long, env = "SEAL_PUBLIC_KEYS_FILE")]
    seal_public_keys_file: Option<PathBuf>,
    /// Private hosts, addresses and networks that may be reached, between commas.
    #[arg(long, env = "EGRESS_ALLOW", default_value = "")]
    pub egress_allow: Policy,
    /// Calls at the same time, per account.
    #[arg(long, env = "CALLS_PER_ACCOUNT", default_value_t = Limits::default().calls_per_lane)]
    calls_per_account: u16,
}

impl Options {
    /// Reads the key files.
    ///
    /// # Errors
    /// Names the option that is missing, or the file that cannot be used.
    pub fn keys(&self) -> anyhow::Result<Keys> {
        let private = self
            .seal_key_file
            .as_ref()
            .context("SEAL_KEY_FILE must be set")?;
        let public = self
            .seal_public_keys_file
            .as_ref()
            .context("SEAL_PUBLIC_KEYS_FILE must be set")?;
        Keys::read(private, public)
    }

    /// The bounds of effects.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            calls_per_lane: self.calls_per_account,
            ..Limits::default()
        }
    }
}

/// A connected adapter, whose account events are being handled.
pub struct Adapter<K: AccountKind> {
    pub database: Database,
    pub bus: Bus,
    pub authz: Arc<dyn Authz>,
    pub accounts: Accounts<K>,
    pub egress: Egress,
    limits: Limits,
}

impl<K: AccountKind> Adapter<K> {
    /// Connects to everything, and keeps accounts from then on. The manifest must include [`crate::account_events`].
    ///
    /// # Errors
    /// Only for a configuration that cannot work.
    pub async fn connect<C>(boot: &Boot<C>, options: &Options) -> anyhow::Result<Self> {
        let keys = options.keys()?;
        let authz = boot.authz()?;
        let (database, bus) = boot.connect().await?;
        let accounts = Accounts::new(database.clone(), keys);
        let router = Router::new(Arc::new(accounts.clone()))
            .on::<AccountConnectRequested>()
            .on::<AccountRemoveRequested>();
        boot.consume(&database, &bus, ACCOUNTS, router);
        Ok(Self {
            database,
            bus,
            authz,
            accounts,
            egress: Egress::new(options.egress_allow.clone()),
            limits: options.limits(),
        })
    }

    /// Does effects and tries accounts, in the background. The manifest must include [`crate::effect_events`].
    pub fn serve<C, P: Protocol<Accounts = K>>(&self, boot: &Boot<C>, protocol: Arc<P>) {
        let effects = Arc::new(Effects::new(
            self.database.clone(),
            self.accounts.clone(),
            Arc::clone(&self.authz),
            Arc::clone(&protocol),
            self.limits,
        ));
        let router = Router::new(Arc::clone(&effects)).on_batch::<P::Effect>();
        boot.consume(&self.database, &self.bus, EFFECTS, router);
        boot.tasks
            .spawn("effects", effects.dispatch(boot.shutdown.clone()));
        let (accounts, stop) = (self.accounts.clone(), boot.shutdown.clone());
        boot.tasks.spawn("verify-accounts", async move {
            verify::verify(accounts, protocol.as_ref(), stop).await;
        });
    }
}
