use crate::{
    facts::{Log, ended, own, person, project, saved, tell, tell_all},
    questions::{asked, effect, question},
    support::Gateway,
};
use chrono::{Days, Utc};
use events::RetentionChanged;
use gateway::keep_runs;
use http::{HeaderValue, StatusCode};
use ids::{EventId, RunId, UserId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::wait_until;

const DAY_MS: u64 = 86_400_000;

/// A run that began so many days ago.
fn old(mut log: Log, days: u64) -> Log {
    let ms = u64::try_from(Utc::now().timestamp_millis()).unwrap() - days * DAY_MS;
    let random = log.run.as_u128() & ((1 << 80) - 1);
    log.run = RunId::from_u128((u128::from(ms) << 80) | random);
    log
}

async fn shown(gateway: &Gateway, who: &HeaderValue) -> Vec<String> {
    let page: Value = gateway.get("/api/v1/runs?limit=200", who).await.json();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|run| run["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Waits until exactly these runs are listed, newest first.
async fn shows(gateway: &Gateway, who: &HeaderValue, logs: &[&Log]) {
    let expected: Vec<String> = logs.iter().map(|log| log.run.to_string()).collect();
    wait_until("these runs and no others", async || {
        (shown(gateway, who).await == expected).then_some(())
    })
    .await;
}

async fn keep(gateway: &Gateway, workflow_id: Option<WorkflowId>, days: Option<u32>) {
    let changed = RetentionChanged {
        workflow_id,
        days,
        actor: UserId::generate(),
    };
    tell(gateway, &changed).await;
}

async fn count(gateway: &Gateway, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(gateway.app.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_over_is_hidden_at_once_and_reclaimed_by_the_day() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, me).await;
    let mut positions = BTreeMap::new();
    let log = |frames| Log::new(workflow, EventId::generate(), frames);
    let (first, second) = (log(vec![vec![ended()]]), log(vec![vec![ended()]]));
    let waiting = log(vec![]);
    for log in [&first, &second, &waiting] {
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    let mut all = [&first, &second, &waiting];
    all.sort_by_key(|log| std::cmp::Reverse(log.run));
    shows(&gateway, &who, &all).await;
    let today = Utc::now().date_naive();
    let database = &gateway.app.database;
    keep_runs(database, 90, today + Days::new(90))
        .await
        .unwrap();
    shows(&gateway, &who, &all).await;
    keep_runs(database, 90, today + Days::new(91))
        .await
        .unwrap();
    shows(&gateway, &who, &[&waiting]).await;
    for path in [
        format!("/api/v1/runs/{}", first.run),
        format!("/api/v1/runs/{}/events", first.run),
    ] {
        let answer = gateway.get(&path, &who).await;
        answer.assert_status(StatusCode::NOT_FOUND);
    }
    assert_eq!(count(&gateway, "SELECT count(*) FROM runs").await, 1);
    let logs = "SELECT count(DISTINCT run_id) FROM run_frames";
    assert_eq!(count(&gateway, logs).await, 1);
    // The log that was kept is the waiting run's, and it goes on.
    let events: Value = gateway
        .get(&format!("/api/v1/runs/{}/events", waiting.run), &who)
        .await
        .json();
    assert_eq!(events["items"].as_array().unwrap().len(), 1);
    let closed = "SELECT count(*) FROM pg_class WHERE relname ~ '^run(s|_frames)_[0-9]{8}$' AND relkind = 'r' AND NOT relrowsecurity";
    assert_eq!(count(&gateway, closed).await, 0);
    let fresh = log(vec![vec![ended()]]);
    tell_all(&gateway, &fresh.messages(&mut positions)).await;
    wait_until("a frame of a kept day", async || {
        (count(&gateway, logs).await == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_shorter_retention_hides_at_once_and_a_longer_one_shows_what_is_there() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let (brief, other) = (WorkflowId::generate(), WorkflowId::generate());
    for workflow in [brief, other] {
        own(&gateway, workflow, me).await;
        tell(&gateway, &saved(workflow, VersionId::generate(), 1)).await;
    }
    let mut positions = BTreeMap::new();
    let log = |workflow, days| {
        let log = Log::new(workflow, EventId::generate(), vec![vec![ended()]]);
        old(log, days)
    };
    let (of_brief, of_other, ancient) = (log(brief, 10), log(other, 20), log(other, 100));
    for log in [&of_brief, &of_other, &ancient] {
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    shows(&gateway, &who, &[&of_brief, &of_other]).await;
    keep(&gateway, Some(brief), Some(7)).await;
    shows(&gateway, &who, &[&of_other]).await;
    keep(&gateway, None, Some(200)).await;
    shows(&gateway, &who, &[&of_other, &ancient]).await;
    keep(&gateway, None, Some(15)).await;
    shows(&gateway, &who, &[]).await;
    keep(&gateway, Some(brief), None).await;
    shows(&gateway, &who, &[&of_brief]).await;
    keep(&gateway, None, None).await;
    shows(&gateway, &who, &[&of_brief, &of_other]).await;
}

#[tokio::test]
async fn questions_leave_with_their_runs() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, me).await;
    let (gone, open) = (question(effect()), question(effect()));
    let log = |frame| old(Log::new(workflow, EventId::generate(), vec![frame]), 20);
    let (over, waiting) = (log(vec![asked(&gone), ended()]), log(vec![asked(&open)]));
    let mut positions = BTreeMap::new();
    for log in [&over, &waiting] {
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    let listed = async |expected: usize| {
        wait_until("these questions", async || {
            let page: Value = gateway
                .get("/api/v1/questions?limit=200", &who)
                .await
                .json();
            (page["items"].as_array()?.len() == expected).then_some(())
        })
        .await;
    };
    listed(2).await;
    keep(&gateway, None, Some(15)).await;
    listed(1).await;
    for (question, status) in [(&gone, StatusCode::NOT_FOUND), (&open, StatusCode::OK)] {
        let path = format!("/api/v1/questions/{}", question.question_id);
        gateway.get(&path, &who).await.assert_status(status);
    }
    keep(&gateway, None, None).await;
    listed(2).await;
    assert_eq!(count(&gateway, "SELECT count(*) FROM questions").await, 2);
    let later = Utc::now().date_naive() + Days::new(71);
    keep_runs(&gateway.app.database, 90, later).await.unwrap();
    assert_eq!(count(&gateway, "SELECT count(*) FROM questions").await, 1);
}

#[tokio::test]
async fn people_read_and_set_how_long_runs_are_kept() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, me).await;
    tell(&gateway, &saved(workflow, VersionId::generate(), 1)).await;
    let of_workflow = format!("/api/v1/workflows/{workflow}/retention");
    let says = async |path: &str, expected: Value| {
        wait_until("a retention", async || {
            let answer = gateway.get(path, &who).await;
            (answer.status_code() == StatusCode::OK && answer.json::<Value>() == expected)
                .then_some(())
        })
        .await;
    };
    let installation = json!({ "days": 90, "decided_by": "installation" });
    says(&of_workflow, installation.clone()).await;
    says("/api/v1/retention", installation.clone()).await;
    for (path, body) in [
        (of_workflow.as_str(), json!({ "days": 7 })),
        ("/api/v1/retention", json!({ "days": null })),
    ] {
        let put = gateway
            .server
            .put(path)
            .add_header(http::header::COOKIE, who.clone())
            .add_header("prefer", "respond-async")
            .json(&body)
            .await;
        put.assert_status(StatusCode::ACCEPTED);
    }
    let asked = gateway.emitted("workflow.retention_requested").await;
    let wishes: Vec<_> = asked
        .iter()
        .map(|e| (&e["workflow_id"], &e["days"]))
        .collect();
    assert_eq!(
        wishes,
        [(&json!(workflow), &json!(7)), (&Value::Null, &Value::Null)]
    );
    keep(&gateway, Some(workflow), Some(7)).await;
    says(&of_workflow, json!({ "days": 7, "decided_by": "workflow" })).await;
    says("/api/v1/retention", installation).await;
    keep(&gateway, None, Some(30)).await;
    says(
        "/api/v1/retention",
        json!({ "days": 30, "decided_by": "tenant" }),
    )
    .await;
    for days in [0, 3_651] {
        let put = gateway
            .server
            .put(&of_workflow)
            .add_header(http::header::COOKIE, who.clone())
            .json(&json!({ "days": days }))
            .await;
        put.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    }
}
