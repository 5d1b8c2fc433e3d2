//! The contract's service.

use crate::{
    hub::{Hub, Seat},
    settings::BridgeAccounts,
    store::admit,
    translate,
    wire::{
        ConfirmReceipt, ConfirmRequest, PushReceipt, PushRequest, ReceiveRequest, SendEffect,
        bridge_server::{Bridge, BridgeServer as Service},
    },
};
use adapter::{Account, Accounts, Health};
use bus::Cause;
use futures::{Stream, StreamExt, stream::BoxStream};
use std::{sync::Arc, time::Duration};
use store::Database;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Response, Status, Streaming,
    metadata::MetadataMap,
    transport::{Server, ServerTlsConfig},
};

/// The largest message of a bridge, in bytes.
const MESSAGE_BYTES: usize = 128 * 1024;
/// Messages in one transaction, when so many have come.
const BATCH: usize = 64;
/// A bridge that went without a word is noticed after twice this.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// What answers bridges. Cheap to clone.
#[derive(Clone)]
pub struct BridgeServer {
    database: Database,
    accounts: Accounts<BridgeAccounts>,
    hub: Arc<Hub>,
}

impl BridgeServer {
    /// Answers the bridges of `accounts`.
    #[must_use]
    pub const fn new(
        database: Database,
        accounts: Accounts<BridgeAccounts>,
        hub: Arc<Hub>,
    ) -> Self {
        Self {
            database,
            accounts,
            hub,
        }
    }

    /// The account whose token the call carries. All are compared, each in constant time.
    async fn account(&self, metadata: &MetadataMap) -> Result<Account<BridgeAccounts>, Status> {
        let given = metadata
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(|| {
                Status::unauthenticated("the metadata has no `authorization: Bearer <token>`")
            })?;
        let mut found = None;
        for account in self
            .accounts
            .all()
            .await
            .map_err(|error| unavailable(&error))?
        {
            match self.accounts.open(&account) {
                Ok(Some(known)) if bool::from(known.token.expose().ct_eq(given.as_bytes())) => {
                    found = Some(account);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "an account's token does not open"
                    );
                }
            }
        }
        found.ok_or_else(|| Status::unauthenticated("no account has this token"))
    }

    /// Commits messages together with their events, and returns their receipts. A wrong one ends the call, after those before it.
    async fn take(
        &self,
        account: &Account<BridgeAccounts>,
        pushed: Vec<Result<PushRequest, Status>>,
    ) -> Vec<Result<PushReceipt, Status>> {
        let mut messages = Vec::with_capacity(pushed.len());
        let mut end = None;
        for push in pushed {
            let read = push.and_then(|push| {
                translate::received(account.id, push).map_err(Status::invalid_argument)
            });
            match read {
                Ok(message) => messages.push(message),
                Err(status) => {
                    end = Some(Err(status));
                    break;
                }
            }
        }
        let committed = async {
            let mut tx = self
                .database
                .begin(Cause::root(account.tenant.clone()))
                .await?;
            for message in &messages {
                if admit(tx.conn(), account.id, &message.external_id).await? {
                    tx.emit(message)?;
                }
            }
            tx.commit().await
        };
        if let Err(error) = committed.await {
            return vec![Err(unavailable(&error))];
        }
        let receipt = |message: events::MessageReceived| PushReceipt {
            external_id: message.external_id,
        };
        messages
            .into_iter()
            .map(|message| Ok(receipt(message)))
            .chain(end)
            .collect()
    }
}

#[tonic::async_trait]
impl Bridge for BridgeServer {
    type PushStream = BoxStream<'static, Result<PushReceipt, Status>>;
    type ReceiveStream = BoxStream<'static, Result<SendEffect, Status>>;

    async fn push(
        &self,
        request: Request<Streaming<PushRequest>>,
    ) -> Result<Response<Self::PushStream>, Status> {
        let account = Arc::new(self.account(request.metadata()).await?);
        let server = self.clone();
        let receipts = request
            .into_inner()
            .ready_chunks(BATCH)
            .then(move |pushed| {
                let (server, account) = (server.clone(), Arc::clone(&account));
                async move { futures::stream::iter(server.take(&account, pushed).await) }
            })
            .flatten();
        Ok(Response::new(until_error(receipts).boxed()))
    }

    async fn receive(
        &self,
        request: Request<ReceiveRequest>,
    ) -> Result<Response<Self::ReceiveStream>, Status> {
        let account = self.account(request.metadata()).await?;
        let (seat, given) = self.hub.seat(account.id);
        tracing::info!(account.id = %account.id, "bridge connected");
        if let Err(error) = self.accounts.report(&account, &Health::Healthy).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "bridge's health not noted"
            );
        }
        Ok(Response::new(
            seated(seat, ReceiverStream::new(given)).boxed(),
        ))
    }

    async fn confirm(
        &self,
        request: Request<ConfirmRequest>,
    ) -> Result<Response<ConfirmReceipt>, Status> {
        let account = self.account(request.metadata()).await?;
        let confirm = request.into_inner();
        let effect_key = confirm.effect_key.clone();
        let word = translate::outcome(confirm).map_err(Status::invalid_argument)?;
        let awaited = self.hub.tell(account.id, effect_key, word);
        Ok(Response::new(ConfirmReceipt { awaited }))
    }
}

/// Answers bridges on `listener` until `stop`.
pub async fn serve(
    bridges: BridgeServer,
    listener: TcpListener,
    tls: Option<ServerTlsConfig>,
    stop: CancellationToken,
) {
    let service = Service::new(bridges).max_decoding_message_size(MESSAGE_BYTES);
    let mut server = Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE));
    if let Some(tls) = tls {
        server = match server.tls_config(tls) {
            Ok(server) => server,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "bridges cannot connect: TLS is misconfigured"
                );
                return;
            }
        };
    }
    let served = server
        .add_service(service)
        .serve_with_incoming(TcpListenerStream::new(listener));
    // Open calls of bridges have no end of their own: they are cut, and come back to another process.
    tokio::select! {
        () = stop.cancelled() => {}
        end = served => if let Err(error) = end {
            tracing::error!(error = &error as &dyn std::error::Error, "bridges can no longer connect");
        },
    }
}

/// The effects for a bridge, which keeps its seat as long as it listens.
fn seated(
    seat: Seat,
    effects: ReceiverStream<SendEffect>,
) -> impl Stream<Item = Result<SendEffect, Status>> {
    effects.map(move |effect| {
        let _seat = &seat;
        Ok(effect)
    })
}

/// Ends a stream with its first error.
fn until_error<T>(
    stream: impl Stream<Item = Result<T, Status>>,
) -> impl Stream<Item = Result<T, Status>> {
    stream.scan(false, |ended, item| {
        let before = std::mem::replace(ended, item.is_err());
        std::future::ready((!before).then_some(item))
    })
}

fn unavailable(error: &store::Error) -> Status {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "a bridge's call failed"
    );
    Status::unavailable("not now; try again")
}
