//! What only a server on a network can do: be absent, be empty, refuse a key.

use crate::{fresh_spicedb, spicedb_with_schema};
use authz::{Authz, Consistency::Fully, Error, Permission, Resource, SpiceDb, Subject};
use ids::{UserId, WorkflowId};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

fn question() -> (Subject, Resource) {
    (
        Subject::user(UserId::generate()),
        WorkflowId::generate().into(),
    )
}

async fn denied(spicedb: &SpiceDb) -> Error {
    let (subject, workflow) = question();
    assert!(
        !spicedb
            .allowed(subject, Permission::View, &workflow, &Fully)
            .await
    );
    spicedb
        .check(subject, Permission::View, &workflow, &Fully)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_so_denies() {
    let address = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let spicedb = SpiceDb::new(&format!("http://{address}"), "key").unwrap();
    let error = denied(&spicedb).await;
    assert!(error.retryable(), "{error}");
    assert!(
        error.to_string().contains("SpiceDB is unavailable"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_so_denies() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let spicedb = SpiceDb::new(&format!("http://{}", silent.local_addr().unwrap()), "key").unwrap();
    let (subject, workflow) = question();
    let started = Instant::now();
    assert!(
        !spicedb
            .allowed(subject, Permission::View, &workflow, &Fully)
            .await
    );
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_without_the_schema_is_not_ready_and_denies() {
    let spicedb = fresh_spicedb();
    assert!(matches!(spicedb.ready().await, Err(Error::Refused { .. })));
    assert!(!denied(&spicedb).await.retryable());
    spicedb.write_schema().await.unwrap();
    spicedb.ready().await.unwrap();
}

#[tokio::test]
async fn the_schema_may_be_written_again_over_relationships() {
    let spicedb = spicedb_with_schema().await;
    let (subject, workflow) = question();
    spicedb
        .touch(&[workflow.clone().owned_by(subject.id())])
        .await
        .unwrap();
    spicedb.write_schema().await.unwrap();
    assert!(
        spicedb
            .allowed(subject, Permission::View, &workflow, &Fully)
            .await
    );
}

#[tokio::test]
async fn a_url_or_key_that_cannot_be_is_refused_without_repeating_the_key() {
    for url in ["", "127.0.0.1:50051", "nats://127.0.0.1", "http://"] {
        assert!(
            matches!(SpiceDb::new(url, "key").err(), Some(Error::Text { .. })),
            "{url}"
        );
    }
    let error = SpiceDb::new("http://127.0.0.1:1", "s3cret\n")
        .err()
        .unwrap();
    assert!(!error.to_string().contains("s3cret"), "{error}");
}
