//! The bridge adapter with a bridge in Python.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Bench, Specimen, conforms};
use adapter_bridge::{BridgeProtocol, BridgeServer, Hub, MIGRATIONS, manifest, serve};
use events::{
    AccountHealthy, AccountRejected, EffectOrigin, ErrorClass, MessageReceived,
    MessageSendRequested,
};
use ids::AccountId;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
};
use testkit::wait_until;
use tokio_util::sync::CancellationToken;

/// The adapter with its door, and the door's address.
async fn bench() -> (Bench<BridgeProtocol>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
        let hub = Arc::new(Hub::default());
        let server = BridgeServer::new(
            parts.database.clone(),
            parts.accounts.clone(),
            Arc::clone(&hub),
        );
        tokio::spawn(serve(server, listener, None, CancellationToken::new()));
        BridgeProtocol::new(hub)
    })
    .await;
    (bench, address)
}

/// `bridge.py`, and what it printed.
struct Python {
    process: Child,
    stdin: ChildStdin,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Python {
    fn start(address: &str, token: &str, lines: &Arc<Mutex<Vec<Value>>>) -> Self {
        let python =
            std::env::var("ST_TEST_PYTHON").expect("ST_TEST_PYTHON; run `cargo xtask test`");
        let here = env!("CARGO_MANIFEST_DIR");
        let mut process = Command::new(python)
            .arg(format!("{here}/tests/bridge.py"))
            .args([address, token, &format!("{here}/../../proto/bridge/v1")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (
            process.stdin.take().unwrap(),
            process.stdout.take().unwrap(),
        );
        let kept = Arc::clone(lines);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                kept.lock()
                    .unwrap()
                    .push(serde_json::from_str(&line).unwrap());
            }
        });
        Self {
            process,
            stdin,
            lines: Arc::clone(lines),
        }
    }

    fn pushes(&mut self, message: &Value) {
        writeln!(self.stdin, "{message}").unwrap();
    }

    async fn prints(&self, count: usize, field: &str) -> Vec<Value> {
        wait_until(&format!("{count} lines with {field}"), async || {
            let lines = self.lines.lock().unwrap();
            let found: Vec<Value> = lines
                .iter()
                .filter(|l| l.get(field).is_some())
                .cloned()
                .collect();
            (found.len() >= count).then_some(found)
        })
        .await
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn message(origin: EffectOrigin, account_id: AccountId, to: &str) -> MessageSendRequested {
    MessageSendRequested {
        origin,
        account_id,
        to: to.to_owned(),
        text: "hello".to_owned(),
    }
}

fn token() -> String {
    AccountId::generate().to_string()
}

/// A bridge that starts when the first effect of its account is made.
struct Bridges {
    address: String,
    fresh: Mutex<Option<String>>,
    running: Mutex<Vec<Python>>,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Specimen for Bridges {
    type Protocol = BridgeProtocol;

    fn account(&self) -> (Value, Value, Vec<String>) {
        let token = token();
        *self.fresh.lock().unwrap() = Some(token.clone());
        (json!({}), json!({ "token": token }), Vec::new())
    }

    fn effect(&self, origin: EffectOrigin, account: AccountId) -> MessageSendRequested {
        if let Some(token) = self.fresh.lock().unwrap().take() {
            let python = Python::start(&self.address, &token, &self.lines);
            self.running.lock().unwrap().push(python);
        }
        message(origin, account, "bob")
    }

    fn receipts(&self, effect_key: &str) -> usize {
        let lines = self.lines.lock().unwrap();
        lines
            .iter()
            .filter(|line| line["sent"] == effect_key)
            .count()
    }

    fn is_idempotent(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn it_does_what_every_adapter_does() {
    let (mut bench, address) = bench().await;
    let bridges = Bridges {
        address,
        fresh: Mutex::default(),
        running: Mutex::default(),
        lines: Arc::default(),
    };
    conforms(&mut bench, &bridges).await;
}

#[tokio::test]
async fn a_pushed_message_is_told_once_and_receipted_each_time() {
    let (bench, address) = bench().await;
    let token = token();
    let account = bench
        .connect(json!({}), &json!({ "token": token }), &[])
        .await;
    let mut python = Python::start(&address, &token, &Arc::default());
    bench.hears::<AccountHealthy>(|_| true).await;
    let first = json!({ "external_id": "1", "from": "ada", "to": "bob", "text": "hi" });
    let second = json!({ "external_id": "2", "from": "ada", "to": "bob", "text": "ho" });
    for push in [&first, &first, &second] {
        python.pushes(push);
    }
    let receipts = python.prints(3, "receipt").await;
    let ids: Vec<_> = receipts
        .iter()
        .map(|line| line["receipt"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["1", "1", "2"]);
    let told = bench
        .hears::<MessageReceived>(|message| message["external_id"] == "2")
        .await;
    assert_eq!(told["account_id"], account.to_string());
    assert_eq!(told["text"], "ho");
    let count = bench.heard::<MessageReceived>().len();
    assert_eq!(count, 2, "a repeat is told to nobody");
}

#[tokio::test]
async fn a_bridge_may_refuse_and_a_late_bridge_gets_what_waited() {
    let (bench, address) = bench().await;
    let token = token();
    let account = bench
        .connect(json!({}), &json!({ "token": token }), &[])
        .await;
    bench
        .request(&message(bench.origin("refused"), account, "nobody"))
        .await;
    bench
        .request(&message(bench.origin("sent"), account, "bob"))
        .await;
    let python = Python::start(&address, &token, &Arc::default());
    let error = bench.answer("refused", 1).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Rejected);
    assert!(
        error.message.contains("no such person"),
        "{}",
        error.message
    );
    assert!(bench.answer("sent", 1).await.unwrap()["message_id"].is_string());
    let sent = python.prints(2, "sent").await;
    assert!(
        sent.iter()
            .any(|line| line["to"] == "bob" && line["text"] == "hello")
    );
}

#[tokio::test]
async fn an_unknown_token_opens_nothing_and_a_short_one_is_refused() {
    let (bench, address) = bench().await;
    bench
        .connect(json!({}), &json!({ "token": token() }), &[])
        .await;
    let mut python = Python::start(&address, &token(), &Arc::default());
    python.pushes(&json!({ "external_id": "1", "from": "a", "to": "b", "text": "c" }));
    wait_until("the bridge to give up", || {
        let ended = python.process.try_wait().unwrap();
        async move { ended }
    })
    .await;
    assert!(bench.heard::<MessageReceived>().is_empty());

    let short = bench.connect_request(json!({}), &json!({ "token": "short" }), &[]);
    bench
        .publish(&bus::Cause::root("default".parse().unwrap()), &short)
        .await;
    let told = bench.hears::<AccountRejected>(|_| true).await;
    assert_eq!(told["code"], "account.credentials_invalid");
}
