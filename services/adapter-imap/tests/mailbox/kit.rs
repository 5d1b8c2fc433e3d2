//! The adapter as a process between real servers, and what it told.

use adapter_imap::{MIGRATIONS, manifest};
use authz::SpiceDb;
use base64::{Engine, engine::general_purpose::STANDARD};
use bus::{Bus, Cause, Message, Nats, Transport};
use events::{AccountConnectRequested, EmailReceived, Event};
use futures::StreamExt;
use ids::{AccountId, EventId, TenantId, UserId};
use seal::{KeyPair, PublicKey, PublicKeys, SealContext};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;
use testkit::{TestDatabase, TestImap, TestNats, TestSpiceDb, wait_until_for};
use tokio::task::JoinHandle;

/// Everything heard from the adapter: type and payload, by event id, so that a repeat is one.
type Heard = Arc<Mutex<BTreeMap<EventId, (String, Value)>>>;

/// The adapter's surroundings.
pub(crate) struct Bench {
    database: TestDatabase,
    nats: TestNats,
    spicedb: TestSpiceDb,
    files: TempDir,
    bus: Bus,
    gateway: KeyPair,
    adapter: PublicKey,
    heard: Heard,
    listening: JoinHandle<()>,
}

/// The adapter's process; killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let database = TestDatabase::create("adapter-imap", &MIGRATIONS).await;
        let nats = TestNats::start();
        nats.provision(&[manifest()]).await;
        let spicedb = TestSpiceDb::start();
        let authz = SpiceDb::new(&spicedb.url, &spicedb.key).unwrap();
        authz.write_schema().await.unwrap();
        let (gateway, own) = (KeyPair::generate(), KeyPair::generate());
        let files = tempfile::tempdir().unwrap();
        let mut public = PublicKeys::default();
        public.add("gateway", gateway.public().clone());
        let public = serde_json::to_string(&public).unwrap();
        std::fs::write(files.path().join("public.json"), public).unwrap();
        let private = own.to_text();
        std::fs::write(files.path().join("seal.key"), private.expose()).unwrap();
        let connection = nats.connect("gateway").await;
        let heard = Heard::default();
        let listening = tokio::spawn(listen(connection, Arc::clone(&heard)));
        let bus: Bus = Arc::new(nats.connect("gateway").await);
        Self {
            database,
            nats,
            spicedb,
            files,
            bus,
            gateway,
            adapter: own.public().clone(),
            heard,
            listening,
        }
    }

    /// Where the adapter puts files.
    pub(crate) fn artifacts(&self) -> PathBuf {
        self.files.path().join("artifacts")
    }

    /// Starts the adapter, as impatient as a test is.
    pub(crate) fn adapter(&self) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_adapter-imap"));
        command
            .env("NATS_URL", self.nats.url())
            .env("DATABASE_URL", self.database.worker_url())
            .env("SPICEDB_URL", &self.spicedb.url)
            .env("SPICEDB_KEY", &self.spicedb.key)
            .env("SEAL_KEY_FILE", self.files.path().join("seal.key"))
            .env(
                "SEAL_PUBLIC_KEYS_FILE",
                self.files.path().join("public.json"),
            )
            .env("EGRESS_ALLOW", "127.0.0.0/8")
            .env("ARTIFACTS_DIR", self.artifacts())
            .envs([
                ("IMAP_POLL_SECONDS", "1"),
                ("IMAP_IDLE_SECONDS", "2"),
                ("IMAP_MAIL_BYTES", "3000000"),
                // A refusal takes Dovecot two seconds.
                ("IMAP_ANSWER_SECONDS", "3"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Process(command.spawn().unwrap())
    }

    /// Asks for the account at `server` with this password.
    pub(crate) async fn connect(&self, server: SocketAddr, password: &str) -> AccountId {
        let account = AccountId::generate();
        let context = SealContext {
            tenant: TenantId::default_tenant(),
            account: account.to_string(),
            adapter: "adapter-imap".to_owned(),
            version: 1,
            allowed_hosts: vec!["127.0.0.1".to_owned()],
        };
        let plain = json!({ "password": password }).to_string();
        let sealed = seal::seal(&self.gateway, &self.adapter, &context, plain.as_bytes()).unwrap();
        let event = AccountConnectRequested {
            account_id: account,
            adapter: "imap".to_owned(),
            name: "Mine".to_owned(),
            settings: json!({
                "host": "127.0.0.1", "port": server.port(), "tls": "none", "username": TestImap::USER,
            }),
            sealed: Some(serde_json::to_value(sealed).unwrap()),
            version: 1,
            actor: UserId::generate(),
        };
        let cause = Cause::root(TenantId::default_tenant());
        let (id, now) = (EventId::generate(), chrono::Utc::now());
        let message = Message::encode("gateway", &cause, &event, id, now).unwrap();
        for result in self.bus.publish(&[message]).await {
            result.unwrap();
        }
        account
    }

    /// Waits for an event of type `E` about the account that `wanted` accepts.
    pub(crate) async fn hears<E: Event>(
        &self,
        account: AccountId,
        limit: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let id = account.to_string();
        wait_until_for(limit, E::TYPE, async || {
            let heard = self.heard.lock().unwrap();
            let found = heard.values().find(|(event_type, payload)| {
                event_type == E::TYPE && payload["account_id"] == id.as_str() && wanted(payload)
            });
            found.map(|(_, payload)| payload.clone())
        })
        .await
    }

    /// How often each mail was told, by its Message-ID.
    pub(crate) fn told(&self) -> BTreeMap<String, usize> {
        let heard = self.heard.lock().unwrap();
        let mut told = BTreeMap::new();
        for (event_type, payload) in heard.values() {
            if event_type == EmailReceived::TYPE {
                let id = payload["message_id"].as_str().unwrap().to_owned();
                *told.entry(id).or_default() += 1;
            }
        }
        told
    }

    /// The numberings under which mails were told.
    pub(crate) fn numberings(&self) -> BTreeSet<u64> {
        let heard = self.heard.lock().unwrap();
        heard
            .values()
            .filter_map(|(_, payload)| payload["uid_validity"].as_u64())
            .collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(connection: Nats, heard: Heard) {
    let mut taps = connection.subscribe("integration.>").await.unwrap();
    while let Some(tap) = taps.next().await {
        let envelope = tap.envelope.unwrap();
        let payload = serde_json::from_slice(&tap.payload).unwrap();
        let told = (envelope.event_type, payload);
        let before = heard.lock().unwrap().insert(envelope.id, told.clone());
        assert!(
            before.is_none_or(|before| before == told),
            "one event id for two facts"
        );
    }
}

/// A mail of which only the Message-ID matters.
pub(crate) fn mail(id: &str) -> String {
    format!(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: {id}\r\nMessage-ID: <{id}>\r\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n"
    )
}

/// The same with a file of so many bytes, each of them the first letter of the id.
pub(crate) fn mail_with_file(id: &str, bytes: usize) -> (String, Vec<u8>) {
    let file = vec![id.as_bytes()[0]; bytes];
    let lines: Vec<String> = STANDARD
        .encode(&file)
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let mail = format!(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: {id}\r\nMessage-ID: <{id}>\r\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
         --x\r\nContent-Type: text/plain\r\n\r\nHello\r\n--x\r\nContent-Type: application/pdf\r\n\
         Content-Disposition: attachment; filename={id}.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--x--\r\n",
        lines.join("\r\n")
    );
    (mail, file)
}
