//! The public API as a program uses it.

use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::wait_until_for;

/// One person's access.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    key: String,
}

/// An answer that is no success.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub body: Value,
}

const PASSWORD: &str = "a long enough passphrase";

impl Api {
    /// By what the person signs in.
    pub const EMAIL: &str = "ada@example.org";

    /// Makes the first account with its one-time token, and an API key for everything.
    pub async fn first_account(base: &str, token: &str) -> Self {
        Self::first_account_with(base, token, PASSWORD).await
    }

    /// As [`Api::first_account`], with a password of the caller's.
    pub async fn first_account_with(base: &str, token: &str, password: &str) -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let http = reqwest::Client::new();
        let person =
            json!({ "token": token, "email": Self::EMAIL, "name": "Ada", "password": password });
        let made = http
            .post(format!("{base}/api/v1/setup"))
            .header(header::ORIGIN, base)
            .json(&person)
            .send()
            .await;
        let made = made.expect("the gateway does not answer");
        assert!(
            made.status().is_success(),
            "no first account: {} {:?}",
            made.status(),
            made.text().await
        );
        let cookie = made.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let key = json!({ "name": "tests", "scopes": ["read", "write", "run", "admin", "tap"] });
        let made = http
            .post(format!("{base}/api/v1/api-keys"))
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, base)
            .header("sec-fetch-site", "same-origin")
            .header("idempotency-key", "tests")
            .json(&key)
            .send()
            .await
            .expect("the gateway does not answer");
        let status = made.status();
        let made: Value = made.json().await.unwrap_or_default();
        let key = made["secret"]
            .as_str()
            .unwrap_or_else(|| panic!("no API key: {status} {made}"))
            .to_owned();
        Self {
            http,
            base: base.to_owned(),
            key,
        }
    }

    /// A request with this person's key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.key)
    }

    /// The key itself, for other clients.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the gateway is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request; its JSON, or the problem.
    ///
    /// # Errors
    /// The problem document of an answer that is no success.
    pub async fn try_send(&self, request: RequestBuilder) -> Result<Value, Problem> {
        let response = request.send().await.expect("the gateway does not answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("the answer broke off");
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        if status.is_success() {
            Ok(body)
        } else {
            Err(Problem { status, body })
        }
    }

    /// A resource.
    pub async fn get(&self, path: &str) -> Value {
        self.try_send(self.request(Method::GET, path))
            .await
            .unwrap_or_else(|problem| panic!("GET {path}: {problem:?}"))
    }

    /// Acts, and waits for the outcome.
    ///
    /// # Errors
    /// The problem document of an answer that is no success.
    pub async fn try_post(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        let request = self.request(Method::POST, path).header("prefer", "wait=20");
        let key = format!("{:?}", std::time::SystemTime::now());
        self.try_send(request.header("idempotency-key", key).json(body))
            .await
    }

    /// Acts, and waits for the outcome.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body)
            .await
            .unwrap_or_else(|problem| panic!("POST {path}: {problem:?}"))
    }

    /// Saves and publishes a workflow; its id.
    pub async fn publish(&self, document: &Value) -> String {
        let saved = self
            .post("/api/v1/workflows", &json!({ "document": document }))
            .await;
        let id = saved["id"]
            .as_str()
            .expect("a saved workflow has an id")
            .to_owned();
        self.post(&format!("/api/v1/workflows/{id}/publish"), &json!({}))
            .await;
        id
    }

    /// Starts a run of a published workflow by hand; its id.
    pub async fn start(&self, workflow: &str, input: Value) -> String {
        let path = format!("/api/v1/workflows/{workflow}/runs");
        let run = self.post(&path, &json!({ "input": input })).await;
        run["id"].as_str().expect("a run has an id").to_owned()
    }

    /// The document of a shipped template.
    pub async fn template(&self, id: &str) -> Value {
        let templates = self.get("/api/v1/templates").await;
        let items = templates["items"]
            .as_array()
            .or_else(|| templates.as_array())
            .expect("a list of templates");
        let found = items.iter().find(|template| template["id"] == id);
        found.unwrap_or_else(|| panic!("no template {id} in {templates}"))["document"].clone()
    }

    /// Connects an account and waits until it is healthy; its id.
    pub async fn connect(&self, adapter: &str, settings: Value, credentials: Value) -> String {
        let account = json!({ "adapter": adapter, "name": adapter, "settings": settings, "credentials": credentials });
        let made = self.post("/api/v1/accounts", &account).await;
        let id = made["id"]
            .as_str()
            .expect("an account has an id")
            .to_owned();
        self.until(
            &format!("account {adapter} is healthy"),
            &format!("/api/v1/accounts/{id}"),
            |account| account["status"]["state"] == "healthy",
        )
        .await;
        id
    }

    /// Polls a resource until it is as wanted, for at most half a minute.
    pub async fn until(&self, what: &str, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let wanted = &wanted;
        wait_until_for(Duration::from_secs(30), what, || async move {
            let found = self.get(path).await;
            wanted(&found).then_some(found)
        })
        .await
    }

    /// Waits until a run has ended.
    pub async fn ended(&self, run: &str) -> Value {
        self.until("the run has ended", &format!("/api/v1/runs/{run}"), |run| {
            run["status"] != "running"
        })
        .await
    }
}
