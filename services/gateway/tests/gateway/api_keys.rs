use crate::support::Gateway;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

async fn make(gateway: &Gateway, who: &HeaderValue, scopes: &[&str]) -> Value {
    let answer = gateway
        .post(
            "/api/v1/api-keys",
            who,
            &json!({ "name": "ci", "scopes": scopes }),
        )
        .await;
    answer.assert_status(StatusCode::CREATED);
    answer.json()
}

#[tokio::test]
async fn a_key_acts_as_its_owner_within_its_scopes_until_it_is_removed() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let made = make(&gateway, &who, &["read"]).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with(made["key"]["prefix"].as_str().unwrap()));
    let bearer = format!("Bearer {secret}");
    gateway
        .server
        .get("/api/v1/me")
        .add_header("authorization", &bearer)
        .await
        .assert_status_ok();
    let write = gateway
        .server
        .post("/api/v1/conversations")
        .add_header("authorization", &bearer)
        .json(&json!({}))
        .await;
    write.assert_status(StatusCode::FORBIDDEN);
    assert_eq!(write.json::<Value>()["code"], "api_key.scope_missing");

    let listed: Value = gateway.get("/api/v1/api-keys", &who).await.json();
    assert_eq!(listed["items"][0]["id"], made["key"]["id"]);
    assert!(
        !listed.to_string().contains(secret),
        "the secret is shown once"
    );

    let path = format!("/api/v1/api-keys/{}", made["key"]["id"].as_str().unwrap());
    gateway
        .server
        .delete(&path)
        .add_header("cookie", who.clone())
        .await
        .assert_status(StatusCode::NO_CONTENT);
    let gone = gateway
        .server
        .get("/api/v1/me")
        .add_header("authorization", &bearer)
        .await;
    gone.assert_status(StatusCode::UNAUTHORIZED);
    assert_eq!(gone.json::<Value>()["code"], "api_key.unknown");
}

#[tokio::test]
async fn a_key_cannot_make_a_key_that_may_do_more() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let made = make(&gateway, &who, &["admin"]).await;
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let more = gateway
        .server
        .post("/api/v1/api-keys")
        .add_header("authorization", &bearer)
        .json(&json!({ "name": "more", "scopes": ["admin", "run"] }))
        .await;
    more.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(more.json::<Value>()["errors"][0]["code"], "scopes.more");
}

#[tokio::test]
async fn a_wrong_secret_and_an_expired_key_are_refused() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let made = make(&gateway, &who, &["read"]).await;
    let secret = made["secret"].as_str().unwrap();
    let ask = |key: String| {
        gateway
            .server
            .get("/api/v1/me")
            .add_header("authorization", format!("Bearer {key}"))
    };
    for bad in [
        format!("{secret}x"),
        "st_nonsense".to_owned(),
        String::new(),
    ] {
        ask(bad).await.assert_status(StatusCode::UNAUTHORIZED);
    }
    sqlx::query("UPDATE api_keys SET expires_at = now()")
        .execute(gateway.app.database.pool())
        .await
        .unwrap();
    ask(secret.to_owned())
        .await
        .assert_status(StatusCode::UNAUTHORIZED);
}
