//! An adapter between real servers, driven as the engine and the gateway drive it.

use crate::{AccountKind, Accounts, Effect, Effects, Keys, Limits, Protocol, verify};
use authz::{Authz, RelationChange, Resource, SpiceDb};
use bus::{Bus, Cause, Manifest, Message};
use egress::{Egress, Policy};
use events::{
    AccountConnectRequested, AccountRemoveRequested, EffectFailure, EffectOrigin, EffectResult,
    Event, RunError,
};
use futures::StreamExt;
use ids::{AccountId, EventId, RunId, TenantId, UserId, WorkflowId};
use seal::{KeyPair, SealContext};
use serde_json::Value;
use sqlx::migrate::Migrator;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Database, RelationWriter, Router};
use testkit::{TestDatabase, TestNats, TestSpiceDb, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What came of an effect.
pub type Answer = Result<Value, RunError>;

/// What a protocol may be made of.
pub struct Parts<K: AccountKind> {
    pub database: Database,
    pub accounts: Accounts<K>,
    pub bus: Bus,
    /// May reach the loopback interface.
    pub egress: Egress,
}

/// A running adapter and its surroundings.
pub struct Bench<P: Protocol> {
    pub protocol: Arc<P>,
    pub accounts: Accounts<P::Accounts>,
    pub database: Database,
    pub owner: UserId,
    pub workflow: WorkflowId,
    authz: Arc<dyn Authz>,
    bus: Bus,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    gateway: KeyPair,
    adapter: seal::PublicKey,
    effects: Arc<Effects<P>>,
    dispatching: Option<JoinHandle<()>>,
    background: Vec<JoinHandle<()>>,
    _servers: (TestDatabase, TestNats),
}

struct Relations(Arc<dyn Authz>);

#[async_trait::async_trait]
impl RelationWriter for Relations {
    async fn write(
        &self,
        relations: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        let change: RelationChange = serde_json::from_value(relations.clone())?;
        let token = change.apply(self.0.as_ref()).await?;
        Ok(token.map(|token| token.as_str().to_owned()))
    }
}

impl<P: Protocol> Bench<P> {
    /// Starts the adapter of `manifest`, with a workflow that [`Bench::owner`] owns.
    pub async fn start(
        manifest: Manifest,
        migrations: &'static Migrator,
        protocol: impl FnOnce(&Parts<P::Accounts>) -> P,
    ) -> Self {
        let database_server = TestDatabase::create(&manifest.service, migrations).await;
        let nats = TestNats::start();
        nats.provision(std::slice::from_ref(&manifest)).await;
        let bus: Bus = Arc::new(nats.connect(&manifest.service).await);
        let spicedb = TestSpiceDb::start();
        let spicedb = SpiceDb::new(&spicedb.url, &spicedb.key).unwrap();
        spicedb.write_schema().await.unwrap();
        let authz: Arc<dyn Authz> = Arc::new(spicedb);
        let (owner, workflow) = (UserId::generate(), WorkflowId::generate());
        authz
            .touch(&[Resource::from(workflow).owned_by(owner)])
            .await
            .unwrap();

        let (gateway, own) = (KeyPair::generate(), KeyPair::generate());
        let adapter = own.public().clone();
        let keys = Keys::new(own.into(), vec![gateway.public().clone()]);
        let database = database_server.open().await;
        let parts = Parts {
            database: database.clone(),
            accounts: Accounts::new(database.clone(), keys),
            bus: Arc::clone(&bus),
            egress: Egress::new("127.0.0.0/8".parse::<Policy>().unwrap()),
        };
        let protocol = Arc::new(protocol(&parts));
        let limits = Limits {
            retries: 3,
            first_pause: Duration::from_millis(20),
            ..Limits::default()
        };
        let effects = Arc::new(Effects::new(
            database.clone(),
            parts.accounts.clone(),
            Arc::clone(&authz),
            Arc::clone(&protocol),
            limits,
        ));
        let mut bench = Self {
            protocol,
            accounts: parts.accounts,
            database,
            owner,
            workflow,
            authz,
            bus,
            heard: Arc::default(),
            gateway,
            adapter,
            effects,
            dispatching: None,
            background: Vec::new(),
            _servers: (database_server, nats),
        };
        bench.run(&manifest).await;
        bench.resume();
        bench
    }

    async fn run(&mut self, manifest: &Manifest) {
        let never = CancellationToken::new();
        let mut taps = Vec::new();
        for subject in ["run.>", "integration.>", "llm.>", "prompt.>"] {
            taps.push(self.bus.subscribe(subject).await.unwrap());
        }
        let mut taps = futures::stream::select_all(taps);
        let heard = Arc::clone(&self.heard);
        let listen = async move {
            while let Some(tap) = taps.next().await {
                let event_type = tap.envelope.expect("an event").event_type;
                let payload = serde_json::from_slice(&tap.payload).expect("JSON");
                heard.lock().unwrap().push((event_type, payload));
            }
        };
        let accounts = Router::new(Arc::new(self.accounts.clone()))
            .on::<AccountConnectRequested>()
            .on::<AccountRemoveRequested>();
        let effects = Router::new(Arc::clone(&self.effects)).on_batch::<P::Effect>();
        let (database, bus) = (self.database.clone(), Arc::clone(&self.bus));
        let relations = Relations(Arc::clone(&self.authz));
        let relay = {
            let (database, bus, stop) = (database.clone(), Arc::clone(&bus), never.clone());
            async move { store::relay(database, bus, Some(&relations), stop).await }
        };
        let verify = {
            let (accounts, protocol) = (self.accounts.clone(), Arc::clone(&self.protocol));
            let stop = never.clone();
            async move { verify::verify(accounts, protocol.as_ref(), stop).await }
        };
        self.background = vec![
            tokio::spawn(listen),
            tokio::spawn(relay),
            tokio::spawn(verify),
            tokio::spawn(store::consume(
                database.clone(),
                Arc::clone(&bus),
                manifest.group("accounts"),
                accounts,
                never.clone(),
            )),
            tokio::spawn(store::consume(
                database,
                bus,
                manifest.group("effects"),
                effects,
                never,
            )),
        ];
    }

    /// Works on the ledger's rows, as a process that has just started.
    pub fn resume(&mut self) {
        let effects = Arc::clone(&self.effects);
        self.dispatching = Some(tokio::spawn(effects.dispatch(CancellationToken::new())));
    }

    /// Ends the work on the ledger at once, wherever it is. Intents are still taken.
    pub async fn crash(&mut self) {
        if let Some(task) = self.dispatching.take() {
            task.abort();
            assert!(task.await.is_err_and(|end| end.is_cancelled()));
        }
    }

    /// Asks for the effect whose origin has this key.
    pub async fn request(&self, effect: &P::Effect) {
        self.publish(&Cause::root(TenantId::default_tenant()), effect)
            .await;
    }

    /// As [`Bench::request`], for another tenant.
    pub async fn request_of(&self, tenant: &str, effect: &P::Effect) {
        self.publish(&Cause::root(tenant.parse().unwrap()), effect)
            .await;
    }

    /// As [`Bench::request`], within a trace.
    pub async fn request_traced(&self, traceparent: &str, effect: &P::Effect) {
        let mut cause = Cause::root(TenantId::default_tenant());
        cause.traceparent = Some(traceparent.to_owned());
        self.publish(&cause, effect).await;
    }

    /// An origin in the bench's workflow.
    #[must_use]
    pub fn origin(&self, effect_key: &str) -> EffectOrigin {
        EffectOrigin {
            run_id: RunId::generate(),
            workflow_id: self.workflow,
            node: "node".parse().unwrap(),
            effect_key: effect_key.to_owned(),
        }
    }

    /// Waits for the `count`th answer to the effect with this key.
    pub async fn answer(&self, effect_key: &str, count: usize) -> Answer {
        wait_until(&format!("answer {count} to {effect_key}"), async || {
            self.answers(effect_key).into_iter().nth(count - 1)
        })
        .await
    }

    fn answers(&self, effect_key: &str) -> Vec<Answer> {
        let read = |(event_type, payload): &(String, Value)| {
            if event_type == <P::Effect as Effect>::Completed::TYPE {
                let result: EffectResult = serde_json::from_str(&payload.to_string()).unwrap();
                return (result.effect_key == effect_key).then(|| Ok(result.outcome.value()));
            }
            if event_type == <P::Effect as Effect>::Failed::TYPE {
                let failure: EffectFailure = serde_json::from_value(payload.clone()).unwrap();
                return (failure.effect_key == effect_key).then_some(Err(failure.error));
            }
            None
        };
        self.heard.lock().unwrap().iter().filter_map(read).collect()
    }

    /// Waits for an event of type `E` that `wanted` accepts.
    pub async fn hears<E: Event>(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_until(E::TYPE, async || {
            let heard = self.heard.lock().unwrap();
            heard
                .iter()
                .find(|(event_type, payload)| event_type == E::TYPE && wanted(payload))
                .map(|(_, payload)| payload.clone())
        })
        .await
    }

    /// All events of type `E` so far.
    #[must_use]
    pub fn heard<E: Event>(&self) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        let of_type = heard.iter().filter(|(event_type, _)| event_type == E::TYPE);
        of_type.map(|(_, payload)| payload.clone()).collect()
    }

    /// Connects an account of [`Bench::owner`], sealed for `hosts`; waits until that is known.
    pub async fn connect(&self, settings: Value, credentials: &Value, hosts: &[&str]) -> AccountId {
        let event = self.connect_request(settings, credentials, hosts);
        self.publish(&Cause::root(TenantId::default_tenant()), &event)
            .await;
        let id = event.account_id.to_string();
        self.hears::<events::AccountConnected>(|payload| payload["account_id"] == id.as_str())
            .await;
        event.account_id
    }

    /// What the gateway would publish to connect an account.
    #[must_use]
    pub fn connect_request(
        &self,
        settings: Value,
        credentials: &Value,
        hosts: &[&str],
    ) -> AccountConnectRequested {
        let account_id = AccountId::generate();
        let context = SealContext {
            tenant: TenantId::default_tenant(),
            account: account_id.to_string(),
            adapter: format!("adapter-{}", P::Accounts::ADAPTER),
            version: 1,
            allowed_hosts: hosts.iter().map(ToString::to_string).collect(),
        };
        let plain = credentials.to_string();
        let sealed = seal::seal(&self.gateway, &self.adapter, &context, plain.as_bytes()).unwrap();
        AccountConnectRequested {
            account_id,
            adapter: P::Accounts::ADAPTER.to_owned(),
            name: "Mine".to_owned(),
            settings,
            sealed: Some(serde_json::to_value(sealed).unwrap()),
            version: 1,
            actor: self.owner,
        }
    }

    /// Removes an account; waits until it is gone.
    pub async fn remove(&self, account_id: AccountId) {
        let event = AccountRemoveRequested {
            account_id,
            adapter: P::Accounts::ADAPTER.to_owned(),
            actor: self.owner,
        };
        self.publish(&Cause::root(TenantId::default_tenant()), &event)
            .await;
        let id = account_id.to_string();
        self.hears::<events::AccountRemoved>(|payload| payload["account_id"] == id.as_str())
            .await;
    }

    /// Lets somebody else edit the workflow too.
    pub async fn share_workflow(&self) {
        let stranger = authz::Grantee::User(UserId::generate());
        let editor = Resource::from(self.workflow).granted(authz::Relation::Editor, stranger);
        self.authz.touch(&[editor]).await.unwrap();
    }

    /// Publishes an event as another service would.
    pub async fn publish<E: Event>(&self, cause: &Cause, event: &E) {
        let now = chrono::Utc::now();
        let message = Message::encode("bench", cause, event, EventId::generate(), now).unwrap();
        for result in self.bus.publish(&[message]).await {
            result.unwrap();
        }
    }

    /// Makes an intent look like the work of a process that died during the call.
    pub async fn interrupt(&self, effect_key: &str) {
        wait_until("the intent to interrupt", async || {
            let done = sqlx::query(
                "UPDATE effect_ledger SET state = 'dispatched', owner = 1, attempts = 1 WHERE effect_key = $1",
            )
            .bind(effect_key)
            .execute(self.database.pool())
            .await
            .unwrap();
            (done.rows_affected() == 1).then_some(())
        })
        .await;
    }

    /// The ledger's word on an effect.
    pub async fn state(&self, effect_key: &str) -> String {
        sqlx::query_scalar("SELECT state FROM effect_ledger WHERE effect_key = $1")
            .bind(effect_key)
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }
}

impl<P: Protocol> Drop for Bench<P> {
    fn drop(&mut self) {
        for task in self.background.iter().chain(&self.dispatching) {
            task.abort();
        }
    }
}
