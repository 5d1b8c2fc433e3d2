//! The generated configuration, in a real server: a service reaches exactly what its manifest names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use bus::{Manifest, Nats, NatsOptions, Transport};
use events::{ScheduleFired, WorkflowPublished};
use futures::StreamExt;
use provisioner::{Apply, Keys, Part, apply, write_keys};
use tempfile::TempDir;
use testkit::TestNats;

fn manifests() -> Vec<Manifest> {
    vec![
        Manifest::new("scheduler")
            .consumes::<WorkflowPublished>("triggers")
            .publishes::<ScheduleFired>(),
        Manifest::new("gateway").taps(),
    ]
}

async fn provisioned() -> (TempDir, TestNats) {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys {
        out: dir.path().to_path_buf(),
        postgres: "127.0.0.1:5432".to_owned(),
        postgres_parameters: String::new(),
    };
    write_keys(&keys, &manifests()).unwrap();
    let nats = TestNats::start_with(Some(&dir.path().join("nats/nats.conf")));
    let wanted = Apply {
        parts: vec![Part::Streams],
        secrets: dir.path().to_path_buf(),
        nats_url: nats.url(),
        spicedb_url: String::new(),
        replicas: 1,
    };
    for _ in 0..2 {
        apply(&wanted, &manifests()).await.unwrap();
    }
    (dir, nats)
}

async fn connect(dir: &TempDir, nats: &TestNats, service: &str) -> Nats {
    let seed = std::fs::read_to_string(dir.path().join(service).join("nats.seed")).unwrap();
    let options = NatsOptions {
        url: nats.url(),
        service: service.to_owned(),
        nkey_seed: Some(seed.trim().to_owned()),
    };
    Nats::connect(options).await.unwrap()
}

/// Whether a raw publish of `from` on `subject` is heard by the administrator.
async fn heard(dir: &TempDir, nats: &TestNats, from: &str, subject: &str) -> bool {
    let admin = connect(dir, nats, "admin").await;
    let mut tap = admin.client().subscribe(">").await.unwrap();
    admin.client().flush().await.unwrap();
    let sender = connect(dir, nats, from).await;
    sender
        .client()
        .publish(subject.to_owned(), "x".into())
        .await
        .unwrap();
    sender.client().flush().await.unwrap();
    let next = async {
        while let Some(message) = tap.next().await {
            if message.subject.as_str() == subject {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_millis(300), next)
        .await
        .is_ok()
}

#[tokio::test]
async fn a_service_publishes_what_its_manifest_names_and_nothing_else() {
    let (dir, nats) = provisioned().await;
    assert!(heard(&dir, &nats, "scheduler", "schedule.fired.default.x").await);
    for forbidden in [
        "workflow.published.default.x",
        "$JS.API.STREAM.DELETE.WORKFLOW",
        "$JS.API.CONSUMER.CREATE.WORKFLOW",
        "_INBOX_gateway.x",
    ] {
        assert!(
            !heard(&dir, &nats, "scheduler", forbidden).await,
            "{forbidden}"
        );
    }
    assert!(
        !heard(&dir, &nats, "debug", "schedule.fired.default.x").await,
        "a listener publishes nothing"
    );
}

#[tokio::test]
async fn a_service_opens_its_own_consumer_and_no_other() {
    let (dir, nats) = provisioned().await;
    let scheduler = connect(&dir, &nats, "scheduler").await;
    scheduler
        .pull(events::Stream::Workflow, "scheduler-triggers", 1)
        .await
        .unwrap();
    let gateway = connect(&dir, &nats, "gateway").await;
    let opened = gateway.incarnation(events::Stream::Workflow, "scheduler-triggers");
    let refused = tokio::time::timeout(Duration::from_secs(2), opened).await;
    assert!(
        !matches!(refused, Ok(Ok(_))),
        "a service saw another's consumer"
    );
}

#[tokio::test]
async fn a_listener_hears_a_whole_domain() {
    let (dir, nats) = provisioned().await;
    let debug = connect(&dir, &nats, "debug").await;
    let mut tap = debug.client().subscribe("schedule.>").await.unwrap();
    debug.client().flush().await.unwrap();
    let scheduler = connect(&dir, &nats, "scheduler").await;
    scheduler
        .client()
        .publish("schedule.fired.default.x", "x".into())
        .await
        .unwrap();
    let message = tokio::time::timeout(Duration::from_secs(2), tap.next())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(message.subject.as_str(), "schedule.fired.default.x");
}
