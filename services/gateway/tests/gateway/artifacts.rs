use crate::{
    facts::{Log, completed, ended, own, person, project, tell_all, tenant},
    support::{Gateway, PASSWORD, cookie},
};
use gateway::artifacts::sweep;
use http::{HeaderValue, StatusCode, header};
use ids::{EventId, UserId, WorkflowId};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};
use testkit::wait_until;

/// SHA-256 of `abc`.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(crate) async fn upload(gateway: &Gateway, who: &HeaderValue, bytes: &'static [u8]) -> Value {
    let answer = gateway
        .server
        .post("/api/v1/artifacts?name=a%20b.txt")
        .add_header(header::COOKIE, who.clone())
        .bytes(bytes.into())
        .content_type("text/plain")
        .await;
    answer.assert_status(StatusCode::CREATED);
    answer.json()
}

fn at(hash: &str) -> String {
    format!("/api/v1/artifacts/{hash}")
}

/// Another member of the tenant.
pub(crate) async fn somebody_else(gateway: &Gateway) -> HeaderValue {
    let (app, user) = (&gateway.app, UserId::generate());
    let member = authz::Resource::from(&tenant())
        .granted(authz::Relation::Member, authz::Grantee::User(user));
    let token = app.authz.touch(&[member]).await.unwrap();
    sqlx::query(
        "WITH made AS (INSERT INTO people (person_id, tenant_id, email, name, zed_token)
             VALUES ($1, 'default', 'bob@example.org', 'Bob', $2) RETURNING person_id)
         INSERT INTO passwords (email, person_id, hash) SELECT 'bob@example.org', made.person_id, p.hash FROM made, passwords p",
    )
    .bind(user.uuid())
    .bind(token.as_str())
    .execute(app.database.pool())
    .await
    .unwrap();
    let answer = gateway
        .server
        .post("/api/v1/session")
        .json(&json!({ "email": "bob@example.org", "password": PASSWORD }))
        .await;
    cookie(answer.header("set-cookie").to_str().unwrap())
}

#[tokio::test]
async fn who_sent_a_file_reads_it_whole_or_in_part_and_nobody_else_does() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let value = upload(&gateway, &who, b"abc").await;
    let artifact = json!({ "hash": ABC, "size": 3, "media_type": "text/plain", "name": "a b.txt" });
    assert_eq!(value, json!({ "$artifact": artifact }));
    let whole = gateway.get(&at(ABC), &who).await;
    whole.assert_status(StatusCode::OK);
    assert_eq!(whole.as_bytes().as_ref(), b"abc");
    assert_eq!(whole.header("content-type"), "text/plain");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename*=UTF-8''a%20b.txt"
    );
    let part = gateway
        .get(&at(ABC), &who)
        .add_header("range", "bytes=1-1")
        .await;
    part.assert_status(StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.as_bytes().as_ref(), b"b");
    assert_eq!(part.header("content-range"), "bytes 1-1/3");
    let none = gateway
        .get(&at(ABC), &who)
        .add_header("range", "bytes=3-")
        .await;
    none.assert_status(StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(none.header("content-range"), "bytes */3");
    let other = somebody_else(&gateway).await;
    gateway
        .get(&at(ABC), &other)
        .await
        .assert_status(StatusCode::NOT_FOUND);
    gateway
        .server
        .get(&at(ABC))
        .await
        .assert_status(StatusCode::UNAUTHORIZED);
    for unknown in [&"0".repeat(64), "no-hash"] {
        gateway
            .get(&at(unknown), &who)
            .await
            .assert_status(StatusCode::NOT_FOUND);
    }
    let large = gateway
        .server
        .post("/api/v1/artifacts")
        .add_header(header::COOKIE, who.clone())
        .bytes(vec![0; 1_000_001].into())
        .await;
    large.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn who_may_view_a_kept_run_reads_the_files_that_it_refers_to() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    let other = somebody_else(&gateway).await;
    let them = person(&gateway, &other).await;
    project(&gateway);
    let (mine, theirs) = (WorkflowId::generate(), WorkflowId::generate());
    own(&gateway, mine, me).await;
    own(&gateway, theirs, them).await;
    let value = upload(&gateway, &who, b"abc").await;
    let mut positions = BTreeMap::new();
    let run = |workflow| {
        let done = completed("transform", json!({ "deep": [value.clone()] }));
        Log::new(workflow, EventId::generate(), vec![vec![done, ended()]])
    };
    tell_all(&gateway, &run(mine).messages(&mut positions)).await;
    gateway
        .get(&at(ABC), &other)
        .await
        .assert_status(StatusCode::NOT_FOUND);
    tell_all(&gateway, &run(theirs).messages(&mut positions)).await;
    let answers = async |status: StatusCode| {
        wait_until("an answer", async || {
            (gateway.get(&at(ABC), &other).await.status_code() == status).then_some(())
        })
        .await;
    };
    answers(StatusCode::OK).await;
    // A run that is over refers to nothing.
    let pool = gateway.app.database.pool();
    sqlx::query("UPDATE retention SET kept_from = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE tenant_id = '*'")
        .execute(pool)
        .await
        .unwrap();
    answers(StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn what_nothing_refers_to_is_swept_after_two_days_of_grace() {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, me).await;
    let used = upload(&gateway, &who, b"abc").await;
    let unused = upload(&gateway, &who, b"abd").await;
    let mut positions = BTreeMap::new();
    let log = Log::new(
        workflow,
        EventId::generate(),
        vec![vec![completed("transform", used), ended()]],
    );
    tell_all(&gateway, &log.messages(&mut positions)).await;
    let pool = gateway.app.database.pool();
    wait_until("the use", async || {
        let uses: i64 = sqlx::query_scalar("SELECT count(*) FROM artifact_uses")
            .fetch_one(pool)
            .await
            .unwrap();
        (uses == 1).then_some(())
    })
    .await;
    let shelf = gateway.app.shelf.clone().unwrap();
    let after = async |days: u32| {
        let now = SystemTime::now() + DAY * days + Duration::from_secs(60);
        sweep(pool, shelf.artifacts.as_ref(), now).await.unwrap()
    };
    assert_eq!(after(6).await, 0, "an upload is kept for seven days");
    assert_eq!(after(8).await, 0, "and then another");
    assert_eq!(after(9).await, 1);
    assert_eq!(after(100).await, 0);
    let unused = unused["$artifact"]["hash"].as_str().unwrap();
    gateway
        .get(&at(unused), &who)
        .await
        .assert_status(StatusCode::NOT_FOUND);
    gateway
        .get(&at(ABC), &who)
        .await
        .assert_status(StatusCode::OK);
    // Its run goes, and so does it.
    sqlx::query("DELETE FROM runs").execute(pool).await.unwrap();
    assert_eq!(after(101).await, 0);
    assert_eq!(after(103).await, 1);
    gateway
        .get(&at(ABC), &who)
        .await
        .assert_status(StatusCode::NOT_FOUND);
}
