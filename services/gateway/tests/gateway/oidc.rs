//! Signing in with a real OpenID provider: npm `oidc-provider`, run by `tests/oidc/provider.mjs`.

use crate::support::{Gateway, cookie};
use http::{HeaderValue, StatusCode, header::COOKIE};
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};
use testkit::wait_until;
use url::Url;

const CALLBACK: &str = "/api/v1/auth/oidc/test/callback";

struct Provider {
    process: Child,
    issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    async fn start() -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        assert!(
            folder.join("node_modules").is_dir(),
            "run `cargo xtask test store`, which fetches the provider, or `npm ci` in {}",
            folder.display()
        );
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let process = Command::new("node")
            .current_dir(&folder)
            .args(["provider.mjs", &port.to_string()])
            .arg(format!("http://localhost:7800{CALLBACK}"))
            .stdout(Stdio::null())
            .spawn()
            .expect("node is needed");
        let issuer = format!("http://127.0.0.1:{port}");
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        wait_until("the provider", async || reqwest::get(&discovery).await.ok()).await;
        Self { process, issuer }
    }

    async fn gateway(&self, signup: bool) -> Gateway {
        let providers = json!([{ "id": "test", "name": "Test", "issuer": self.issuer,
            "client_id": "gateway", "client_secret": "a-secret-of-the-test" }]);
        let mut arguments = vec![
            "--oidc-providers".to_owned(),
            providers.to_string(),
            "--egress-allow".to_owned(),
            "127.0.0.1".to_owned(),
        ];
        if signup {
            arguments.push("--oidc-signup".to_owned());
        }
        Gateway::configured(&arguments).await
    }
}

/// Begins a sign-in: the browser's cookie, and where the provider sends it back to.
async fn begin(gateway: &Gateway) -> (HeaderValue, String) {
    let started = gateway
        .server
        .get("/api/v1/auth/oidc/test/start")
        .add_query_param("return_to", "/runs")
        .await;
    started.assert_status(StatusCode::SEE_OTHER);
    let bound = cookie(started.header("set-cookie").to_str().unwrap());
    let stop = reqwest::redirect::Policy::custom(|attempt| {
        if attempt.url().path() == CALLBACK {
            attempt.stop()
        } else {
            attempt.follow()
        }
    });
    let browser = reqwest::Client::builder()
        .cookie_store(true)
        .redirect(stop)
        .build()
        .unwrap();
    let to = started.header("location").to_str().unwrap().to_owned();
    assert!(to.contains("code_challenge_method=S256") && to.contains("nonce="));
    let answer = browser.get(to).send().await.unwrap();
    let back: Url = answer.headers()["location"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    (bound, format!("{CALLBACK}?{}", back.query().unwrap()))
}

#[tokio::test]
async fn somebody_signs_in_with_a_provider_and_becomes_a_member_where_allowed() {
    let provider = Provider::start().await;
    let gateway = provider.gateway(true).await;
    gateway.first_account().await;
    let state: Value = gateway.server.get("/api/v1/setup").await.json();
    assert_eq!(state["oidc"], json!([{ "id": "test", "name": "Test" }]));

    let (browser, callback) = begin(&gateway).await;
    let other_browser = gateway.server.get(&callback).await;
    assert_eq!(
        other_browser.header("location"),
        "/sign-in?error=oidc.state_unknown",
        "a sign-in is bound to the browser that began it"
    );
    let spent = gateway
        .server
        .get(&callback)
        .add_header(COOKIE, browser)
        .await;
    assert_eq!(
        spent.header("location"),
        "/sign-in?error=oidc.state_unknown",
        "a state is good for one answer"
    );

    let mut people = Vec::new();
    for _ in 0..2 {
        let (browser, callback) = begin(&gateway).await;
        let answer = gateway
            .server
            .get(&callback)
            .add_header(COOKIE, browser)
            .await;
        assert_eq!(answer.header("location"), "/runs");
        let session = answer
            .iter_headers_by_name("set-cookie")
            .map(|line| cookie(line.to_str().unwrap()))
            .find(|line| line.to_str().unwrap().starts_with("__Host-st_session="))
            .unwrap();
        let me: Value = gateway.get("/api/v1/me", &session).await.json();
        assert_eq!(
            (&me["email"], &me["is_admin"]),
            (&json!("grace@example.org"), &json!(false))
        );
        people.push(me["id"].clone());
    }
    assert_eq!(people[0], people[1], "(issuer, subject) is one person");
}

#[tokio::test]
async fn somebody_unknown_is_turned_away_where_nobody_may_join() {
    let provider = Provider::start().await;
    let gateway = provider.gateway(false).await;
    gateway.first_account().await;
    let (browser, callback) = begin(&gateway).await;
    let answer = gateway
        .server
        .get(&callback)
        .add_header(COOKIE, browser)
        .await;
    assert_eq!(
        answer.header("location"),
        "/sign-in?error=oidc.not_a_member"
    );
    assert!(answer.maybe_header("set-cookie").is_none());
}
