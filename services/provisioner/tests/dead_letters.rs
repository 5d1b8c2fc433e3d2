//! Dead letters on a real server: an operator sees them, and hands one back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::Arc;

use bus::{Bus, Cause, Manifest, Message, Nats, NatsOptions, dead_letter};
use events::{WorkflowDeleted, WorkflowPublished};
use futures::StreamExt;
use ids::{EventId, TenantId, UserId, WorkflowId};
use provisioner::{Apply, DeadLetters, Keys, Part, apply, dead_letters, write_keys};
use serde_json::Value;
use tempfile::TempDir;
use testkit::TestNats;

async fn told(wanted: &DeadLetters) -> anyhow::Result<Vec<Value>> {
    let mut out = Vec::new();
    dead_letters(wanted, &mut out).await?;
    let text = String::from_utf8(out).unwrap();
    Ok(text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect())
}

/// A server as it is provisioned, and the administrator in it.
async fn provisioned(dir: &TempDir) -> (TestNats, Nats) {
    let manifests = [Manifest::new("scheduler")
        .consumes::<WorkflowPublished>("triggers")
        .consumes::<WorkflowDeleted>("triggers")];
    let keys = Keys {
        out: dir.path().to_path_buf(),
        postgres: "127.0.0.1:5432".to_owned(),
        postgres_parameters: String::new(),
    };
    write_keys(&keys, &manifests).unwrap();
    let server = TestNats::start_with(Some(&dir.path().join("nats/nats.conf")));
    let wanted = Apply {
        parts: vec![Part::Streams],
        secrets: dir.path().to_path_buf(),
        nats_url: server.url(),
        spicedb_url: String::new(),
        replicas: 1,
    };
    apply(&wanted, &manifests).await.unwrap();
    let seed = std::fs::read_to_string(dir.path().join("admin/nats.seed")).unwrap();
    let options = NatsOptions {
        url: server.url(),
        service: "admin".to_owned(),
        nkey_seed: Some(seed.trim().to_owned()),
    };
    (server, Nats::connect(options).await.unwrap())
}

#[tokio::test]
async fn a_letter_is_shown_and_released() {
    let dir = tempfile::tempdir().unwrap();
    let (server, admin) = provisioned(&dir).await;
    let mut wanted = DeadLetters {
        release: None,
        payload: None,
        secrets: dir.path().to_path_buf(),
        nats_url: server.url(),
    };
    assert!(told(&wanted).await.unwrap().is_empty());

    let mut heard = admin
        .client()
        .subscribe("workflow.deleted.>")
        .await
        .unwrap();
    let client = admin.client().clone();
    let bus: Bus = Arc::new(admin);
    let deleted = WorkflowDeleted {
        workflow_id: WorkflowId::generate(),
        actor: UserId::generate(),
    };
    let cause = Cause::root(TenantId::default_tenant());
    let now = chrono::Utc::now();
    let message = Message::encode("engine", &cause, &deleted, EventId::generate(), now).unwrap();
    let letter = dead_letter::of("scheduler-triggers", &message, "planted", 5);
    dead_letter::publish(&bus, "scheduler", letter)
        .await
        .unwrap();
    client.flush().await.unwrap();

    let all = told(&wanted).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["letter"]["cause"], "planted");
    assert_eq!(all[0]["letter"]["consumer"], "scheduler-triggers");

    wanted.release = Some(all[0]["seq"].as_u64().unwrap() + 1);
    let refused = told(&wanted).await.unwrap_err();
    assert!(
        refused.to_string().contains("no dead letter"),
        "{refused:#}"
    );
    wanted.release = all[0]["seq"].as_u64();
    told(&wanted).await.unwrap();
    let again = heard.next().await.unwrap();
    assert_eq!(again.subject.as_str(), message.subject);
    assert_eq!(again.payload, message.payload);
}
