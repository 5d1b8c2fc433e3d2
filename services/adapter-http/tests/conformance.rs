//! The HTTP adapter against a real HTTP server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Bench, Specimen, conforms};
use adapter_http::{HttpProtocol, MIGRATIONS, Reading, manifest};
use artifacts::{Memory, Shelf};
use events::{
    AccountHealthy, AccountReauthNeeded, ArtifactHash, EffectOrigin, ErrorClass,
    HttpRequestRequested,
};
use ids::AccountId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use testkit::{HttpSink, Recorded, Reply};

async fn bench() -> Bench<HttpProtocol> {
    bench_with(None).await
}

async fn bench_with(shelf: Option<Shelf>) -> Bench<HttpProtocol> {
    let policy = "127.0.0.0/8".parse().unwrap();
    let reading = Reading {
        shelf,
        inline_bytes: 64 << 10,
        answer_bytes: 1 << 20,
    };
    Bench::start(manifest(), &MIGRATIONS, |_| {
        HttpProtocol::new(policy, reading)
    })
    .await
}

/// A place for files of up to 4 MiB.
fn shelf() -> Shelf {
    Shelf {
        artifacts: Arc::new(Memory::default()),
        most_bytes: 4 << 20,
    }
}

fn settings() -> Value {
    json!({ "allowed_hosts": ["127.0.0.1"], "scheme": "bearer" })
}

fn request(
    origin: EffectOrigin,
    account: Option<AccountId>,
    method: &str,
    url: String,
) -> HttpRequestRequested {
    HttpRequestRequested {
        origin,
        method: method.to_owned(),
        url,
        headers: [].into(),
        query: [].into(),
        body: Some(json!({ "say": "hello" })),
        account_id: account,
        timeout_ms: Some(2_000),
    }
}

struct Posts(HttpSink);

impl Specimen for Posts {
    type Protocol = HttpProtocol;

    fn account(&self) -> (Value, Value, Vec<String>) {
        (
            settings(),
            json!({ "token": "t0ken" }),
            vec!["127.0.0.1".to_owned()],
        )
    }

    fn effect(&self, origin: EffectOrigin, account: AccountId) -> HttpRequestRequested {
        request(origin, Some(account), "POST", self.0.url("/things"))
    }

    fn receipts(&self, effect_key: &str) -> usize {
        let keyed = |r: &&Recorded| {
            r.headers
                .get("idempotency-key")
                .is_some_and(|k| k == effect_key)
        };
        self.0.requests().iter().filter(keyed).count()
    }

    fn is_idempotent(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn it_does_what_every_adapter_does() {
    let mut bench = bench().await;
    let posts = Posts(HttpSink::start().await);
    conforms(&mut bench, &posts).await;
}

#[tokio::test]
async fn a_call_shows_the_credential_and_tells_the_answer() {
    let bench = bench().await;
    let sink = HttpSink::answering(|_| Reply::json(&json!({ "id": 7 }))).await;
    let account = bench
        .connect(settings(), &json!({ "token": "t0ken" }), &["127.0.0.1"])
        .await;
    bench.hears::<AccountHealthy>(|_| true).await;
    let effect = request(
        bench.origin("k"),
        Some(account),
        "post",
        sink.url("/things?a=1"),
    );
    bench.request(&effect).await;
    let outcome = bench.answer("k", 1).await.unwrap();
    assert_eq!(
        (&outcome["status"], &outcome["body"]),
        (&json!(200), &json!({ "id": 7 }))
    );
    let got = &sink.requests()[0];
    assert_eq!(got.headers["authorization"], "Bearer t0ken");
    assert_eq!(got.headers["idempotency-key"], "k");
    assert_eq!(got.json(), json!({ "say": "hello" }));
    assert_eq!(got.uri.to_string(), "/things?a=1");
}

#[tokio::test]
async fn a_refused_credential_is_told_to_the_person() {
    let bench = bench().await;
    let sink = HttpSink::answering(|_| Reply::status(401)).await;
    let account = bench
        .connect(settings(), &json!({ "token": "old" }), &["127.0.0.1"])
        .await;
    bench.hears::<AccountHealthy>(|_| true).await;
    bench
        .request(&request(
            bench.origin("k"),
            Some(account),
            "GET",
            sink.url("/"),
        ))
        .await;
    assert_eq!(
        bench.answer("k", 1).await.unwrap_err().class,
        ErrorClass::Auth
    );
    bench.hears::<AccountReauthNeeded>(|_| true).await;
}

#[tokio::test]
async fn a_credential_never_goes_to_another_host() {
    let bench = bench().await;
    let sink = HttpSink::start().await;
    let account = bench
        .connect(settings(), &json!({ "token": "t" }), &["127.0.0.1"])
        .await;
    let elsewhere = format!("http://localhost:{}/", sink.address().port());
    bench
        .request(&request(bench.origin("k"), Some(account), "GET", elsewhere))
        .await;
    let error = bench.answer("k", 1).await.unwrap_err();
    assert_eq!(error.code, "account.host_not_allowed");
    assert!(sink.requests().is_empty());
}

#[tokio::test]
async fn a_private_host_that_nobody_allowed_is_denied() {
    let bench = bench().await;
    bench
        .request(&request(
            bench.origin("k"),
            None,
            "GET",
            "http://10.0.0.1/".to_owned(),
        ))
        .await;
    let error = bench.answer("k", 1).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Permission, "http.host_denied")
    );
}

#[tokio::test]
async fn silence_after_a_post_is_unknown_and_after_a_get_a_timeout() {
    let bench = bench().await;
    let sink = HttpSink::answering(|_| Reply::status(200).after(Duration::from_secs(60))).await;
    for (key, method, class, calls) in [
        ("post", "POST", ErrorClass::Unknown, 1),
        ("get", "GET", ErrorClass::Timeout, 4),
    ] {
        let mut effect = request(
            bench.origin(key),
            None,
            method,
            sink.url(&format!("/{key}")),
        );
        effect.timeout_ms = Some(300);
        bench.request(&effect).await;
        assert_eq!(bench.answer(key, 1).await.unwrap_err().class, class);
        let to = |r: &&Recorded| r.uri.path() == format!("/{key}");
        assert_eq!(sink.requests().iter().filter(to).count(), calls, "{key}");
    }
}

#[tokio::test]
async fn many_slow_calls_run_at_the_same_time() {
    let bench = bench().await;
    let sink = HttpSink::answering(|_| Reply::status(200).after(Duration::from_millis(500))).await;
    let since = std::time::Instant::now();
    for n in 0..24 {
        let origin = bench.origin(&format!("k{n}"));
        bench
            .request(&request(origin, None, "GET", sink.url("/slow")))
            .await;
    }
    for n in 0..24 {
        assert!(bench.answer(&format!("k{n}"), 1).await.is_ok());
    }
    // One lane: eight at a time, three rounds.
    let took = since.elapsed();
    assert!(
        took > Duration::from_millis(1_400) && took < Duration::from_secs(6),
        "{took:?}"
    );
}

#[tokio::test]
async fn an_answer_over_the_bound_is_a_limit() {
    let bench = bench().await;
    let sink = HttpSink::answering(|request| {
        let bytes = if request.uri.path() == "/huge" {
            2 << 20
        } else {
            300 << 10
        };
        Reply::json(&json!("x".repeat(bytes)))
    })
    .await;
    for path in ["/huge", "/large"] {
        bench
            .request(&request(bench.origin(path), None, "GET", sink.url(path)))
            .await;
        let error = bench.answer(path, 1).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Limit, "{path}: {}", error.message);
    }
}

/// Bytes that are no text.
fn bytes(count: usize) -> Vec<u8> {
    (0x80..=0xFE).cycle().take(count).collect()
}

fn hash(bytes: &[u8]) -> String {
    ArtifactHash::of_digest(&Sha256::digest(bytes).into()).to_string()
}

/// What the server of the tests below answers.
fn large(request: &Recorded) -> Reply {
    let (kind, body) = match request.uri.path() {
        "/file.bin" => ("application/octet-stream", bytes(3 << 20)),
        "/icon" => ("image/png", b"abc".to_vec()),
        "/note" => ("text/plain; charset=utf-8", vec![b'n'; 1 << 10]),
        "/book" => ("text/plain; charset=utf-8", vec![b'b'; 65 << 10]),
        "/list" => (
            "application/json",
            format!("[\"{}\"]", "l".repeat(200 << 10)).into_bytes(),
        ),
        "/long-list" => (
            "application/json",
            format!("[\"{}\"]", "l".repeat(300 << 10)).into_bytes(),
        ),
        "/swelling" => ("text/plain", vec![1; 60 << 10]),
        "/refused" => ("application/pdf", bytes(2 << 20)),
        _ => ("application/pdf", bytes((4 << 20) + 1)),
    };
    let status = if request.uri.path() == "/refused" {
        404
    } else {
        200
    };
    let disposition = "attachment; filename*=UTF-8''%C3%BC.png".to_owned();
    let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
    if request.uri.path() == "/icon" {
        headers.push(("content-disposition".to_owned(), disposition));
    }
    Reply {
        status,
        headers,
        body,
        delay: Duration::ZERO,
    }
}

#[tokio::test]
async fn what_is_no_short_text_becomes_a_file() {
    let shelf = shelf();
    let bench = bench_with(Some(shelf.clone())).await;
    let sink = HttpSink::answering(large).await;
    let ask = async |path: &str| {
        let origin = bench.origin(path);
        bench
            .request(&request(origin, None, "GET", sink.url(path)))
            .await;
        bench.answer(path, 1).await
    };
    let file = |bytes: &[u8], kind: &str, name: &str| json!({ "$artifact": { "hash": hash(bytes), "size": bytes.len(), "media_type": kind, "name": name } });
    let binary = bytes(3 << 20);
    assert_eq!(
        ask("/file.bin").await.unwrap()["body"],
        file(&binary, "application/octet-stream", "file.bin")
    );
    let tenant = ids::TenantId::default_tenant();
    let mut kept = Vec::new();
    let opened = shelf
        .artifacts
        .open(&tenant, &hash(&binary).parse().unwrap(), 0)
        .await;
    tokio::io::copy(&mut opened.unwrap().bytes, &mut kept)
        .await
        .unwrap();
    assert_eq!(kept, binary);
    assert_eq!(
        ask("/icon").await.unwrap()["body"],
        file(b"abc", "image/png", "ü.png")
    );
    let book = vec![b'b'; 65 << 10];
    assert_eq!(
        ask("/book").await.unwrap()["body"],
        file(&book, "text/plain; charset=utf-8", "book")
    );
    for (path, kind) in [
        ("/long-list", "application/json"),
        ("/swelling", "text/plain"),
    ] {
        let body = &ask(path).await.unwrap()["body"]["$artifact"];
        assert_eq!(body["media_type"], kind, "{path}: {body}");
    }
    assert_eq!(ask("/note").await.unwrap()["body"], "n".repeat(1 << 10));
    assert_eq!(
        ask("/list").await.unwrap()["body"],
        json!(["l".repeat(200 << 10)])
    );

    let refused = ask("/refused").await.unwrap_err();
    assert_eq!(refused.code, "http.status");
    let huge = ask("/huge").await.unwrap_err();
    assert_eq!(
        (huge.class, huge.code.as_str()),
        (ErrorClass::Limit, "http.answer_too_large")
    );
}

#[tokio::test]
async fn a_file_is_the_body_of_a_request_and_a_repeat_gets_the_recorded_answer() {
    let shelf = shelf();
    let bench = bench_with(Some(shelf.clone())).await;
    let sink = HttpSink::answering(|_| Reply::json(&json!({ "taken": true }))).await;
    let (tenant, binary) = (ids::TenantId::default_tenant(), bytes(3 << 20));
    let source = Box::new(std::io::Cursor::new(binary.clone()));
    let artifact = shelf
        .keep(&tenant, source, Some("image/png"), None)
        .await
        .unwrap();
    let mut effect = request(bench.origin("k"), None, "POST", sink.url("/in"));
    effect.body = Some(json!({ "$artifact": artifact }));
    bench.request(&effect).await;
    assert_eq!(
        bench.answer("k", 1).await.unwrap()["body"],
        json!({ "taken": true })
    );
    bench.request(&effect).await;
    assert!(bench.answer("k", 2).await.is_ok());
    let got = sink.requests();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].headers["content-type"], "image/png");
    assert_eq!(got[0].headers["content-length"], (3 << 20).to_string());
    assert_eq!(got[0].body, binary);

    let nobody = "0".repeat(64);
    effect.origin = bench.origin("unknown");
    effect.body = Some(json!({ "$artifact": { "hash": nobody, "size": 1, "media_type": "a/b" } }));
    bench.request(&effect).await;
    let error = bench.answer("unknown", 1).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Schema, "artifact.not_found")
    );
    assert!(error.message.contains(&nobody), "{}", error.message);
    assert_eq!(sink.requests().len(), 1);
}

#[tokio::test]
async fn without_a_place_for_files_a_file_is_refused_before_anything_is_sent() {
    let bench = bench().await;
    let sink = HttpSink::start().await;
    let mut effect = request(bench.origin("k"), None, "POST", sink.url("/in"));
    let artifact = json!({ "hash": "0".repeat(64), "size": 1, "media_type": "a/b" });
    effect.body = Some(json!({ "$artifact": artifact }));
    bench.request(&effect).await;
    assert_eq!(
        bench.answer("k", 1).await.unwrap_err().code,
        "artifacts.not_configured"
    );
    assert!(sink.requests().is_empty());
}
