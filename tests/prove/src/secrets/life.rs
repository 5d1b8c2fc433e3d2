//! What is done with the planted credentials.

use super::{
    outside::{self, errand, guarded, has_token},
    planted::Planted,
    search::Canary,
};
use crate::Statement;
use fleet_tests::{Api, Fleet};
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{HttpSink, ModelOptions, ScriptedModel, TestImap, TestSmtp, wait_until_for};

/// Long enough for a wrong password to be refused after a server's penalty.
const PATIENCE: Duration = Duration::from_secs(60);

/// The canaries, and every answer of the API to them.
pub(super) struct Life {
    planted: Planted,
    key: String,
    responses: Vec<(String, String)>,
    /// What did not go as it should: then nothing was proved.
    missed: Vec<String>,
}

/// Plants everything and goes through the main job, right and wrong.
pub(super) async fn live(fleet: &Fleet, planted: Planted) -> Life {
    let imap = TestImap::start();
    let smtp = TestSmtp::start_with_login("ada", &planted.smtp);
    let (token, host) = (planted.http.clone(), "127.0.0.1");
    let sink = HttpSink::answering(move |request| guarded(request, &token)).await;
    let model = ScriptedModel::start_with(ModelOptions {
        api_key: Some(planted.model.clone()),
        ..ModelOptions::default()
    })
    .await;
    let setup = fleet
        .setup_link()
        .rsplit_once("token=")
        .expect("no setup link")
        .1;
    let api = Api::first_account_with(&fleet.url(), setup, &planted.person).await;
    let mut life = Life {
        key: api.key().to_owned(),
        planted,
        responses: Vec::new(),
        missed: Vec::new(),
    };

    life.sign_in(&api).await;
    let Planted {
        wrong_imap,
        smtp: mail,
        wrong_smtp,
        http,
        wrong_http,
        model: key,
        wrong_model,
        ..
    } = &life.planted;
    let imap_at = json!({ "host": host, "port": imap.address().port(), "tls": "none", "username": TestImap::USER });
    let ca = std::fs::read_to_string(&smtp.certificate().certificate).expect("no certificate");
    let smtp_at = json!({
        "host": host, "port": smtp.address().port(), "tls": "starttls", "ca_pem": ca,
        "from": "ada@example.org", "user": "ada",
    });
    let sink_at = json!({ "allowed_hosts": [host] });
    let model_at = json!({ "base_url": model.base_url(), "model": "scripted" });
    let accounts = [
        (
            "imap",
            &imap_at,
            json!({ "password": TestImap::PASSWORD }),
            "healthy",
        ),
        (
            "imap",
            &imap_at,
            json!({ "password": wrong_imap }),
            "reauth_needed",
        ),
        ("smtp", &smtp_at, json!({ "password": mail }), "healthy"),
        (
            "smtp",
            &smtp_at,
            json!({ "password": wrong_smtp }),
            "reauth_needed",
        ),
        ("http", &sink_at, json!({ "token": http }), ""),
        ("http", &sink_at, json!({ "token": wrong_http }), ""),
        ("llm", &model_at, json!({ "api_key": key }), "healthy"),
        (
            "llm",
            &model_at,
            json!({ "api_key": wrong_model }),
            "reauth_needed",
        ),
    ];
    let mut made = Vec::new();
    for (adapter, settings, credentials, state) in accounts {
        made.push(
            life.connect(&api, adapter, settings, &credentials, state)
                .await,
        );
    }
    let account = |at: usize| made.get(at).cloned().unwrap_or_default();

    // A malformed credential is refused without being repeated.
    let odd = json!({ "password": { "nested": life.planted.smtp } });
    life.connect(&api, "smtp", &smtp_at, &odd, "").await;

    let triage = api.template("conditional").await;
    life.publish(&api, &triage).await;
    imap.deliver(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: URGENT: look\r\nMessage-ID: <look@example.org>\r\n\r\nurgent\r\n",
    );
    for (http, smtp) in [(account(4), account(2)), (account(5), account(3))] {
        let document = errand(&sink.url("/guarded"), &http, &smtp);
        let workflow = life.publish(&api, &document).await;
        let run = life
            .ask(
                &api,
                Method::POST,
                &format!("/api/v1/workflows/{workflow}/runs"),
                Some(&json!({ "input": {} })),
            )
            .await;
        life.until_ended(&api, &run).await;
    }
    life.call_hook(&api).await;
    let talk = life
        .ask(
            &api,
            Method::POST,
            "/api/v1/conversations",
            Some(&json!({ "title": "Hello" })),
        )
        .await;
    let messages = format!(
        "/api/v1/conversations/{}/messages",
        talk["id"].as_str().unwrap_or_default()
    );
    life.ask(
        &api,
        Method::POST,
        &messages,
        Some(&json!({ "text": "What can you do?" })),
    )
    .await;
    if smtp.mails().is_empty()
        || !sink
            .requests()
            .iter()
            .any(|request| has_token(request, &life.planted.http))
    {
        life.missed
            .push("the right credentials were not used".to_owned());
    }
    life.read_everything(&api, &made).await;
    life
}

impl Life {
    pub(super) fn canaries(&self) -> Vec<Canary> {
        self.planted.canaries(&self.key)
    }

    pub(super) fn responses(&self) -> &[(String, String)] {
        &self.responses
    }

    pub(super) fn statement(&self) -> Statement {
        let figure = format!("{} answers of the API", self.responses.len());
        Statement::of("credentials-were-used", figure, &self.missed)
    }

    async fn keep(&mut self, what: String, request: RequestBuilder) -> (u16, Value) {
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                self.missed.push(format!("{what}: {error}"));
                return (0, Value::Null);
            }
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_default();
        let value = serde_json::from_str(&text).unwrap_or_default();
        self.responses.push((what, text));
        (status, value)
    }

    async fn ask(&mut self, api: &Api, method: Method, path: &str, body: Option<&Value>) -> Value {
        let what = format!("{method} {path}");
        let mut request = api.request(method, path).header("prefer", "wait=20");
        if let Some(body) = body {
            let key = ids::EventId::generate().to_string();
            request = request.header("idempotency-key", key).json(body);
        }
        self.keep(what, request).await.1
    }

    async fn sign_in(&mut self, api: &Api) {
        let Planted {
            person,
            wrong_person,
            ..
        } = &self.planted;
        let tries = [(person.clone(), 200..300), (wrong_person.clone(), 401..402)];
        for (password, expected) in tries {
            let login = Client::new()
                .post(format!("{}/api/v1/session", api.base()))
                .header(header::ORIGIN, api.base())
                .header("sec-fetch-site", "same-origin")
                .json(&json!({ "email": Api::EMAIL, "password": password }));
            let (status, _) = self.keep("POST /api/v1/session".to_owned(), login).await;
            if !expected.contains(&status) {
                self.missed.push(format!("a sign-in was answered {status}"));
            }
        }
    }

    async fn connect(
        &mut self,
        api: &Api,
        adapter: &str,
        settings: &Value,
        credentials: &Value,
        state: &str,
    ) -> String {
        let account = json!({ "adapter": adapter, "name": adapter, "settings": settings, "credentials": credentials });
        let made = self
            .ask(api, Method::POST, "/api/v1/accounts", Some(&account))
            .await;
        let id = made["id"].as_str().unwrap_or_default().to_owned();
        if !state.is_empty() {
            let path = format!("/api/v1/accounts/{id}");
            wait_until_for(
                PATIENCE,
                &format!("an account of {adapter} is {state}"),
                async || {
                    let now = api.get(&path).await;
                    (now["status"]["state"] == state).then_some(())
                },
            )
            .await;
        }
        id
    }

    async fn publish(&mut self, api: &Api, document: &Value) -> String {
        let saved = self
            .ask(
                api,
                Method::POST,
                "/api/v1/workflows",
                Some(&json!({ "document": document })),
            )
            .await;
        let id = saved["id"].as_str().unwrap_or_default().to_owned();
        let published = self
            .ask(
                api,
                Method::POST,
                &format!("/api/v1/workflows/{id}/publish"),
                Some(&json!({})),
            )
            .await;
        // Only a problem has a number there.
        let refusals = [saved, published].into_iter();
        let refusals = refusals.filter(|answer| answer["status"].is_number());
        self.missed
            .extend(refusals.map(|refusal| format!("a workflow was refused: {refusal}")));
        id
    }

    async fn until_ended(&mut self, api: &Api, run: &Value) {
        let Some(id) = run["id"].as_str() else {
            return self.missed.push(format!("no run was started: {run}"));
        };
        let path = format!("/api/v1/runs/{id}");
        wait_until_for(PATIENCE, "the errand ends", async || {
            (api.get(&path).await["status"] != "running").then_some(())
        })
        .await;
    }

    async fn call_hook(&mut self, api: &Api) {
        let workflow = self.publish(api, &outside::signed_hook()).await;
        let triggers = self
            .ask(
                api,
                Method::GET,
                &format!("/api/v1/workflows/{workflow}"),
                None,
            )
            .await;
        let trigger = triggers["triggers"][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let secret = json!({ "secret": self.planted.hook });
        self.ask(
            api,
            Method::PUT,
            &format!("/api/v1/triggers/{trigger}/secret"),
            Some(&secret),
        )
        .await;
        let body = r#"{"n":1}"#;
        let digits = outside::signature(&self.planted.hook, body);
        let call = |signature: String| {
            Client::new()
                .post(format!("{}/hooks/signed", api.base()))
                .header("x-signature-256", signature)
                .header("content-type", "application/json")
                .body(body)
        };
        let mut answered = 0;
        for _ in 0..50 {
            answered = self
                .keep("POST /hooks/signed".to_owned(), call(digits.clone()))
                .await
                .0;
            if answered == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let (refused, _) = self
            .keep("POST /hooks/signed".to_owned(), call("00".repeat(32)))
            .await;
        if (answered, refused) != (200, 401) {
            self.missed.push(format!(
                "the signed webhook was answered {answered}, the unsigned {refused}"
            ));
        }
    }

    /// Every list, and every account and run by itself.
    async fn read_everything(&mut self, api: &Api, accounts: &[String]) {
        let lists = [
            "me",
            "workflows",
            "runs",
            "triggers",
            "inbox",
            "notifications",
            "accounts",
            "invocations",
            "api-keys",
            "prompts",
            "conversations",
            "system/status",
        ];
        let mut paths: Vec<String> = lists.iter().map(|list| format!("/api/v1/{list}")).collect();
        paths.extend(accounts.iter().map(|id| format!("/api/v1/accounts/{id}")));
        let runs = api.get("/api/v1/runs").await;
        for run in runs["items"].as_array().into_iter().flatten() {
            let id = run["id"].as_str().unwrap_or_default();
            paths.extend([
                format!("/api/v1/runs/{id}"),
                format!("/api/v1/runs/{id}/events"),
            ]);
        }
        for path in paths {
            self.ask(api, Method::GET, &path, None).await;
        }
    }
}
