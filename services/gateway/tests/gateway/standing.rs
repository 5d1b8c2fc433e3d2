//! Streams end when whoever streams may no longer.

use crate::{
    facts::{Log, own, person, project, tell, tell_all},
    support::Gateway,
};
use authz::{Filter, Resource};
use events::ConversationStarted;
use futures::StreamExt;
use http::{HeaderName, HeaderValue, StatusCode};
use ids::{ConversationId, EventId, TenantId, WorkflowId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use testkit::wait_until;

/// A gateway whose first person owns a run that goes on and a conversation, over a real socket.
struct Scene {
    gateway: Gateway,
    base: String,
    cookie: Proof,
    workflow: WorkflowId,
    conversation: ConversationId,
    run: String,
}

/// The header that proves who is calling.
type Proof = (HeaderName, HeaderValue);

impl Scene {
    async fn start() -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let gateway = Gateway::start().await;
        let who = gateway.first_account().await;
        let me = person(&gateway, &who).await;
        let (workflow, conversation) = (WorkflowId::generate(), ConversationId::generate());
        own(&gateway, workflow, me).await;
        own(&gateway, conversation, me).await;
        project(&gateway);
        let log = Log::new(workflow, EventId::generate(), Vec::new());
        tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
        let started = ConversationStarted {
            conversation_id: conversation,
            title: "Talk".into(),
            actor: me,
            started_at: chrono::Utc::now(),
        };
        tell(&gateway, &started).await;
        let run = format!("/api/v1/runs/{}/events", log.run);
        let talk = format!("/api/v1/conversations/{conversation}");
        wait_until("run and conversation are there", async || {
            let run = gateway.get(&run, &who).await.status_code();
            let talk = gateway.get(&talk, &who).await.status_code();
            ((run, talk) == (StatusCode::OK, StatusCode::OK)).then_some(())
        })
        .await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service = gateway::router(gateway.app.clone())
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self {
            gateway,
            base,
            cookie: (http::header::COOKIE, who),
            workflow,
            conversation,
            run,
        }
    }

    /// Each kind of stream.
    fn streams(&self) -> [String; 4] {
        [
            "/api/v1/events".to_owned(),
            "/api/v1/tap".to_owned(),
            self.run.clone(),
            format!("/api/v1/conversations/{}/stream", self.conversation),
        ]
    }

    async fn open(&self, path: &str, proof: &Proof) -> reqwest::Response {
        reqwest::Client::new()
            .get(format!("{}{path}", self.base))
            .header(&proof.0, &proof.1)
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap()
    }

    /// An open stream that has outlived several looks.
    async fn settled(&self, path: &str, proof: &Proof) -> reqwest::Response {
        let mut stream = self.open(path, proof).await;
        assert_eq!(stream.status(), StatusCode::OK, "{path}");
        let looks = self.gateway.app.settings.recheck_every * 3;
        let until = tokio::time::Instant::now() + looks;
        while let Ok(chunk) = tokio::time::timeout_at(until, stream.chunk()).await {
            assert!(chunk.unwrap().is_some(), "{path} ended early");
        }
        stream
    }

    /// A key of the person.
    async fn key(&self) -> (String, Proof) {
        let asked = json!({ "name": "k", "scopes": ["read", "tap"] });
        let answer = self
            .gateway
            .post("/api/v1/api-keys", &self.cookie.1, &asked);
        let made: Value = answer.await.json();
        let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
        let proof = (http::header::AUTHORIZATION, bearer.parse().unwrap());
        (made["key"]["id"].as_str().unwrap().to_owned(), proof)
    }

    async fn delete(&self, path: &str) {
        self.gateway
            .server
            .delete(path)
            .add_header("cookie", self.cookie.1.clone())
            .await
            .assert_status(StatusCode::NO_CONTENT);
    }
}

async fn ends(path: &str, stream: reqwest::Response) {
    let rest = stream.bytes_stream().for_each(|_| std::future::ready(()));
    tokio::time::timeout(Duration::from_secs(10), rest)
        .await
        .unwrap_or_else(|_| panic!("{path} is still open"));
}

#[tokio::test]
async fn streams_end_with_the_session() {
    let scene = Scene::start().await;
    let mut open = Vec::new();
    for path in scene.streams() {
        open.push((scene.settled(&path, &scene.cookie).await, path));
    }
    scene.delete("/api/v1/session").await;
    for (stream, path) in open {
        ends(&path, stream).await;
        let again = scene.open(&path, &scene.cookie).await;
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn streams_end_with_a_session_that_expires_or_a_person_who_is_disabled() {
    let scene = Scene::start().await;
    for statement in [
        "UPDATE sessions SET seen_at = now() - interval '15 days'",
        "UPDATE people SET disabled_at = now()",
    ] {
        let stream = scene.settled("/api/v1/events", &scene.cookie).await;
        let pool = scene.gateway.app.database.pool();
        sqlx::query(statement).execute(pool).await.unwrap();
        ends(statement, stream).await;
        let undo = "UPDATE sessions SET seen_at = now()";
        sqlx::query(undo).execute(pool).await.unwrap();
    }
}

#[tokio::test]
async fn streams_end_with_the_key_and_those_of_others_go_on() {
    let scene = Scene::start().await;
    let (id, proof) = scene.key().await;
    let mut open = Vec::new();
    for path in scene.streams() {
        open.push((scene.settled(&path, &proof).await, path));
    }
    scene.delete(&format!("/api/v1/api-keys/{id}")).await;
    for (stream, path) in open {
        ends(&path, stream).await;
        let again = scene.open(&path, &proof).await;
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED, "{path}");
        scene.settled(&path, &scene.cookie).await;
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_permission_to_view() {
    let scene = Scene::start().await;
    let [_, tap, run, talk] = scene.streams();
    let resources = [
        (run, Resource::from(scene.workflow), StatusCode::NOT_FOUND),
        (
            talk,
            Resource::from(scene.conversation),
            StatusCode::NOT_FOUND,
        ),
        (
            tap,
            Resource::from(&TenantId::default_tenant()),
            StatusCode::FORBIDDEN,
        ),
    ];
    for (path, resource, told) in resources {
        let stream = scene.settled(&path, &scene.cookie).await;
        let gone = Filter::of(resource);
        scene.gateway.app.authz.delete(&gone).await.unwrap();
        ends(&path, stream).await;
        // A permission of the tenant is asked as of when the person was made, so the answer may lag.
        wait_until("the next request is refused", async || {
            let again = scene.open(&path, &scene.cookie).await;
            (again.status() == told).then_some(())
        })
        .await;
    }
}
