use crate::{
    facts::{Log, ended, mail, own, person, project, saved, tell, tell_all, tenant},
    support::Gateway,
};
use events::{ErrorClass, LlmCatalogued, LlmFailed, LlmOrigin, LlmUsage, RunError};
use http::StatusCode;
use ids::{AccountId, EventId, InvocationId, RunId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::wait_until;

#[tokio::test]
async fn every_table_a_person_reads_is_closed_without_a_tenant() {
    let gateway = Gateway::start().await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
           AND has_table_privilege('gateway_reader', c.oid, 'SELECT')
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity
               AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull))",
    )
    .fetch_all(gateway.app.database.pool())
    .await
    .unwrap();
    assert!(open.is_empty(), "no row-level security: {open:?}");
    let owned: Vec<String> = sqlx::query_scalar(
        "SELECT attrelid::regclass::text FROM pg_attribute
         WHERE attname = 'user_id' AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)",
    )
    .fetch_all(gateway.app.database.pool())
    .await
    .unwrap();
    assert!(
        owned.is_empty(),
        "ownership lives in SpiceDB only: {owned:?}"
    );
}

#[tokio::test]
async fn a_reader_sees_one_tenant_and_nothing_without_one() {
    let gateway = Gateway::start().await;
    project(&gateway);
    tell(
        &gateway,
        &saved(WorkflowId::generate(), VersionId::generate(), 1),
    )
    .await;
    let count = "SELECT count(*) FROM workflows";
    wait_until("the workflow is there", async || {
        let mut tx = gateway.app.reader.begin(&tenant()).await.unwrap();
        let count: i64 = sqlx::query_scalar(count).fetch_one(&mut *tx).await.unwrap();
        (count == 1).then_some(())
    })
    .await;
    let mut other = gateway
        .app
        .reader
        .begin(&"other".parse().unwrap())
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar(count)
        .fetch_one(&mut *other)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    let written = sqlx::query("DELETE FROM workflows")
        .execute(&mut *other)
        .await;
    assert!(written.is_err(), "a reader cannot write");
    drop(other);
    let url = gateway.reader_url();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let without = sqlx::query_scalar::<_, i64>(count).fetch_one(&pool).await;
    assert!(without.unwrap_err().to_string().contains("app.tenant"));
    // After a transaction that named a tenant, the session's setting is empty, and no row has an empty tenant.
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SELECT set_config('app.tenant', 'default', true)")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let after: Result<i64, _> = sqlx::query_scalar(count).fetch_one(&pool).await;
    assert!(!matches!(after, Ok(1..)), "{after:?}");
}

#[tokio::test]
async fn pages_show_every_visible_run_once_and_no_other() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let (mine, shared, foreign) = (
        WorkflowId::generate(),
        WorkflowId::generate(),
        WorkflowId::generate(),
    );
    own(&gateway, mine, me).await;
    own(&gateway, shared, me).await;
    let mut positions = BTreeMap::new();
    let mut expected = BTreeSet::new();
    for n in 0..36 {
        let workflow = [mine, shared, foreign][n % 3];
        let log = Log::new(workflow, EventId::generate(), vec![vec![ended()]]);
        if workflow != foreign {
            expected.insert(log.run.to_string());
        }
        tell_all(&gateway, &log.messages(&mut positions)).await;
    }
    let all = wait_until("all runs are there", async || {
        let page: Value = gateway.get("/api/v1/runs?limit=200", &who).await.json();
        let items = page["items"].as_array().unwrap().clone();
        (items.len() == expected.len()).then_some(items)
    })
    .await;
    let order: Vec<&str> = all.iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert!(order.is_sorted_by(|a, b| a > b), "newest first");
    let mut seen = Vec::new();
    let mut path = "/api/v1/runs?limit=7".to_owned();
    loop {
        let page: Value = gateway.get(&path, &who).await.json();
        let items = page["items"].as_array().unwrap();
        seen.extend(
            items
                .iter()
                .map(|run| run["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/runs?limit=7&cursor={cursor}");
    }
    assert_eq!(seen.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(seen), expected);
    let failed: Value = gateway.get("/api/v1/runs?status=failed", &who).await.json();
    assert_eq!(failed["items"], json!([]));
    let done: Value = gateway
        .get(
            &format!("/api/v1/runs?status=completed&workflow_id={mine}"),
            &who,
        )
        .await
        .json();
    assert_eq!(done["items"].as_array().unwrap().len(), 12);
    let bad = gateway.get("/api/v1/runs?cursor=nonsense", &who).await;
    bad.assert_status(StatusCode::BAD_REQUEST);
    let bad = gateway.get("/api/v1/runs?status=sleeping", &who).await;
    bad.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_person_may_not_view_does_not_exist() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    tell(&gateway, &saved(workflow, VersionId::generate(), 1)).await;
    let log = Log::new(workflow, EventId::generate(), vec![vec![ended()]]);
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    wait_until("the run is there", async || {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL")
            .fetch_one(gateway.app.database.pool())
            .await
            .unwrap();
        (count == 1).then_some(())
    })
    .await;
    let paths = [
        format!("/api/v1/workflows/{workflow}"),
        format!("/api/v1/workflows/{workflow}/versions"),
        format!("/api/v1/runs/{}", log.run),
        format!("/api/v1/runs/{}/events", log.run),
    ];
    for path in &paths {
        gateway
            .get(path, &who)
            .await
            .assert_status(StatusCode::NOT_FOUND);
    }
    own(&gateway, workflow, person(&gateway, &who).await).await;
    for path in &paths {
        gateway.get(path, &who).await.assert_status_ok();
    }
    let run: Value = gateway.get(&paths[2], &who).await.json();
    assert_eq!(
        (&run["status"], &run["workflow_name"]),
        (&json!("completed"), &json!("Workflow 1"))
    );
    let events: Value = gateway.get(&paths[3], &who).await.json();
    assert_eq!(events["items"], json!(log.entries()));
}

#[tokio::test]
async fn versions_are_compared_and_planned() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    let mut second = saved(workflow, VersionId::generate(), 2);
    let document = &mut second.version.document;
    document["nodes"][1]["config"]["message"] = json!("hello");
    let ask = json!({ "id": "ask", "node_type": "llm_call", "config": { "prompt": "ask" } });
    document["nodes"].as_array_mut().unwrap().push(ask);
    let edge = json!({ "source": "say", "source_port": "out", "destination": "ask", "destination_port": "in" });
    document["edges"].as_array_mut().unwrap().push(edge);
    tell(&gateway, &saved(workflow, VersionId::generate(), 1)).await;
    tell(&gateway, &second).await;
    let base = format!("/api/v1/workflows/{workflow}/versions");
    let plan: Value = wait_until("both versions are there", async || {
        let answer = gateway.get(&format!("{base}/2/plan"), &who).await;
        (answer.status_code() == StatusCode::OK).then(|| answer.json())
    })
    .await;
    let told = (&plan["levels"], &plan["effects"], &plan["most_model_calls"]);
    assert_eq!(told, (&json!(3), &json!(1), &json!(1)));
    assert_eq!(plan["operations"], json!(["llm.call"]));
    let diff: Value = gateway.get(&format!("{base}/1/diff/2"), &who).await.json();
    assert_eq!(
        diff["nodes"][0]["fields"],
        json!([{ "pointer": "/config/message", "before": "hi", "after": "hello" }])
    );
    let added = (&diff["nodes"][1]["id"], &diff["nodes"][1]["change"]);
    assert_eq!(added, (&json!("ask"), &json!("added")));
    assert_eq!(diff["edges"][0]["destination"], "ask");
    let missing = gateway.get(&format!("{base}/1/diff/9"), &who).await;
    missing.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_item_is_marked_and_its_categories_are_counted() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let (account, workflow) = (AccountId::generate(), WorkflowId::generate());
    own(&gateway, account, me).await;
    let item = tell(&gateway, &mail(account, "Hi")).await;
    let verdict =
        crate::facts::completed("classify", json!({ "category": "bill", "confidence": 1 }));
    let log = Log::new(workflow, item, vec![vec![verdict]]);
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    let page = wait_until("the mail is classified", async || {
        let page: Value = gateway.get("/api/v1/inbox", &who).await.json();
        (page["items"][0]["category"] == "bill").then_some(page)
    })
    .await;
    assert_eq!(
        page["categories"],
        json!([{ "category": "bill", "count": 1 }])
    );
    assert_eq!(
        page["items"][0]["run_id"],
        Value::Null,
        "another's workflow is not told"
    );
    own(&gateway, workflow, me).await;
    let path = format!("/api/v1/inbox/{item}");
    let whole: Value = gateway.get(&path, &who).await.json();
    assert_eq!(whole["run_id"], json!(log.run));
    assert_eq!(whole["body"], "Hello\r\nthere");
    let patched = gateway
        .server
        .patch(&path)
        .add_header("cookie", who.clone())
        .json(&json!({ "archived": true }))
        .await;
    patched.assert_status_ok();
    let page: Value = gateway.get("/api/v1/inbox", &who).await.json();
    assert_eq!(
        (&page["items"], &page["categories"]),
        (&json!([]), &json!([]))
    );
    let page: Value = gateway
        .get("/api/v1/inbox?archived=true&category=bill", &who)
        .await
        .json();
    assert_eq!(page["items"][0]["id"], json!(item.to_string()));
}

#[tokio::test]
async fn the_status_says_what_is_missing() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let status: Value = gateway.get("/api/v1/system/status", &who).await.json();
    let states: Vec<_> = status["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["state"])
        .collect();
    assert_eq!(states, ["missing", "missing", "missing"]);
    let catalogue = LlmCatalogued {
        models: vec!["qwen3".into()],
        entries: Vec::new(),
        catalogued_at: chrono::Utc::now(),
    };
    tell(&gateway, &catalogue).await;
    wait_until("the model is known", async || {
        let status: Value = gateway.get("/api/v1/system/status", &who).await.json();
        (status["checks"][0]["state"] == "ok").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_failed_model_call_shows_what_it_cost_and_one_that_reached_nobody_does_not() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    project(&gateway);
    let usage = LlmUsage {
        input_tokens: 120,
        output_tokens: 30,
        cost_micros: 2_500,
    };
    for usage in [Some(usage), None] {
        let failed = LlmFailed {
            invocation_id: InvocationId::generate(),
            origin: LlmOrigin::Run {
                run_id: RunId::generate(),
                workflow_id: workflow,
                effect_key: "k".to_owned(),
            },
            prompt: "classify@1".to_owned(),
            model: usage.map(|_| "small".to_owned()),
            error: RunError {
                class: ErrorClass::Schema,
                code: "llm.answer_unusable".to_owned(),
                message: "The answer has another shape.".to_owned(),
                hint: None,
                node: None,
                detail: None,
                retry_after_ms: None,
            },
            usage,
            repaired: usage.is_some(),
            fell_back_from: Vec::new(),
            latency_ms: 40,
            failed_at: chrono::Utc::now(),
        };
        tell(&gateway, &failed).await;
        let path = format!("/api/v1/invocations/{}", failed.invocation_id);
        let shown: Value = wait_until("the call is there", async || {
            let answer = gateway.get(&path, &who).await;
            (answer.status_code() == StatusCode::OK).then(|| answer.json())
        })
        .await;
        let spent = ["input_tokens", "output_tokens", "cost_cents", "repaired"];
        let expected = match usage {
            Some(_) => [json!(120), json!(30), json!(0.25), json!(true)],
            None => [json!(null), json!(null), json!(null), json!(false)],
        };
        assert_eq!(spent.map(|field| shown[field].clone()), expected);
    }
}
