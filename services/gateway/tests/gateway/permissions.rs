use crate::support::Gateway;
use http::{Method, StatusCode};
use serde_json::Value;

#[tokio::test]
async fn every_route_declares_what_it_asks_and_asks_it() {
    let gateway = Gateway::start().await;
    let document = serde_json::to_value(gateway::document()).unwrap();
    let declared = gateway::declared();
    let operations: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|item| item.as_object().unwrap().len())
        .sum();
    assert_eq!(declared.len(), operations, "{declared:#?}");
    for route in declared {
        let path = route
            .path
            .replace("{id}", "01JZZZZZZZZZZZZZZZZZZZZZZZ")
            .replace("{n}", "1");
        let method: Method = route.method.parse().unwrap();
        let answer = gateway.server.method(method, &path).await;
        if route.requires.starts_with("anyone") {
            continue;
        }
        assert_eq!(answer.status_code(), StatusCode::UNAUTHORIZED, "{route:?}");
        let told: Value = answer.json();
        // What speaks another API tells errors as that one does.
        let code = told.get("code").or(told.pointer("/error/code"));
        assert_eq!(code.unwrap(), "session.missing", "{route:?}");
    }
}

#[tokio::test]
async fn without_spicedb_nothing_is_allowed() {
    let gateway = Gateway::without_spicedb().await;
    sqlx::query(
        "INSERT INTO people (person_id, tenant_id, email, name, zed_token) VALUES ('01890000-0000-7000-8000-000000000001', 'default', 'a@b', 'A', 'x')",
    )
    .execute(gateway.app.database.pool())
    .await
    .unwrap();
    sqlx::query("INSERT INTO sessions (token_hash, person_id) VALUES (sha256('t'), '01890000-0000-7000-8000-000000000001')")
        .execute(gateway.app.database.pool())
        .await
        .unwrap();
    let who = "__Host-st_session=t".parse().unwrap();
    let answer = gateway
        .post("/api/v1/conversations", &who, &serde_json::json!({}))
        .await;
    answer.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        gateway
            .emitted("conversation.start_requested")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn what_nobody_serves_is_a_problem_and_a_page_address_is_the_ui() {
    let gateway = Gateway::start().await;
    let missing = gateway.server.get("/api/v1/nothing").await;
    missing.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(missing.header("content-type"), "application/problem+json");
    let wrong = gateway.server.put("/api/v1/me").await;
    wrong.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    let page = gateway.server.get("/workflows/01J").await;
    page.assert_status_ok();
    assert_eq!(page.header("cache-control"), "no-cache");
    let policy = page.header("content-security-policy");
    assert!(policy.to_str().unwrap().contains("frame-ancestors 'none'"));
}
