//! Effects for bridges, and how their accounts are.

use crate::{
    hub::Hub,
    settings::{BridgeAccounts, Credentials},
    translate,
    wire::SendEffect,
};
use adapter::{Account, Accounts, Call, Done, Failed, Health, Protocol, fault};
use events::{ErrorClass, MessageSendRequested, RunError};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long an effect waits for its bridge to connect.
const CONNECT: Duration = Duration::from_secs(60);
/// How long a bridge may take to send.
const CONFIRM: Duration = Duration::from_secs(60);
/// How often it is looked who is connected.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Messages through connected bridges.
pub struct BridgeProtocol {
    hub: Arc<Hub>,
}

impl BridgeProtocol {
    /// Gives effects to the bridges of `hub`.
    #[must_use]
    pub const fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

#[async_trait::async_trait]
impl Protocol for BridgeProtocol {
    type Accounts = BridgeAccounts;
    type Effect = MessageSendRequested;
    type Outgoing = SendEffect;

    fn translate(
        &self,
        effect: &MessageSendRequested,
        _account: Option<&Account<BridgeAccounts>>,
    ) -> Result<SendEffect, RunError> {
        Ok(translate::effect(effect))
    }

    /// The bridge came to us; nobody is shown its token.
    fn host<'a>(&self, _outgoing: &'a SendEffect) -> Option<&'a str> {
        None
    }

    /// The contract makes every bridge recognise an effect key.
    fn is_idempotent(&self, _outgoing: &SendEffect) -> bool {
        true
    }

    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed> {
        let account = call.account.ok_or_else(|| Failed::before(no_account()))?;
        let bridge = timeout(CONNECT, self.hub.bridge(account.id))
            .await
            .map_err(|_| Failed::before(not_connected(&account.name)))?;
        let word = self.hub.listen(account.id, call.effect_key);
        if bridge.send(call.outgoing.clone()).await.is_err() {
            self.hub.unlisten(account.id, call.effect_key);
            return Err(Failed::before(not_connected(&account.name)));
        }
        let told = tokio::select! {
            told = timeout(CONFIRM, word) => told,
            // It may have sent the message before it went: given again when it comes back.
            () = bridge.closed() => {
                self.hub.unlisten(account.id, call.effect_key);
                return Err(Failed::during(not_connected(&account.name)));
            }
        };
        match told {
            Ok(Ok(word)) => word,
            Ok(Err(_)) | Err(_) => {
                self.hub.unlisten(account.id, call.effect_key);
                Err(Failed::during(fault(
                    ErrorClass::Timeout,
                    "bridge.timed_out",
                    format!(
                        "the bridge of account {} took the message and said no more",
                        account.name
                    ),
                    Some("look at the bridge's own log"),
                )))
            }
        }
    }

    async fn verify(
        &self,
        account: &Account<BridgeAccounts>,
        _credentials: Option<Credentials>,
    ) -> Option<Health> {
        Some(health(&self.hub, account))
    }
}

/// Notes which bridges are connected, until `stop`.
pub async fn keep_health(
    accounts: Accounts<BridgeAccounts>,
    hub: Arc<Hub>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let noted = async {
            for account in accounts.all().await? {
                accounts.report(&account, &health(&hub, &account)).await?;
            }
            Ok::<(), store::Error>(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "health of bridges not noted"
            );
        }
    }
}

fn health(hub: &Hub, account: &Account<BridgeAccounts>) -> Health {
    match hub.is_connected(account.id) {
        true => Health::Healthy,
        false => Health::Degraded {
            code: "bridge.not_connected",
            reason: "no bridge is connected with the token of this account".to_owned(),
        },
    }
}

fn not_connected(account: &str) -> RunError {
    fault(
        ErrorClass::Unavailable,
        "bridge.not_connected",
        format!("no bridge is connected for account {account}"),
        Some("start the bridge, and give it the token of the account"),
    )
}

fn no_account() -> RunError {
    fault(
        ErrorClass::Auth,
        "account.unknown",
        "a message needs an account",
        Some("choose an account in the node"),
    )
}
