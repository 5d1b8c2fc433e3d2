//! What was, again: forks, comparisons, searches.

use crate::{
    facts::{Log, completed, ended, own, person, project, saved, tell, tell_all},
    support::Gateway,
};
use events::{
    ForkedFrom, RunEvent, RunVariantRejected, RunVariantRequested, Variant, WorkflowProblem,
};
use http::{HeaderValue, StatusCode};
use ids::{EventId, RunId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use testkit::wait_until;

/// A gateway with a person, a workflow of theirs and its versions 1 and 2.
async fn start() -> (Gateway, HeaderValue, WorkflowId, [VersionId; 2]) {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    let versions = [VersionId::generate(), VersionId::generate()];
    for (version, number) in versions.into_iter().zip(1..) {
        tell(&gateway, &saved(workflow, version, number)).await;
    }
    wait_until("both versions show", async || {
        let path = format!("/api/v1/workflows/{workflow}/versions");
        let page: Value = gateway.get(&path, &who).await.json();
        (page["items"].as_array()?.len() == 2).then_some(())
    })
    .await;
    (gateway, who, workflow, versions)
}

fn log(workflow: WorkflowId, version: VersionId, frames: Vec<RunEvent>) -> Log {
    let mut log = Log::new(workflow, EventId::generate(), vec![frames]);
    log.version = version;
    log
}

async fn shown(gateway: &Gateway, who: &HeaderValue, run: RunId) -> Value {
    let path = format!("/api/v1/runs/{run}");
    wait_until("the run shows", async || {
        let answer = gateway.get(&path, who).await;
        let run: Value = (answer.status_code() == StatusCode::OK).then(|| answer.json())?;
        (run["status"] != "running").then_some(run)
    })
    .await
}

#[tokio::test]
async fn a_fork_is_an_event_and_a_refusal_names_every_reason() {
    let (gateway, who, workflow, versions) = start().await;
    let source = log(workflow, versions[0], vec![ended()]);
    tell_all(&gateway, &source.messages(&mut BTreeMap::new())).await;
    shown(&gateway, &who, source.run).await;
    let path = format!("/api/v1/runs/{}/fork", source.run);
    let ask = |body: Value| gateway.post(&path, &who, &body);
    let accepted = ask(json!({ "at": "say", "version": 2, "dry": true, "input": null }))
        .add_header("prefer", "respond-async")
        .await;
    accepted.assert_status(StatusCode::ACCEPTED);
    let event = gateway.emitted("run.variant_requested").await.remove(0);
    let event: RunVariantRequested = serde_json::from_value(event).unwrap();
    assert_eq!(event.source, Some(source.run));
    assert_eq!(event.version_id, versions[1]);
    assert_eq!(event.at.unwrap().as_str(), "say");
    assert!(event.dry);
    assert!(event.input.is_some(), "null is an input");
    let same = ask(json!({})).add_header("prefer", "respond-async").await;
    same.assert_status(StatusCode::ACCEPTED);
    let event = gateway.emitted("run.variant_requested").await.remove(1);
    assert_eq!(event["version_id"], versions[0].to_string());
    let none = ask(json!({ "version": 9 })).await;
    none.assert_status(StatusCode::NOT_FOUND);

    let rejected = RunVariantRejected {
        run_id: RunId::generate(),
        workflow_id: workflow,
        code: "fork.refused".into(),
        message: "no".into(),
        problems: vec![WorkflowProblem {
            severity: "error".into(),
            code: "fork.node_unknown".into(),
            message: "the version has no node `nowhere`".into(),
            pointer: "/at".into(),
            node: Some("nowhere".into()),
            port: None,
            hint: None,
        }],
    };
    let reject = async {
        let pool = gateway.app.database.pool();
        let request: sqlx::types::Uuid = wait_until("the request", async || {
            sqlx::query_scalar(
                "SELECT correlation_id FROM requests WHERE outcome IS NULL
                     AND (SELECT count(*) FROM requests) = 3 ORDER BY created_at DESC LIMIT 1",
            )
            .fetch_optional(pool)
            .await
            .unwrap()
        })
        .await;
        let cause = bus::Cause {
            correlation_id: Some(EventId::from_uuid(request)),
            ..bus::Cause::root("default".parse().unwrap())
        };
        let id = EventId::generate();
        let message = bus::Message::encode("engine", &cause, &rejected, id, chrono::Utc::now());
        tell_all(&gateway, &[message.unwrap()]).await;
    };
    let (answer, ()) = tokio::join!(async { ask(json!({ "at": "nowhere" })).await }, reject);
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = answer.json();
    assert_eq!(problem["code"], "fork.refused");
    assert_eq!(problem["errors"][0]["node"], "nowhere");
}

#[tokio::test]
async fn a_dry_fork_is_marked_and_compared_with_its_source() {
    let (gateway, who, workflow, versions) = start().await;
    let mut positions = BTreeMap::new();
    let source = log(
        workflow,
        versions[0],
        vec![completed("transform", json!({ "n": 1 })), ended()],
    );
    let mut fork = log(
        workflow,
        versions[1],
        vec![completed("transform", json!({ "n": 2 })), ended()],
    );
    fork.begin(|event| {
        let RunEvent::RunStarted { variant, .. } = event else {
            panic!("{event:?}")
        };
        *variant = Some(Box::new(Variant {
            dry: true,
            forked_from: Some(ForkedFrom {
                first: None,
                run_id: source.run,
                at: Some("node".parse().unwrap()),
                seq: 4,
            }),
            only: None,
            input: Some(json!({ "large": true }).into()),
        }));
    });
    for log in [&source, &fork] {
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    let plain = shown(&gateway, &who, source.run).await;
    assert_eq!(
        (&plain["dry"], &plain["forked_from"]),
        (&json!(false), &Value::Null)
    );
    let run = shown(&gateway, &who, fork.run).await;
    assert_eq!(run["dry"], true);
    assert_eq!(run["forked_from"], source.run.to_string());
    assert_eq!(run["forked_at"], "node");
    assert_eq!(run["usage"]["model_calls"], 0);
    let items: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox_items WHERE run_id = $1")
        .bind(fork.run.uuid())
        .fetch_one(gateway.app.database.pool())
        .await
        .unwrap();
    assert_eq!(items, 0, "a dry run does not speak for a mail");
    let path = format!("/api/v1/runs/{}/diff/{}", source.run, fork.run);
    let diff: Value = gateway.get(&path, &who).await.json();
    assert_eq!(
        (&diff["same_input"], &diff["same_end"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(diff["nodes"][0]["change"], "changed");
    assert_eq!(diff["nodes"][0]["right"]["result"]["out"]["n"], 2);
    let foreign = Log::new(
        WorkflowId::generate(),
        EventId::generate(),
        vec![vec![ended()]],
    );
    tell_all(&gateway, &foreign.messages(&mut positions)).await;
    wait_until("it is there", async || {
        let query = sqlx::query_scalar("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL");
        let count: i64 = query.fetch_one(gateway.app.database.pool()).await.unwrap();
        (count == 3).then_some(())
    })
    .await;
    let path = format!("/api/v1/runs/{}/diff/{}", source.run, foreign.run);
    gateway
        .get(&path, &who)
        .await
        .assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_finds_values_of_ones_own_runs_only() {
    let (gateway, who, workflow, versions) = start().await;
    let mut positions = BTreeMap::new();
    let value = |text: &str| completed("transform", json!({ "subject": text }));
    let mine = log(
        workflow,
        versions[0],
        vec![value("Invoice \"42\" 100%"), ended()],
    );
    let other = log(workflow, versions[0], vec![value("Lunch"), ended()]);
    let foreign = log(
        WorkflowId::generate(),
        versions[0],
        vec![value("invoice"), ended()],
    );
    for log in [&mine, &other, &foreign] {
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    shown(&gateway, &who, mine.run).await;
    shown(&gateway, &who, other.run).await;
    let search = async |text: &str| -> Value {
        let query = [("q", text)];
        gateway
            .get("/api/v1/runs", &who)
            .add_query_params(query)
            .await
            .json()
    };
    let ids = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|run| run["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let found = search("invoice \"42\" 100%").await;
    assert_eq!(ids(&found), [mine.run.to_string()]);
    assert_eq!(found["items"][0]["found"][0]["part"], "output");
    assert_eq!(found["next_cursor"], Value::Null, "everything was searched");
    assert_eq!(ids(&search("node_completed").await), Vec::<String>::new());
    assert_eq!(ids(&search("100_").await), Vec::<String>::new());
    assert_eq!(ids(&search("quoted").await).len(), 2, "what started them");
}

#[tokio::test]
async fn ten_thousand_runs_are_searched_within_a_second() {
    let (gateway, who, workflow, versions) = start().await;
    let pool = gateway.app.database.pool();
    let text = "lorem ipsum dolor sit amet ".repeat(60);
    let statement = "WITH ids AS (
             SELECT n, (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - n), 12, '0') || lpad(to_hex(n), 20, '0'))::uuid AS id
             FROM generate_series(1, 10000) AS n),
         made AS (
             INSERT INTO runs (run_id, tenant_id, workflow_id, status, version_id, trigger_kind, event_id, started_at, ended_at)
             SELECT id, 'default', $1, 'completed', $2, 'manual', id, now(), now() FROM ids)
         INSERT INTO run_frames (run_id, first_seq, last_seq, tenant_id, events)
         SELECT id, 1, 1, 'default', '[{\"type\":\"node_completed\",\"at_ms\":1,\"node\":\"a\",\"iteration\":[],\"node_type\":\"transform\",'
             || '\"outputs\":{\"out\":\"' || $3 || n || '.\"}}]' FROM ids";
    sqlx::query(statement)
        .bind(workflow.uuid())
        .bind(versions[0].uuid())
        .bind(&text)
        .execute(pool)
        .await
        .unwrap();
    let search = async |text: &str| -> (Value, Duration) {
        let began = Instant::now();
        let query = [("q", text)];
        let page = gateway
            .get("/api/v1/runs", &who)
            .add_query_params(query)
            .await
            .json();
        (page, began.elapsed())
    };
    search("warm").await;
    for (wanted, hits) in [("amet 10000.", 1), ("AMET 9999.", 1), ("nowhere", 0)] {
        let (page, took) = search(wanted).await;
        assert_eq!(
            page["items"].as_array().unwrap().len(),
            hits,
            "{wanted}: {page}"
        );
        assert_eq!(page["next_cursor"], Value::Null, "{wanted}");
        assert!(took < Duration::from_secs(1), "{wanted} took {took:?}");
    }
}
