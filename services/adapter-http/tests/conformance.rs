//! The HTTP adapter against a real HTTP server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Bench, Specimen, conforms};
use adapter_http::{HttpProtocol, MIGRATIONS, manifest};
use events::{AccountHealthy, AccountReauthNeeded, EffectOrigin, ErrorClass, HttpRequestRequested};
use ids::AccountId;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{HttpSink, Recorded, Reply};

async fn bench() -> Bench<HttpProtocol> {
    let policy = || "127.0.0.0/8".parse().unwrap();
    Bench::start(manifest(), &MIGRATIONS, |_| HttpProtocol::new(policy())).await
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
